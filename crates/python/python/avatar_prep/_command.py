"""The command `avatar-prep`, which the wheel installs."""

import signal
import sys

from . import _native


def main() -> int:
    """Runs the command with the arguments of this process; returns its exit code."""
    # Python only notes Ctrl-C until its own code runs again. The command decides itself, as without Python.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    return _native.run(["avatar-prep", *sys.argv[1:]])
