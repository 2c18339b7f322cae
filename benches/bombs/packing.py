"""Parts that several kinds of bombs are made of: packed zeros, chunks, boxes, TIFF directories."""

import struct
import zlib

MEGABYTE = 1 << 20


def zeros(length: int) -> bytes:
    """A zlib stream of that many zero bytes, about a thousandth as long, made in no time: one packed
    megabyte repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    whole = packer.compress(bytes(MEGABYTE)) + packer.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, zlib.DEFLATED, -15)
    rest = last.compress(bytes(length % MEGABYTE)) + last.flush()
    # The checksum of zeros: the first half stays 1, the second counts the bytes.
    checksum = struct.pack(">I", (length % 65521) << 16 | 1)
    return b"\x78\xda" + whole * (length // MEGABYTE) + rest + checksum


def gzipped_zeros(length: int, head: bytes = b"", tail: bytes = b"") -> bytes:
    """A gzip file of zeros, or of spaces if there is a head, between two texts."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    filler = (b" " if head else b"\0") * MEGABYTE
    first = packer.compress(head) + packer.flush(zlib.Z_FULL_FLUSH)
    whole = packer.compress(filler) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.compress(tail) + packer.flush()
    count = length // MEGABYTE
    checksum = zlib.crc32(head)
    for _ in range(count):
        checksum = zlib.crc32(filler, checksum)
    checksum = zlib.crc32(tail, checksum)
    size = (len(head) + count * MEGABYTE + len(tail)) & 0xFFFFFFFF
    head = b"\x1f\x8b\x08\0\0\0\0\0\0\xff"
    return head + first + whole * count + last + struct.pack("<II", checksum, size)


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int = 8, color: int = 0, interlaced: int = 0,
        data: bytes | None = None, before: bytes = b"") -> bytes:
    """A PNG of zeros, or of other packed data, with chunks before it."""
    head = struct.pack(">IIBBBBB", width, height, depth, color, 0, 0, interlaced)
    if data is None:
        channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[color]
        data = zeros(height * (1 + (width * depth * channels + 7) // 8))
    parts = [data[at:at + 0x7FFFFFFF] for at in range(0, len(data), 0x7FFFFFFF)]
    body = b"".join(png_chunk(b"IDAT", part) for part in parts)
    return (b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", head) + before + body
            + png_chunk(b"IEND", b""))


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def riff_chunk(kind: bytes, data: bytes) -> bytes:
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def webp(*chunks: bytes) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


SHORT, LONG, UNDEFINED = 3, 4, 7


def directory(entries: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    """A little-endian TIFF directory: tag, type, count and value of each entry."""
    packed = b"".join(struct.pack("<HHII", *entry) for entry in sorted(entries))
    return struct.pack("<H", len(entries)) + packed + struct.pack("<I", following)


def tiff(entries: list[tuple[int, int, int, int]], data: bytes = b"", following: int = 0) -> bytes:
    """A TIFF whose data begin at 1024."""
    start = b"II*\0\x08\0\0\0" + directory(entries, following)
    return start.ljust(1024, b"\0") + data


def picture(width: int, height: int, compression: int = 1, length: int = 0,
            samples: int = 1, bits: int = 8, kind: int = 1) -> list[tuple[int, int, int, int]]:
    """The entries of a TIFF with one strip at 1024."""
    return [
        (256, LONG, 1, width), (257, LONG, 1, height), (258, SHORT, 1, bits),
        (259, SHORT, 1, compression), (262, SHORT, 1, kind), (273, LONG, 1, 1024),
        (277, SHORT, 1, samples), (278, LONG, 1, height), (279, LONG, 1, length),
    ]
