"""The command that the wheel installs."""

import subprocess
import sys

import avatar_prep
from conftest import ppm


def test_version_help_and_exit_codes(tmp_path, command):
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout == f"avatar-prep {avatar_prep.__version__}\n"
    shown = subprocess.run([command, "--help"], capture_output=True, text=True, check=True)
    assert "--max-bytes" in shown.stdout
    refused = subprocess.run([command, "--sise", "3", "a", "b"], capture_output=True, text=True)
    assert refused.returncode == 2 and "--size" in refused.stderr
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.ppm").write_bytes(ppm(30, 30))
    (tmp_path / "in" / "b.png").write_bytes(b"no picture")
    failed = subprocess.run([command, "in", "out"], cwd=tmp_path, capture_output=True)
    assert failed.returncode == 1
    assert (tmp_path / "out" / "a.jpg").exists()


def test_it_is_also_a_module(tmp_path):
    (tmp_path / "ä a.ppm").write_bytes(ppm(30, 30))
    words = [sys.executable, "-m", "avatar_prep", "ä a.ppm", "-"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, check=True)
    assert done.stdout == bytes(avatar_prep.Preparer().prepare(ppm(30, 30)))
