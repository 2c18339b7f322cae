"""Bombs of very many frames, pages, entries: APNG, GIF, WebP, TIFF, ICO, ICNS, and many files in one."""

import struct

from packing import LONG, directory, png, png_chunk, riff_chunk, webp, zeros
from rasters import gif, lzw


def apng(frames: int) -> bytes:
    control = lambda number: struct.pack(">IIIIIHHBB", number, 8, 8, 0, 0, 1, 1, 0, 0)
    packed = zeros(72)
    parts = [png_chunk(b"acTL", struct.pack(">II", frames, 0)), png_chunk(b"fcTL", control(0)), png_chunk(b"IDAT", packed)]
    for frame in range(1, frames):
        parts.append(png_chunk(b"fcTL", control(2 * frame - 1)))
        parts.append(png_chunk(b"fdAT", struct.pack(">I", 2 * frame) + packed))
    head = png(8, 8, data=packed)
    return head[:33] + b"".join(parts) + head[-12:]


def pages(count: int) -> bytes:
    """A TIFF of pages of 8 by 8, all with the same pixels."""
    tags = lambda: [(256, LONG, 1, 8), (257, LONG, 1, 8), (258, LONG, 1, 8), (259, LONG, 1, 1), (262, LONG, 1, 1),
                    (273, LONG, 1, 8), (278, LONG, 1, 8), (279, LONG, 1, 64)]
    size = 2 + 12 * 8 + 4
    parts = [directory(tags(), 72 + size * (number + 1) if number + 1 < count else 0) for number in range(count)]
    return b"II*\0" + struct.pack("<I", 72) + bytes(64) + b"".join(parts)


def icns(*elements: tuple[bytes, bytes]) -> bytes:
    body = b"".join(kind + struct.pack(">I", len(content) + 8) + content for kind, content in elements)
    return b"icns" + struct.pack(">I", len(body) + 8) + body


def ico(count: int, inner: bytes) -> bytes:
    """As many entries, each of which points to the same picture."""
    place = 6 + 16 * count
    entry = b"\0\0\0\0\1\0\x20\0" + struct.pack("<II", len(inner), place)
    return b"\0\0\1\0" + struct.pack("<H", count) + entry * count + inner


def bombs():
    yield "APNG, 10,000 frames", "png", lambda: apng(10_000)
    yield "APNG, 100,000 frames", "png", lambda: apng(100_000)
    yield "GIF, 10,000 frames", "gif", lambda: gif(8, 8, lzw(64), frames=10_000)
    yield "GIF, 100,000 frames", "gif", lambda: gif(8, 8, lzw(64), frames=100_000)
    canvas = riff_chunk(b"VP8X", b"\2\0\0\0" + b"\7\0\0" * 2) + riff_chunk(b"ANIM", bytes(6))
    one = riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 7 | 7 << 14) + b"\x88\x88\x08\0\0\0")
    frame = riff_chunk(b"ANMF", bytes(6) + b"\7\0\0" * 2 + bytes(4) + one)
    yield "WebP, 10,000 frames", "webp", lambda: webp(canvas, frame * 10_000)
    yield "WebP, 100,000 frames", "webp", lambda: webp(canvas, frame * 100_000)
    yield "TIFF, 10,000 pages", "tif", lambda: pages(10_000)
    yield "TIFF, 1,000,000 pages", "tif", lambda: pages(1_000_000)
    bitmap = struct.pack("<IiiHHIIiiII", 40, 256, 512, 1, 32, 0, 0, 0, 0, 0, 0) + bytes(256 * 256 * 4 + 8192)
    yield "ICO, 65,535 bitmaps", "ico", lambda: ico(65_535, bitmap)
    yield "CUR, 65,535 bitmaps", "cur", lambda: ico(65_535, bitmap).replace(b"\0\0\1\0", b"\0\0\2\0", 1)
    yield "ICO, 65,535 PNG with packed text", "ico", lambda: ico(65_535, png(
        8, 8, before=png_chunk(b"zTXt", b"a\0\0" + zeros(1 << 20))))
    small = png(8, 8)
    yield "ICNS, 500,000 PNG", "icns", lambda: icns(*[(b"ic07", small)] * 500_000)
    yield "ICNS, 10,000 PNG with profiles of 16 MB", "icns", lambda: icns(*[(b"ic07", png(
        8, 8, before=png_chunk(b"iCCP", b"a\0\0" + zeros(16 << 20))))] * 10_000)
    yield "ICNS, 268 MP of run lengths", "icns", lambda: icns((b"it32", bytes(4) + b"\xff\0" * 50_000_000))
