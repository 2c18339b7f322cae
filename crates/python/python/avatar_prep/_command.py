"""The command `avatar-prep`, which the wheel installs."""

import sys

from . import _native


def main() -> int:
    """Runs the command with the arguments of this process; returns its exit code."""
    return _native.run(["avatar-prep", *sys.argv[1:]])
