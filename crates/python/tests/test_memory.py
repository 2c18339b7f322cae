"""Pictures are not copied: the peak of memory while a file of 200 MB is prepared, of which a picture is the beginning."""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ppm

PROGRAM = """
import sys
import avatar_prep

def peak():
    line = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
    return int(line.split()[1]) // 1024

head = bytes.fromhex(sys.stdin.read())
kind, way = sys.argv[1:]
preparer = avatar_prep.Preparer(size=16)
ways = {
    "prepare": preparer.prepare,
    "prepare_many": lambda it: list(preparer.prepare_many([it], jobs=1)),
    "prepare_arrow": lambda it: preparer.prepare_arrow(it, jobs=1),
}
file = head + bytes(200 << 20)
if kind == "bytearray":
    file, head = bytearray(file), bytearray(head)
if kind == "arrow":
    import pyarrow
    file, head = pyarrow.array([file]), pyarrow.array([head])
ways[way](head)
open("/proc/self/clear_refs", "w").write("5")  # the peak starts again
before = peak()
ways[way](file)
print(peak() - before)
"""


@pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="needs Linux, which can report the peak of memory")
@pytest.mark.parametrize(
    ("kind", "way", "copies"),
    [
        ("bytes", "prepare", 0),
        ("bytes", "prepare_many", 0),
        # What somebody could write to is copied once. It also shows that a copy is seen.
        ("bytearray", "prepare", 1),
        ("bytearray", "prepare_many", 1),
        ("arrow", "prepare_arrow", 1),
    ],
)
def test_copies(kind, way, copies):
    if kind == "arrow":
        pytest.importorskip("pyarrow")
    words = [sys.executable, "-c", PROGRAM, kind, way]
    done = subprocess.run(words, input=ppm(40, 30).hex(), capture_output=True, text=True, check=True)
    assert round(int(done.stdout) / 200, 1) == copies
