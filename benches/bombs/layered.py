"""Bombs in PSD and OpenEXR: layers, channels, resources, tiles."""

import struct

from packing import zeros


def psd(width: int, height: int, channels: int = 3, resources: bytes = b"", layers: bytes = b"",
        merged: bytes = b"\0\1", version: int = 1) -> bytes:
    head = b"8BPS" + struct.pack(">H6xHIIHH", version, channels, height, width, 8, 3)
    length = ">I" if version == 1 else ">Q"
    return (head + bytes(4) + struct.pack(">I", len(resources)) + resources
            + struct.pack(length, len(layers)) + layers + merged)


def no_merged() -> bytes:
    """The resource that says that there is no merged picture."""
    return resource(1057, struct.pack(">IB", 1, 0) + bytes(20))


def resource(number: int, data: bytes) -> bytes:
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) % 2)


def layers(count: int, width: int, height: int, compression: int, data: bytes, groups: bool = False) -> bytes:
    """The section of layers, each of four channels that all are the same data."""
    channels = b"".join(struct.pack(">hI", number, len(data) + 2) for number in (0, 1, 2, -1))
    blocks = b"8BIMlsct" + struct.pack(">II", 4, 1) if groups else b""
    extra = bytes(4) + bytes(4) + b"\0\0\0\0" + blocks
    one = (struct.pack(">IIIIH", 0, 0, height, width, 4) + channels + b"8BIMnorm\xff\0\0\0"
           + struct.pack(">I", len(extra)) + extra)
    pixels = (struct.pack(">H", compression) + data) * 4
    body = struct.pack(">h", count) + one * count + pixels * count
    body += b"\0" * (len(body) % 2)
    return struct.pack(">I", len(body)) + body + bytes(4)


def psds():
    side = 16_383
    rows = struct.pack(">H", 256) * (side * 3) + b"\x81\0" * 128 * (side * 3)
    yield "PSD, 300,000 x 300,000", "psb", lambda: psd(300_000, 300_000, version=2)
    yield "PSD, 268 MP without pixels", "psd", lambda: psd(side, side)
    yield "PSD, 268 MP of run lengths", "psd", lambda: psd(side, side, merged=b"\0\1" + rows)
    yield "PSD, 56 channels of 268 MP", "psd", lambda: psd(side, side, 56)
    packed = zeros(4_000 * 4_000)
    bare = struct.pack(">H", 64) * 4_000 + b"\x81\0" * 32 * 4_000
    yield "PSD, 200 layers of 16 MP, deflate", "psd", lambda: psd(
        4_000, 4_000, resources=no_merged(), layers=layers(200, 4_000, 4_000, 2, packed))
    yield "PSD, 50 layers of 16 MP, run lengths", "psd", lambda: psd(
        4_000, 4_000, resources=no_merged(), layers=layers(50, 4_000, 4_000, 1, bare))
    yield "PSD, a layer of 4 billion by 4 billion", "psd", lambda: psd(
        64, 64, resources=no_merged(), layers=layers(1, 0x7FFFFFFF, 0x7FFFFFFF, 1, bytes(64)))
    yield "PSD, 30,000 layers", "psd", lambda: psd(
        64, 64, resources=no_merged(), layers=layers(30_000, 64, 64, 1, bytes(128 + 64)))
    yield "PSD, 30,000 groups within groups", "psd", lambda: psd(
        64, 64, resources=no_merged(), layers=layers(30_000, 0, 0, 0, b"", True))
    yield "PSD, a layer with 10 GB in a channel", "psd", lambda: psd(
        64, 64, resources=no_merged(), layers=layers(1, 64, 64, 2, zeros(10 << 30)))
    yield "PSD, 10,000,000 resources", "psd", lambda: psd(
        64, 64, resources=resource(1000, b"") * 10_000_000, merged=b"\0\0" + bytes(64 * 64 * 3))
    yield "PSD, profile of 200 MB", "psd", lambda: psd(
        64, 64, resources=resource(1039, bytes(200_000_000)), merged=b"\0\0" + bytes(64 * 64 * 3))


def attribute(name: bytes, kind: bytes, value: bytes) -> bytes:
    return name + b"\0" + kind + b"\0" + struct.pack("<I", len(value)) + value


def exr(width: int, height: int, channels: bytes, compression: int = 3, more: bytes = b"", flags: int = 0,
        tail: bytes = b"") -> bytes:
    window = struct.pack("<iiii", 0, 0, width - 1, height - 1)
    return (b"\x76\x2f\x31\x01" + struct.pack("<I", 2 | flags) + attribute(b"channels", b"chlist", channels)
            + attribute(b"compression", b"compression", bytes([compression]))
            + attribute(b"dataWindow", b"box2i", window) + attribute(b"displayWindow", b"box2i", window)
            + attribute(b"lineOrder", b"lineOrder", b"\0") + attribute(b"pixelAspectRatio", b"float", b"\0\0\x80\x3f")
            + attribute(b"screenWindowCenter", b"v2f", bytes(8))
            + attribute(b"screenWindowWidth", b"float", b"\0\0\x80\x3f") + more + b"\0" + tail)


def exrs():
    channel = lambda name: name + b"\0" + struct.pack("<IIII", 2, 0, 1, 1)
    rgb = b"".join(channel(name) for name in (b"B", b"G", b"R")) + b"\0"
    yield "OpenEXR, 2^31 x 2^31", "exr", lambda: exr(0x7FFFFFFF, 0x7FFFFFFF, rgb)
    yield "OpenEXR, 256 MP without pixels", "exr", lambda: exr(16_000, 16_000, rgb)
    yield "OpenEXR, 64 MP without pixels", "exr", lambda: exr(8_000, 8_000, rgb, tail=bytes(64))
    yield "OpenEXR, 500,000 channels", "exr", lambda: exr(
        512, 512, b"".join(channel(b"c%06d" % n) for n in range(500_000)) + b"\0")
    yield "OpenEXR, tiles of one pixel", "exr", lambda: exr(
        8_000, 8_000, rgb, more=attribute(b"tiles", b"tiledesc", struct.pack("<IIB", 1, 1, 0)), flags=0x200)
    yield "OpenEXR, 200 MB of attributes", "exr", lambda: exr(
        64, 64, rgb, more=b"".join(attribute(b"a%07d" % n, b"string", b"a" * 80) for n in range(2_000_000)))
    yield "OpenEXR, an attribute of 4 GB", "exr", lambda: exr(
        64, 64, rgb, more=b"a\0string\0" + struct.pack("<I", 0x7FFFFFFF))
    row = zeros(64 << 20)
    block = struct.pack("<ii", 0, len(row)) + row
    yield "OpenEXR, 64 x 64 with 64 MB in a block", "exr", lambda: (
        lambda start: start + struct.pack("<Q", len(start) + 32) * 4 + block * 4)(exr(64, 64, rgb))


def bombs():
    yield from psds()
    yield from exrs()
