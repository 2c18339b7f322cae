"""Bombs in metadata of every container: XMP, EXIF, profiles, IPTC, texts."""

import struct

from jpegs import TABLES, exif, extended_xmp, frame, jpeg, profile_parts, scan, segment
from packing import LONG, UNDEFINED, box, directory, picture, png, png_chunk, riff_chunk, tiff, webp, zeros

PACKET = b"http://ns.adobe.com/xap/1.0/\0"


def small(*parts: bytes) -> bytes:
    return jpeg(*parts, TABLES, frame(0xC0, 64, 64), scan(data=bytes(64)))


def xmp(content: bytes) -> bytes:
    return b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + content + b"</x:xmpmeta>"


def in_png(kind: bytes, content: bytes) -> bytes:
    return png(8, 8, before=png_chunk(kind, content))


def in_webp(kind: bytes, flags: int, content: bytes) -> bytes:
    one = riff_chunk(b"VP8L", b"\x2f" + struct.pack("<I", 7 | 7 << 14) + b"\x88\x88\x08\0\0\0")
    return webp(riff_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + b"\7\0\0" * 2), one, riff_chunk(kind, content))


def xmps():
    large = lambda: xmp(b"<a>" + b"b" * 50_000_000 + b"</a>")
    deep = lambda: xmp(b"<a>" * 5_000_000 + b"</a>" * 5_000_000)
    entities = lambda: b"<!DOCTYPE a [<!ENTITY a0 'aaaaaaaaaa'>" + b"".join(
        b"<!ENTITY a%d '%s'>" % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10)) + b"]>" + xmp(b"&a9;")
    text = b"XML:com.adobe.xmp\0\0\0\0\0"
    for name, content in (("of 50 MB", large), ("5,000,000 deep", deep), ("of entities", entities)):
        yield f"PNG, XMP {name}", "png", lambda content=content: in_png(b"iTXt", text + content())
        yield f"WebP, XMP {name}", "webp", lambda content=content: in_webp(b"XMP ", 4, content())
        yield f"TIFF, XMP {name}", "tif", lambda content=content: tiff(
            picture(64, 64, 1, 4096) + [(700, 1, len(content()), 8192)], bytes(7168) + content())
        yield f"GIF, XMP {name}", "gif", lambda content=content: (
            b"GIF89a\x08\0\x08\0\x80\0\0" + bytes(6) + b"!\xff\x0bXMP DataXMP" + content() + b"\1"
            + bytes(range(255, -1, -1)) + b"\0,\0\0\0\0\x08\0\x08\0\0\2\2\x84\x51\0;")
    yield "JPEG, XMP that is deep", "jpg", lambda: small(segment(0xE1, PACKET + xmp(b"<a>" * 9_000 + b"</a>" * 7_000)))
    yield "JPEG, 20,000 XMP packets", "jpg", lambda: small(*[segment(0xE1, PACKET + xmp(b"a"))] * 20_000)
    yield "JPEG, XMP of 100 MB that is never complete", "jpg", lambda: small(extended_xmp(1_538)[:-65_100])
    yield "JPEG 2000, XMP of 50 MB", "jp2", lambda: (
        lambda it: it.jp2(b"", it.j2k(64, 64, 64)) + box(
            b"uuid", bytes.fromhex("be7acfcb97a942e89c71999491e3afac") + large()))(__import__("boxed"))


