"""Makes one large square picture in every format of `make.py`: large.py TARGET EDGE PHOTO [NAMES..]

The picture is the photograph's centre, enlarged, with the same noise everywhere. All formats are made, or those of the
NAMES given. Those that are there stay; prints what could not be made, as JSON.
"""

import json
import sys
from pathlib import Path

import make
import pyvips
from PIL import Image

NOISE = 6  # standard deviation, so that nothing compresses better than a photograph does
Image.MAX_IMAGE_PIXELS = None


def read(photo, edge):
    picture = pyvips.Image.thumbnail(photo, edge, height=edge, crop="centre", size="both")
    noise = pyvips.Image.gaussnoise(512, 512, sigma=NOISE, seed=1).replicate(edge // 512 + 1, edge // 512 + 1)
    noisy = picture + noise.crop(0, 0, edge, edge)
    return noisy.cast("uchar").copy(interpretation="srgb").copy_memory()


RECIPES = {
    **make.PHOTOS,
    "JPEG, progressive": ("jpg", make.vips(Q=90, interlace=True)),
    "HEIC, one picture": ("heic", make.pillow(quality=60, enc_params={"preset": "ultrafast"})),
    "HEIC, grid": ("heic", make.grid(quality=60, enc_params={"preset": "ultrafast"})),
    "JPEG XL, lossless": ("jxl", make.program("cjxl", "{source}", "{target}", "-e", "3", "-d", "0")),
    "TGA, uncompressed": ("tga", make.pillow()),
    "PSD, uncompressed": ("psd", make.magick("-compress", "None")),
}


if __name__ == "__main__":
    target, edge, photo, *names = sys.argv[1:]
    picture, failed = None, {}
    for name, (extension, save) in RECIPES.items():
        path = Path(target) / f"{name}.{extension}"
        if path.exists() or name not in (names or RECIPES):
            continue
        picture = picture or read(photo, int(edge))
        part = path.with_name(f".part.{extension}")
        try:
            save(picture, part)
            part.rename(path)
        except Exception as error:  # whatever a saver raises
            failed[name] = " ".join(str(error).split())
            part.unlink(missing_ok=True)
    print(json.dumps(failed))
