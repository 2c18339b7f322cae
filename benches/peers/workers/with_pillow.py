"""Squares with Pillow: with_pillow.py IN OUT EDGE QUALITY WORKERS"""

import io
import sys
from multiprocessing import Pool
from pathlib import Path

import pillow_heif
from PIL import Image, ImageCms, ImageOps

source, target = map(Path, sys.argv[1:3])
edge, quality, workers = map(int, sys.argv[3:])
srgb = ImageCms.createProfile("sRGB")
pillow_heif.register_heif_opener()


def resizable(picture):
    """In a mode that can be resized, on white; photographs come back as they are."""
    if picture.mode.startswith("I;16"):
        return picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in ("RGB", "L", "CMYK"):
        return picture
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture).convert("RGB")
    return picture.convert("L" if picture.mode in ("1", "F", "I") else "RGB")


def square(path):
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (edge, edge))
            profile = picture.info.get("icc_profile")
            ImageOps.exif_transpose(picture, in_place=True)
            picture = resizable(picture)
            small = ImageOps.fit(picture, (edge, edge), Image.Resampling.LANCZOS)
        if profile and small.mode == "RGB":
            small = ImageCms.profileToProfile(small, io.BytesIO(profile), srgb)
        small.convert("RGB").save(target / f"{path.stem}.jpg", quality=quality)
        return True
    except Exception as error:  # Pillow's decoders raise many kinds
        print(f"{path.name}: {error}", file=sys.stderr)
        return False


if __name__ == "__main__":
    paths = list(source.iterdir())
    if workers == 1:
        done = list(map(square, paths))
    else:
        with Pool(workers) as pool:
            done = pool.map(square, paths, chunksize=1)
            pool.close()
            pool.join()
    sys.exit(0 if all(done) else 1)
