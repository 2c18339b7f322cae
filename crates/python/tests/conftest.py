"""Pictures that tests make, and the command that the wheel installs."""

import struct
import sys
import zlib
from pathlib import Path

import pytest
from engines import need


def ppm(width: int, height: int, seed: int = 0) -> bytes:
    """A PPM with a gradient, different for each seed."""
    pixels = bytes(
        part for y in range(height) for x in range(width) for part in ((x * 3 + seed) % 256, (y * 5) % 256, seed % 256)
    )
    return b"P6 %d %d 255\n" % (width, height) + pixels


def png(width: int, height: int) -> bytes:
    """An RGBA PNG whose left half is transparent."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    row = b"\0" + b"\xff\0\0\0" * (width // 2) + b"\x20\x40\xff\xff" * (width - width // 2)
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    data = zlib.compress(row * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.fixture
def command() -> Path:
    """The command beside the interpreter of these tests."""
    path = Path(sys.executable).parent / "avatar-prep"
    assert path.exists(), "the wheel installs the command"
    return path


@pytest.fixture(scope="session")
def server():
    """A server of S3 on this machine."""
    need()
    from object_server import ObjectServer

    server = ObjectServer()
    yield server
    server.stop()
