"""Squares with pyvips: with_pyvips.py IN OUT EDGE QUALITY WORKERS

Colour is converted on the small square, and only where a profile is embedded: `export_profile`
also converts pictures without one, and took 1.7 times as long for the whole.
"""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyvips

source, target = map(Path, sys.argv[1:3])
edge, quality, workers = map(int, sys.argv[3:])
pyvips.cache_set_max(0)


def square(path):
    try:
        picture = pyvips.Image.thumbnail(str(path), edge, height=edge, crop="centre")
        if picture.get_typeof("icc-profile-data"):
            picture = picture.icc_transform("srgb", embedded=True)
        else:
            picture = picture.colourspace("srgb")
        picture.jpegsave(str(target / f"{path.stem}.jpg"), Q=quality, keep="none", background=255)
        return True
    except pyvips.Error as error:
        print(f"{path.name}: {' '.join(str(error).split())}", file=sys.stderr)
        return False


with ThreadPoolExecutor(workers) as pool:
    sys.exit(0 if all(list(pool.map(square, source.iterdir()))) else 1)
