"""Bombs in JPEG XL whose pixels decode: every entropy code has one symbol, so a frame of any size is a
few bytes. Layers, frames, upsampling, filters, noise."""


class Bits:
    """Bits from the lowest on."""

    def __init__(self) -> None:
        self.value = self.length = 0

    def put(self, *fields: tuple[int, int]) -> "Bits":
        for value, width in fields:
            self.value |= value << self.length
            self.length += width
        return self

    def aligned(self) -> bytes:
        return self.value.to_bytes((self.length + 7) // 8, "little")


def number(value: int) -> list[tuple[int, int]]:
    """One of the four ranges in which headers store coordinates."""
    for selector, (width, offset) in enumerate(((8, 0), (11, 256), (14, 2304), (30, 18688))):
        if value - offset < 1 << width:
            return [(selector, 2), (value - offset, width)]
    raise ValueError(value)


def start(width: int, height: int, animated: bool = False) -> bytes:
    out = Bits().put((0, 1), (3, 2), (height - 1, 30), (0, 3), (3, 2), (width - 1, 30))
    if not animated:
        return b"\xff\x0a" + out.put((1, 1), (1, 1)).aligned()
    # Not all fields are the default: no orientation, an animation of 100 ticks, no timecodes, 8 bits in blocks of
    # 16, no extra channels, XYB; the default colours, no tone mapping, no extensions.
    out.put((0, 1), (1, 1), (0, 3), (0, 1), (0, 1), (1, 1), (0, 2), (0, 2), (0, 2), (0, 1))
    out.put((0, 1), (0, 2), (1, 1), (0, 2), (1, 1), (1, 1), (1, 1), (0, 2), (1, 1))
    return b"\xff\x0a" + out.aligned()


#: A tree that is one leaf, and its codes: no bits for any symbol.
TREE = [(1, 1), (0, 1), (1, 1), (0, 2), (1, 1), (15, 4), (0, 1), (0, 1), (1, 1), (15, 4), (0, 1)]
#: A modular stream of that tree, without transforms.
STREAM = [(1, 1), (1, 1), (0, 2)]


def frame(width: int, height: int, last: bool = True, *, kind: int = 0, upsampling: int = 0, duration: int | None = None,
          crop: tuple[int, int] | None = None, filters: bool = False, noise: bool = False, blend: int = 0) -> bytes:
    """A frame of zeros in groups of 1,024 pixels."""
    head = Bits().put((0, 1), (kind, 2), (1, 1))
    head.put((1, 2), (0, 4)) if noise else head.put((0, 2))
    head.put((upsampling, 2), (3, 2), (0, 2))
    head.put((crop is not None, 1))
    for value in crop or ():
        head.put(*number(value))
    if crop is not None:
        head.put(*number(width), *number(height))
    head.put((blend, 2))
    if blend or crop is not None:
        head.put((0, 2))
    if duration is not None:
        head.put((1, 2))
    head.put((last, 1))
    if not last:
        head.put((1 if duration is None else 0, 2))
        if not blend and crop is None and (duration is None):
            head.put((0, 1))
    head.put((0, 2))
    head.put((1, 1)) if filters else head.put((0, 1), (0, 1), (0, 2), (0, 2))
    head.put((0, 2))
    scale = 1 << upsampling
    groups = -(-width // scale // 1024) * -(-height // scale // 1024) or 1
    large = -(-width // scale // 8192) * -(-height // scale // 8192) or 1
    first = Bits()
    if noise:
        first.put(*[(1023, 10)] * 8)
    first.put((1, 1), *TREE, *STREAM)
    sections = [first.aligned()]
    if groups > 1:
        sections += [b""] * (large + 1) + [Bits().put(*STREAM).aligned()] * groups
    table = Bits().put((0, 1))
    table.length = head.length + 1
    table.value = head.value
    table.length += -table.length % 8
    for section in sections:
        table.put((0, 2), (len(section), 10))
    return table.aligned() + b"".join(sections)


def bombs():
    side = 16_383
    yield "JPEG XL, 268 MP of zeros", "jxl", lambda: start(side, side) + frame(side, side)
    yield "JPEG XL, 268 MP of zeros with filters and noise", "jxl", lambda: (
        start(side, side) + frame(side, side, filters=True, noise=True))
    yield "JPEG XL, 268 MP upsampled from an eighth", "jxl", lambda: start(side, side) + frame(side, side, upsampling=3)
    for count, edge in ((1_000, 4_000), (100_000, 64)):
        yield f"JPEG XL, {count:,} layers of {edge:,} x {edge:,}", "jxl", lambda count=count, edge=edge: (
            start(edge, edge) + frame(edge, edge, False) * count + frame(edge, edge))
    yield "JPEG XL, 1,000 layers that are added", "jxl", lambda: (
        start(4_000, 4_000) + frame(4_000, 4_000, False, blend=1) * 1_000 + frame(4_000, 4_000))
    yield "JPEG XL, a layer of 16,000 x 16,000 on 8 x 8, 1,000 times", "jxl", lambda: (
        start(8, 8) + frame(16_000, 16_000, False, crop=(2, 2)) * 1_000 + frame(8, 8))
    for count in (10_000, 100_000):
        yield f"JPEG XL, {count:,} frames", "jxl", lambda count=count: (
            start(64, 64, True) + frame(64, 64, False, duration=1) * count + frame(64, 64, duration=1))
