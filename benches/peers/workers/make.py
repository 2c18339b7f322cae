"""Makes the pictures of `formats`: make.py TARGET REFERENCES PHOTOS.. -- LOGOS.. -- [NAMES..]

Each recipe is a folder of TARGET with the photographs, or the logos, in one format: all of them, or those of the
NAMES given. Pictures that are there stay. A tiny reference of each picture is kept under the inode of its file, where
`verify.py` looks for it. Prints what could not be made, as JSON.
"""

import json
import subprocess
import sys
from pathlib import Path

import heic_grid
import pillow_heif
import pyvips
from PIL import Image, ImageOps

TINY = (32, 32)
LOGO_EDGE = 3464  # 12 MP
pillow_heif.register_heif_opener()


def vips(**options):
    """Written by libvips, with the options of the saver that the extension chooses."""
    return lambda picture, path: picture.write_to_file(str(path), keep="none", **options)


def deep(**options):
    """The same in 16 bits; a little blur fills the lower eight."""
    def save(picture, path):
        picture = picture.cast("ushort", shift=True).gaussblur(0.5)
        vips(**options)(picture.copy(interpretation="rgb16"), path)
    return save  # fmt: skip


def by_pillow(picture):
    mode = "RGBA" if picture.hasalpha() else "RGB"
    return Image.frombytes(mode, (picture.width, picture.height), picture.write_to_memory())


def pillow(mode="", **options):
    def save(picture, path):
        picture = by_pillow(picture)
        (picture.convert(mode) if mode else picture).save(path, **options)
    return save  # fmt: skip


def grid(**options):
    """A HEIC of tiles, as phones write it."""
    return lambda picture, path: heic_grid.save(by_pillow(picture), path, **options)


def program(*command):
    """Written by a program of the system's, from a PNG."""
    def save(picture, path):
        between = path.with_suffix(".between.png")
        picture.write_to_file(str(between), compression=1, keep="none")
        command_line = [part.format(source=between, target=path) for part in command]
        try:
            subprocess.run(command_line, check=True, capture_output=True)
        finally:
            between.unlink()
    return save  # fmt: skip


def magick(*options):
    return program("convert", "{source}", *options, "{target}")


PHOTOS = {
    "JPEG": ("jpg", vips(Q=90)),
    "PNG, 8 bits": ("png", vips()),
    "PNG, 16 bits": ("png", deep(bitdepth=16)),
    "PNG, interlaced": ("png", vips(interlace=True)),
    "WebP, lossy": ("webp", vips(Q=80, effort=2)),
    "WebP, lossless": ("webp", vips(lossless=True, effort=1)),
    "TIFF, uncompressed": ("tif", vips(compression="none")),
    "TIFF, LZW": ("tif", vips(compression="lzw", predictor="horizontal")),
    "TIFF, deflate, tiles": ("tif", vips(compression="deflate", predictor="horizontal", tile=True)),
    "TIFF, deflate, 16 bits": ("tif", deep(compression="deflate", predictor="horizontal")),
    "TIFF, JPEG": ("tif", vips(compression="jpeg", Q=90)),
    "BMP": ("bmp", pillow()),
    "GIF": ("gif", pillow("P")),
    "AVIF, 8 bits": ("avif", vips(compression="av1", Q=60, effort=1)),
    "AVIF, 10 bits": ("avif", vips(compression="av1", Q=60, effort=1, bitdepth=10)),
    "HEIC, one picture": ("heic", pillow(quality=60)),
    "HEIC, grid": ("heic", grid(quality=60)),
    "JPEG XL": ("jxl", program("cjxl", "{source}", "{target}", "-e", "3", "-d", "1.5")),
    "JPEG 2000": ("jp2", pillow(quality_mode="rates", quality_layers=[12], irreversible=True)),
    "PSD": ("psd", magick("-compress", "RLE")),
    "TGA": ("tga", pillow(compression="tga_rle")),
    "PPM": ("ppm", pillow()),
    "SGI": ("sgi", pillow()),
    "PCX": ("pcx", pillow()),
    "QOI": ("qoi", pillow()),
    "DDS, BC1": ("dds", pillow(pixel_format="DXT1")),
    "OpenEXR": ("exr", magick("-colorspace", "RGB", "-compress", "ZIP")),
    "Radiance HDR": ("hdr", magick("-colorspace", "RGB")),
}
LOGOS = {
    "PNG, alpha": ("png", vips()),
    "PNG, palette and alpha": ("png", vips(palette=True)),
    "WebP, lossless, alpha": ("webp", vips(lossless=True, effort=1)),
    "AVIF, alpha": ("avif", vips(compression="av1", Q=60, effort=1)),
    "TIFF, LZW, alpha": ("tif", vips(compression="lzw")),
    "SVG": ("svg", None),
}


def photograph(path):
    picture = pyvips.Image.new_from_file(path).autorot().copy_memory()
    return picture.icc_transform("srgb") if picture.get_typeof("icc-profile-data") else picture


def logo(path):
    return pyvips.Image.thumbnail(path, LOGO_EDGE, height=LOGO_EDGE, crop="centre").copy_memory()


def keep_reference(picture, path, references):
    """What `verify.py` would make of the picture, on white."""
    flat = picture.flatten(background=255) if picture.hasalpha() else picture
    gray = by_pillow(flat).convert("L")
    tiny = ImageOps.fit(gray, TINY, Image.Resampling.BOX)
    tiny.save(references / f"{path.stat().st_ino}.png")


def make(recipes, sources, read, target, references):
    """Every picture of a group by every recipe; gives why some could not be made."""
    failed = {}
    for number, source in enumerate(sources):
        picture = None
        for name, (extension, save) in recipes.items():
            path = target / name / f"{number}.{extension}"
            if path.exists():
                continue
            picture = picture or read(source)
            part = path.with_name(f".part.{extension}")
            part.parent.mkdir(exist_ok=True)
            try:
                save(picture, part) if save else part.write_bytes(Path(source).read_bytes())
                keep_reference(picture, part, references)
                part.rename(path)
            except Exception as error:  # whatever a saver raises
                failed[name] = " ".join(str(error).split())
                part.unlink(missing_ok=True)
    return failed


def wanted(recipes, names):
    return {name: recipe for name, recipe in recipes.items() if name in (names or recipes)}


if __name__ == "__main__":
    target, references, *words = sys.argv[1:]
    photos, words = words[: words.index("--")], words[words.index("--") + 1 :]
    logos, names = words[: words.index("--")], words[words.index("--") + 1 :]
    places = Path(target), Path(references)
    failed = make(wanted(PHOTOS, names), photos, photograph, *places)
    failed |= make(wanted(LOGOS, names), logos, logo, *places)
    print(json.dumps(failed))
