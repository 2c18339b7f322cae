"""Bombs in the data of lossless WebP and of HEVC: prefix codes, caches, transforms, tiles, trees, slices."""

import struct

from boxed import heif, size
from packing import box, riff_chunk, webp

SIDE = 16_380


class Bits:
    """Bits of a stream; WebP has the lowest of each byte first, HEVC the highest."""

    def __init__(self) -> None:
        self.all: list[str] = []

    def put(self, value: int, count: int) -> "Bits":
        """A number of so many bits, the lowest first."""
        self.all.append(f"{value:0{count}b}"[::-1] if count else "")
        return self

    def high(self, value: int, count: int) -> "Bits":
        """A number of so many bits, the highest first."""
        self.all.append(f"{value:0{count}b}" if count else "")
        return self

    def ue(self, *values: int) -> "Bits":
        for value in values:
            self.high(value + 1, 2 * (value + 1).bit_length() - 1)
        return self

    def flags(self, text: str) -> "Bits":
        self.all.append(text.replace(" ", ""))
        return self

    def low_first(self) -> bytes:
        text = "".join(self.all)
        text += "0" * (-len(text) % 8)
        return int(text[::-1], 2).to_bytes(len(text) // 8, "little")

    def high_first(self) -> bytes:
        """With the bit that ends a unit."""
        text = "".join(self.all) + "1"
        text += "0" * (-len(text) % 8)
        return int(text, 2).to_bytes(len(text) // 8, "big")


# Lossless WebP (RFC 9649).

def simple(bits: Bits, symbol: int) -> None:
    """A code of one symbol, which takes no bits."""
    bits.put(0b101, 3).put(symbol, 8)


def group(bits: Bits) -> None:
    for symbol in (0, 0, 0, 255, 0):
        simple(bits, symbol)


def normal(bits: Bits, symbols: int) -> None:
    """A code with as many codes of 15 bits as there are symbols for."""
    bits.put(0, 1).put(15, 4)
    for place in (17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15):
        bits.put(4 if place < 16 else 0, 3)
    bits.put(0, 1)
    # One of each length up to `short`, and the rest of the space in codes of 15 bits.
    short = next(length for length in range(1, 15) if (1 << 15 - length) + length <= symbols)
    lengths = list(range(1, short + 1)) + [15] * (1 << 15 - short)
    for length in lengths + [0] * (symbols - len(lengths)):
        bits.put(int(f"{length:04b}"[::-1], 2), 4)


def frame(bits: Bits, side: int = SIDE) -> bytes:
    head = struct.pack("<I", side - 1 | side - 1 << 14 | 1 << 28)
    return webp(riff_chunk(b"VP8L", b"\x2f" + head + bits.low_first()))


def one_color() -> bytes:
    bits = Bits().put(0, 3)
    group(bits)
    return frame(bits)


def picture_of_tiles(bits: Bits, green: int = 0) -> None:
    """The values of tiles, all the same."""
    bits.put(0, 1)
    simple(bits, green)
    for symbol in (0, 0, 255, 0):
        simple(bits, symbol)


def all_transforms(mode: int) -> bytes:
    """Predictors and colours in tiles of 4 by 4, and green."""
    bits = Bits()
    for kind in (0, 1):
        bits.put(1, 1).put(kind, 2).put(0, 3)
        picture_of_tiles(bits, mode if kind == 0 else 3)
    bits.put(1, 1).put(2, 2).put(0, 1).put(0, 2)
    group(bits)
    return frame(bits)


def indexed() -> bytes:
    """Eight pixels of two colours in each that is stored, and predictors above."""
    bits = Bits().put(1, 1).put(3, 2).put(1, 8)
    picture_of_tiles(bits)
    bits.put(1, 1).put(0, 2).put(0, 3)
    picture_of_tiles(bits, 11)
    bits.put(0, 1).put(0, 2)
    group(bits)
    return frame(bits)


def cached() -> bytes:
    """Nothing but a place of the largest cache, in a code that takes no bits."""
    bits = Bits().put(0, 1).put(1, 1).put(11, 4).put(0, 1)
    bits.put(0, 1).put(15, 4)  # a code of lengths 0 and 1
    for place in (17, 18, 0, 1, 2, 3, 4, 5, 16, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15):
        bits.put(1 if place in (0, 1) else 0, 3)
    bits.put(0, 1)
    bits.put(1 << 2_000, 256 + 24 + 2_048)
    for symbol in (0, 0, 255, 0):
        simple(bits, symbol)
    return frame(bits)


def groups(count: int, side: int, code) -> bytes:
    """So many groups of prefix codes, of which the first tile has the last."""
    bits = Bits().put(0, 1).put(0, 1).put(1, 1).put(0, 3)
    bits.put(0, 1)
    simple(bits, count - 1 & 255)
    simple(bits, count - 1 >> 8)
    for symbol in (0, 255, 0):
        simple(bits, symbol)
    one = Bits()
    code(one)
    bits.all.append("".join(one.all) * count)
    return frame(bits, side)


def large_group(bits: Bits) -> None:
    for symbols in (280, 256, 256, 256, 40):
        normal(bits, symbols)


def lossless():
    yield "WebP, lossless, 268 MP of one colour", "webp", one_color
    yield "WebP, lossless, 268 MP of one place in the cache", "webp", cached
    for mode in (11, 13):
        yield f"WebP, lossless, 268 MP, predictor {mode}, colours and green", "webp", lambda mode=mode: all_transforms(mode)
    yield "WebP, lossless, 268 MP, two indexed colours and predictors", "webp", indexed
    yield "WebP, lossless, 65,536 groups of prefix codes", "webp", lambda: groups(65_536, 1_000, group)
    yield "WebP, lossless, 65,536 groups of prefix codes for 268 MP", "webp", lambda: groups(65_536, SIDE, group)
    yield "WebP, lossless, 2,000 groups of the largest prefix codes", "webp", lambda: groups(2_000, 4_000, large_group)
    yield "WebP, lossless, 65,536 groups of the largest prefix codes", "webp", lambda: groups(
        65_536, 4_000, large_group)


# HEVC (ITU-T H.265).

def unit(kind: int, content: bytes, data: bytes = b"") -> bytes:
    """A unit whose content has no zeros that need to be kept apart; `data` has nothing but zeros."""
    apart = b"\0\0\3" * (len(data) // 2)
    escaped, zeros = bytearray(), 0
    for byte in content:
        if zeros == 2 and byte < 4:
            escaped.append(3)
            zeros = 0
        escaped.append(byte)
        zeros = zeros + 1 if byte == 0 else 0
    return bytes([kind << 1, 1]) + bytes(escaped) + apart


def hevc(width: int, height: int, data: int, chroma: int = 1, depth: int = 8, blocks: tuple[int, int] = (6, 3),
         pcm: bool = False, range_tools: str = "", tiles: tuple[int, int] = (1, 1),
         slices: int = 1) -> bytes:
    """A picture in which all of the data are zeros: each decision is the likelier one, and no slice ends."""
    largest, smallest = blocks
    levels = largest - 2
    sps = Bits().high(0, 7).high(1, 1).high(4, 8).high(0, 88).ue(0, chroma)
    sps.flags("0" if chroma == 3 else "").ue(width, height).flags("0").ue(depth - 8, depth - 8, 0).flags("1").ue(0, 0, 0)
    sps.ue(smallest - 3, largest - smallest, 0, min(largest, 5) - 2, levels, levels).flags("0 0 1")
    sps.flags("1 0000 0000" if pcm else "0")
    if pcm:
        sps.ue(0, min(largest, 5) - 3).flags("0")
    sps.ue(0).flags("0 0 1 0")
    sps.flags("1 1 0000000" + range_tools if range_tools else "0")
    pps = Bits().ue(0, 0).flags("0 0 000 0 0").ue(0, 0, 0).flags("0 1 0").ue(0, 0).flags("0 0 0 0")
    has_tiles = tiles != (1, 1)
    pps.flags("1 0" if has_tiles else "0 0")
    if has_tiles:
        pps.ue(tiles[0] - 1, tiles[1] - 1).flags("1 1")
    pps.flags("0 0 0 0").ue(0).flags("0")
    if range_tools:
        pps.flags("1 1 0000000").ue(3).flags("1 0" if chroma == 3 else "0 0").ue(0, 0)
    else:
        pps.flags("0")
    units = []
    number_of_blocks = -(-width >> largest) * (-(-height >> largest))
    for number in range(slices):
        head = Bits().flags("1 0" if number == 0 else "0 0").ue(0)
        if number:
            head.high(number, (number_of_blocks - 1).bit_length())
        head.ue(2).flags("1 1" if chroma else "1").ue(0)
        if has_tiles:
            head.ue(0)
        units.append(unit(19, head.high_first(), bytes(data)))
    sets = [(33, unit(33, sps.high_first())), (34, unit(34, pps.high_first()))]
    config = bytes([1]) + bytes(20) + b"\xff" + bytes([2]) + b"".join(
        struct.pack(">BHH", kind, 1, len(content)) + content for kind, content in sets)
    item = b"".join(struct.pack(">I", len(one)) + one for one in units)
    return heif(b"heic", [(1, b"hvc1", item)], properties=[size(width, height), box(b"hvcC", config)])


def trees():
    range_tools = "1 1 1 1 0 0 0 1 0"
    yield "HEIC, 67 MP without data", "heic", lambda: hevc(8_192, 8_192, 0)
    yield "HEIC, 67 MP of zeros", "heic", lambda: hevc(8_192, 8_192, 4_000_000)
    yield "HEIC, 268 MP of zeros", "heic", lambda: hevc(16_384, 16_376, 4_000_000)
    yield "HEIC, 16 MP in blocks of 8 and all levels", "heic", lambda: hevc(4_096, 4_096, 4_000_000, blocks=(4, 3))
    yield "HEIC, 16 MP of 4:4:4 with 12 bits", "heic", lambda: hevc(4_096, 4_096, 4_000_000, chroma=3, depth=12)
    yield "HEIC, 16 MP of 4:4:4 with prediction across components", "heic", lambda: hevc(
        4_096, 4_096, 4_000_000, chroma=3, range_tools=range_tools)
    yield "HEIC, 16 MP of uncompressed blocks", "heic", lambda: hevc(4_096, 4_096, 4_000_000, pcm=True)
    yield "HEIC, 67 MP of 4:4:4 with 12 bits without data", "heic", lambda: hevc(8_192, 8_192, 0, chroma=3, depth=12)
    yield "HEIC, 256 x 256 tiles", "heic", lambda: hevc(4_096, 4_096, 4_000_000, blocks=(4, 3), tiles=(256, 256))
    yield "HEIC, 65,535 slices", "heic", lambda: hevc(4_096, 4_096, 64, blocks=(4, 3), slices=65_535)


def bombs():
    yield from lossless()
    yield from trees()
