"""The table of the tools compared: which version, and which command makes the squares.

Each command starts one program of `workers/`, or ours. Installing is `install.py`'s.
"""

import os
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, Optional

from install import HERE, NODE_MODULES, VENV_PYTHON, answer, on_path

WORKERS = HERE / "workers"
OURS = "avatar-prep"


@dataclass
class Job:
    """One pass over a folder."""

    source: Path
    target: Path
    edge: int
    quality: int
    workers: int

    def arguments(self):
        """The order of arguments that every worker program has."""
        return [self.source, self.target, self.edge, self.quality, self.workers]


@dataclass
class Tool:
    """A tool that can be run, or the reason why it cannot."""

    name: str
    version: str
    command: Callable[[Job], list]
    missing: Optional[str] = None
    env: dict = field(default_factory=dict)
    squares: bool = True  # if not, it only decodes

    def label(self):
        return f"{self.name} {self.version}".strip()


def all_tools(ours):
    """Ours first, then the peers in the order of the table."""
    return [
        ours_fixed(ours),
        ours_capped(ours),
        sharp(),
        pyvips(),
        pillow(),
        vipsthumbnail(),
        graphicsmagick(),
        imagemagick(),
    ]


def ours_fixed(program):
    """The same work as the peers': one encode at the quality given."""
    return our_tool(
        OURS,
        program,
        lambda job: ["--quality", f"{job.quality}..{job.quality}", "--max-bytes", "10MB"],
    )


def ours_capped(program):
    """What a user gets without options: the best quality under the default byte cap."""
    return our_tool(f"{OURS} (default cap)", program, lambda job: [])


def our_tool(name, program, options):
    version = last_word(answer(program, "--version"))
    return Tool(
        name,
        version,
        lambda job: [
            program, "--size", job.edge, *options(job), "--jobs", job.workers, job.source, job.target
        ],
        missing=None if version else "not built",
    )  # fmt: skip


def sharp():
    env = {"NODE_PATH": str(NODE_MODULES)}
    version = answer(
        "node", "-p", "const v = require('sharp').versions; `${v.sharp} (libvips ${v.vips})`",
        env={**os.environ, **env},
    )  # fmt: skip
    return Tool(
        "sharp",
        version,
        lambda job: ["node", WORKERS / "with_sharp.cjs", *job.arguments()],
        missing=None if version else "needs node ≥ 20.9 and npm",
        env=env,
    )


def pyvips():
    env = {"VIPS_CONCURRENCY": "1"}
    version = answer(
        VENV_PYTHON, "-c",
        "import pyvips as v; print(v.__version__, '(libvips %d.%d.%d)' % tuple(map(v.version, range(3))))",
    )  # fmt: skip
    return python_tool("pyvips", version, env)


def pillow():
    return python_tool("Pillow", answer(VENV_PYTHON, "-c", "import PIL; print(PIL.__version__)"), {})


def python_tool(name, version, env):
    worker = WORKERS / f"with_{name.lower()}.py"
    return Tool(
        name,
        version,
        lambda job: [VENV_PYTHON, worker, *job.arguments()],
        missing=None if version else "needs python3 with venv and pip",
        env=env,
    )


def vipsthumbnail():
    return path_tool("vipsthumbnail", ["vipsthumbnail"], "vips", "libvips-tools")


def graphicsmagick():
    return path_tool("GraphicsMagick", ["gm"], "GraphicsMagick", "graphicsmagick")


def imagemagick():
    return path_tool("ImageMagick", ["magick", "convert"], "ImageMagick", "imagemagick")


def heif_convert():
    """libheif's own program, which newer versions call heif-dec. It has no option for its version, and decodes only."""
    program = shutil.which("heif-dec") or shutil.which("heif-convert")
    said = answer("sh", "-c", '"$0" --help 2>&1', program) if program else ""
    version = re.search(r"version: (\S+)", said)
    return Tool(
        "heif-convert",
        f"(libheif {version.group(1)})" if version else "",
        lambda job: ["bash", WORKERS / "with_heif-convert", *job.arguments()],
        missing=None if version else "not on PATH: Debian package libheif-examples",
        env={"PROGRAM": str(program)},
        squares=False,
    )


def path_tool(name, programs, proof, package):
    """A program of the system's; its worker gets the path, and must not start threads of its own."""
    program, said = on_path(programs, proof)
    version = re.search(r"\d+(\.\d+)+\S*", said)
    return Tool(
        name,
        version.group().rstrip(",") if version else "",
        lambda job: ["bash", WORKERS / f"with_{name.lower()}", *job.arguments()],
        missing=None if program else f"not on PATH: Debian package {package}",
        env={
            "PROGRAM": str(program),
            "VIPS_CONCURRENCY": "1",
            "OMP_NUM_THREADS": "1",
            "MAGICK_THREAD_LIMIT": "1",
        },
    )


def last_word(text):
    return text.split()[-1] if text else ""
