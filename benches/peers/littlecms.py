"""How far squares are from LittleCMS's conversion: littlecms.py OURS PICTURES..

Ours makes each picture's square without resizing, Pillow decodes it and LittleCMS converts it to sRGB. Printed is the CIE76
difference of the means of 32 by 32 blocks: in the mean and at most.
"""

import io
import subprocess
import sys
import tempfile
from pathlib import Path

import pillow_heif
from PIL import Image, ImageCms, ImageOps

BLOCKS = 32
pillow_heif.register_heif_opener()
SRGB = ImageCms.createProfile("sRGB")
TO_LAB = ImageCms.buildTransform(SRGB, ImageCms.createProfile("LAB"), "RGB", "LAB")


def theirs(path):
    picture = ImageOps.exif_transpose(Image.open(path))
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "L", "CMYK"):
        return None
    side = min(picture.size)
    square = ImageOps.fit(picture, (side, side))
    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    return ImageCms.profileToProfile(square, profile, SRGB, outputMode="RGB")


def ours(program, path, edge):
    with tempfile.TemporaryDirectory() as out:
        size = ["--size", str(edge), "--quality", "100..100", "--max-bytes", "200MB"]
        subprocess.run([program, "--quiet", *size, path, out], check=True, capture_output=True)
        return Image.open(next(Path(out).glob("*.jpg"))).convert("RGB")


def lab(picture):
    means = ImageCms.applyTransform(picture.resize((BLOCKS, BLOCKS), Image.Resampling.BOX), TO_LAB).tobytes()
    signed = [value - 256 if value > 127 else value for value in means]
    return [(means[at] / 2.55, signed[at + 1], signed[at + 2]) for at in range(0, len(means), 3)]


if __name__ == "__main__":
    program, *paths = sys.argv[1:]
    print("| picture | mean dE | max dE |\n| --- | --: | --: |")
    for path in map(Path, paths):
        try:
            reference = theirs(path)
            if reference is None:
                continue
            pairs = zip(lab(reference), lab(ours(program, path, reference.width)))
            far = [sum((a - b) ** 2 for a, b in zip(*pair)) ** 0.5 for pair in pairs]
            print(f"| {path.name} | {sum(far) / len(far):.2f} | {max(far):.2f} |", flush=True)
        except (OSError, StopIteration, ImageCms.PyCMSError, subprocess.CalledProcessError) as error:
            print(f"| {path.name} | – | {' '.join(str(error).split())[:60]} |", flush=True)
