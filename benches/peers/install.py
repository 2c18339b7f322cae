"""Puts the peers, at pinned versions, in the scratch folder, and finds those the system has.

`tools.py` says what is done with them.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent.parent
SCRATCH = HERE / "scratch"
VENV_PYTHON = SCRATCH / "venv" / "bin" / "python"
NODE_MODULES = SCRATCH / "node" / "node_modules"

NPM = ["sharp@0.35.5"]
PYPI = ["pyvips==3.2.0", "pyvips-binary==8.18.7", "pillow==13.0.0", "pillow-heif==1.4.0"]
DEBIAN = ["imagemagick", "libvips-tools", "graphicsmagick", "libheif-examples"]


def say(text):
    """Progress goes to standard error: standard output is for the table."""
    print(text, file=sys.stderr, flush=True)


def call(*command, cwd=None):
    """Runs a command with its output on standard error; gives whether it succeeded."""
    say("+ " + " ".join(map(str, command)))
    try:
        return subprocess.run(command, cwd=cwd, stdout=sys.stderr, check=False).returncode == 0
    except OSError as error:
        say(f"  {error}")
        return False


def install_peers():
    """Installs each group of packages unless the very same one is there already."""
    install_group("npm", NPM, install_npm)
    install_group("pypi", PYPI, install_pypi)


def install_group(name, packages, install):
    """Remembers what was installed in a stamp, written only after success."""
    stamp = SCRATCH / f"{name}.installed"
    wanted = json.dumps(packages)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    SCRATCH.mkdir(exist_ok=True)
    if install(packages):
        stamp.write_text(wanted)


def install_npm(packages):
    shutil.rmtree(NODE_MODULES.parent, ignore_errors=True)
    NODE_MODULES.parent.mkdir()
    (NODE_MODULES.parent / "package.json").write_text('{ "private": true }\n')
    return call("npm", "install", "--no-audit", "--no-fund", *packages, cwd=NODE_MODULES.parent)


def install_pypi(packages):
    return call(sys.executable, "-m", "venv", "--clear", SCRATCH / "venv") and call(
        VENV_PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *packages
    )


def install_debian():
    """Needs root, so it is done only when asked for."""
    return call("apt-get", "update", "-qq") and call(
        "apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN
    )


def build_ours():
    """Builds the release binary and gives its path, whether or not that worked."""
    call("cargo", "build", "--release", cwd=REPOSITORY)
    target = Path(os.environ.get("CARGO_TARGET_DIR", "target"))
    return REPOSITORY / target / "release" / "avatar-prep"


def answer(*command, env=None):
    """What a command prints, or nothing if it cannot be run or fails."""
    try:
        result = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return result.stdout.strip() if result.returncode == 0 else ""


def on_path(names, proof):
    """The first program on PATH that says `proof` about itself, with what it said.

    Every folder is tried: a `convert` that comes first need not be ImageMagick's.
    """
    for name in names:
        for folder in os.get_exec_path():
            program = Path(folder) / name
            said = answer(program, "-version") or answer(program, "--version")
            if proof in said:
                return program, said
    return None, ""


def default_corpus():
    """The corpus that the whole project uses."""
    return Path(os.environ.get("AVATAR_PREP_CORPUS", REPOSITORY.parent / "shared" / "corpus"))
