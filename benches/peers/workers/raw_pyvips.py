"""Squares with pyvips before encoding, as PPM: raw_pyvips.py IN OUT EDGE"""

import sys
from pathlib import Path

import pyvips

source, target = map(Path, sys.argv[1:3])
edge = int(sys.argv[3])
for path in source.iterdir():
    picture = pyvips.Image.thumbnail(str(path), edge, height=edge, crop="centre")
    pixels = picture.colourspace("srgb").write_to_memory()
    (target / f"{path.stem}.ppm").write_bytes(b"P6\n%d %d\n255\n" % (edge, edge) + pixels)
