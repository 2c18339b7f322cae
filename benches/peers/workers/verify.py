"""Checks what a tool made: verify.py IN OUT EDGE REFERENCES

Every picture must have its square, of the right size, decodable, and alike to a small reference
that is made from the input: a picture on its side, or cropped elsewhere, is not. The references
are kept as a folder of tiny PNGs, so they are made once. Prints JSON: the bytes and the problems.
"""

import json
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageOps, ImageStat

TINY = (32, 32)
# Mean difference of gray levels. Right squares of the project's photographs are at most at 7 (the
# colour conversion of vipsthumbnail; others at most at 2); turned or mirrored ones are at 10 and
# more, but for a few that are symmetrical, like a moon on black.
ALIKE = 8

source, target = map(Path, sys.argv[1:3])
edge = int(sys.argv[3])
references = Path(sys.argv[4])


def tiny(picture):
    return ImageOps.fit(picture.convert("L"), TINY, Image.Resampling.BOX)


def reference(path):
    """The copies of a picture are hard links, and share one reference."""
    kept = references / f"{path.stat().st_ino}.png"
    if not kept.exists():
        with Image.open(path) as picture:
            picture.draft("RGB", (edge, edge))
            tiny(ImageOps.exif_transpose(picture)).save(kept)
    return Image.open(kept)


def problem(path):
    """What is wrong with the square of one picture, if anything is."""
    output = target / f"{path.stem}.jpg"
    if not output.exists():
        return "no output"
    try:
        with Image.open(output) as square:
            square.load()
    except Exception as error:  # whatever a decoder raises, the output is bad
        return f"output does not decode: {error}"
    if square.format != "JPEG" or square.size != (edge, edge):
        return f"output is {square.format} {square.size[0]}x{square.size[1]}"
    with reference(path) as expected:
        difference = ImageStat.Stat(ImageChops.difference(tiny(square), expected)).mean[0]
    return f"looks different ({difference:.0f} of 255)" if difference > ALIKE else None


references.mkdir(exist_ok=True)
found = {path.name: problem(path) for path in sorted(source.iterdir())}
print(
    json.dumps(
        {
            "bytes": sum(path.stat().st_size for path in target.iterdir()),
            "problems": [f"{name}: {what}" for name, what in found.items() if what],
        }
    )
)
