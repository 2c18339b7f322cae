"""Squares with Pillow: with_pillow.py IN OUT EDGE QUALITY WORKERS"""

import io
import sys
from multiprocessing import Pool
from pathlib import Path

from PIL import Image, ImageCms, ImageOps

source, target = map(Path, sys.argv[1:3])
edge, quality, workers = map(int, sys.argv[3:])
srgb = ImageCms.createProfile("sRGB")


def square(path):
    try:
        with Image.open(path) as picture:
            picture.draft("RGB", (edge, edge))
            profile = picture.info.get("icc_profile")
            ImageOps.exif_transpose(picture, in_place=True)
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