def exifs():
    loop = directory([(0x8769, LONG, 1, 8), (0x8825, LONG, 1, 8), (0xA005, LONG, 1, 8), (330, LONG, 1, 8)], 8)
    chained = b"".join(directory([(0x112, 3, 1, 6)], 8 + 18 * (n + 1)) for n in range(3_000))
    start = b"II*\0\x08\0\0\0"
    for name, content in (("loop", start + loop), ("3,000 directories", start + chained)):
        yield f"PNG, EXIF, {name}", "png", lambda content=content: in_png(b"eXIf", content)
        yield f"WebP, EXIF, {name}", "webp", lambda content=content: in_webp(b"EXIF", 8, content)
        yield f"JPEG, EXIF, {name}", "jpg", lambda content=content: small(exif(content))
    yield "PNG, EXIF of 200 MB as text", "png", lambda: in_png(
        b"tEXt", b"Raw profile type exif\0\nexif\n  200000000\n" + b"49492a00" * 25_000_000)
    yield "PNG, EXIF of 10 GB as packed text", "png", lambda: in_png(
        b"zTXt", b"Raw profile type exif\0\0" + zeros(10 << 30))
    yield "WebP, 1,000,000 EXIF", "webp", lambda: (
        lambda whole: whole[:4] + struct.pack("<I", len(whole) - 8) + whole[8:])(
            in_webp(b"EXIF", 8, start + loop) + riff_chunk(b"EXIF", start + loop) * 1_000_000)
    numbers = start + directory([(0x112, 5, 0x1FFFFFFF, 8), (0x8825, LONG, 0x3FFFFFFF, 8)] * 2_000)
    yield "JPEG, EXIF with 4,000 lists of 4 billion", "jpg", lambda: small(exif(numbers))
    blocks = b"8BIM" + struct.pack(">HHI", 0x404, 0, 0)
    yield "JPEG, 1,000 IPTC blocks of 5,000 empty resources", "jpg", lambda: small(
        *[segment(0xED, b"Photoshop 3.0\0" + blocks * 5_000)] * 1_000)


def icc(tags: list[tuple[bytes, bytes]], space: bytes = b"RGB ", size: int | None = None) -> bytes:
    """A profile of a monitor, of these tags."""
    start = 132 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    for name, content in tags:
        table += name + struct.pack(">II", start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    whole = start + len(body) if size is None else size
    head = struct.pack(">I4sI4s4s4s12s4s4sIIIIII", whole, b"lcms", 0x04300000, b"mntr", space, b"XYZ ", bytes(12), b"acsp",
                       b"APPL", 0, 0, 0, 0, 0, 0)
    return head.ljust(68, b"\0") + struct.pack(">III", 0xF6D6, 0x10000, 0xD32D).ljust(60, b"\0") + table + body


def profiles():
    curve = lambda count, stated: b"curv\0\0\0\0" + struct.pack(">I", stated) + bytes(2 * count)
    point = b"XYZ \0\0\0\0" + struct.pack(">III", 0x6FA2, 0x38F5, 0x390)
    def matrix(curves: bytes) -> bytes:
        return icc([(b"rXYZ", point), (b"gXYZ", point), (b"bXYZ", point), (b"rTRC", curves), (b"gTRC", curves),
                    (b"bTRC", curves), (b"wtpt", point)])
    table = lambda inputs, grid, data: icc([(b"A2B0", b"mft1\0\0\0\0" + bytes([inputs, 3, grid, 0]) + struct.pack(
        ">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536) + data), (b"wtpt", point)])
    kinds = {
        "curves of 4 billion points": lambda: matrix(curve(16, 0xFFFFFFFF)),
        "curves of 2,000,000 points": lambda: matrix(curve(2_000_000, 2_000_000)),
        "a table of 255 to the 15th": lambda: table(15, 255, bytes(100_000)),
        "a table of 12 MB": lambda: table(3, 158, bytes(3 * 256 + 158 ** 3 * 3 + 768)),
        "50,000 tags": lambda: icc([(b"a%03d" % (n % 1_000), b"") for n in range(50_000)]),
        "4 billion tags": lambda: icc([])[:128] + b"\xff\xff\xff\xff",
        "a size of 4 GB": lambda: icc([(b"rXYZ", point)], size=0xFFFFFFFF),
        "a curve of 65,535 kinds": lambda: matrix(b"para\0\0\0\0\xff\xff\0\0" + bytes(64)),
    }
    for name, profile in kinds.items():
        yield f"PNG, profile with {name}", "png", lambda profile=profile: png(
            256, 256, 8, 2, before=png_chunk(b"iCCP", b"a\0\0" + __import__("zlib").compress(profile(), 9)))
        yield f"TIFF, profile with {name}", "tif", lambda profile=profile: tiff(
            picture(64, 64, 1, 3 * 4096, 3, 8, 2)[:2] + [
                (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 2), (273, LONG, 1, 1024), (277, 3, 1, 3),
                (278, LONG, 1, 64), (279, LONG, 1, 3 * 4096), (34675, UNDEFINED, len(profile()), 1024 + 3 * 4096)],
            bytes(3 * 4096) + profile())
    yield "JPEG, profile of 255 parts that are all the first", "jpg", lambda: small(
        *[profile_parts(65_000, 1)] * 255)


def bombs():
    for family in (xmps, exifs, profiles):
        yield from family()
