#!/usr/bin/env python3
"""Draws a folder of SVG with avatar-prep and rsvg-convert, and compares both with what Chromium drew.

usage: compare.py IN WORK --bin PATH [--edge N]

IN holds one folder per set of drawings; WORK gets the pictures. Before it: `node chromium.mjs IN WORK/chromium [EDGE]`.
Needs Python 3.11, Pillow, NumPy and rsvg-convert. Every renderer draws the centre square on white. A drawing holds if
the mean difference is at most 2 of 255 and at most 1 % of the pixels are off by more than 32. avatar-prep's result is a
JPEG of quality 90 to 100, so its noise counts against it. Prints the share that holds by set; WORK/NAME.tsv has the
drawings of each renderer, worst first.
"""

import argparse
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from PIL import Image


def size(text):
    """Width and height that the root asks for."""
    root = re.search(r"<(?:\w+:)?svg\b[^>]*>", text, re.S).group(0)

    def number(name):
        found = re.search(rf"""\s{name}\s*=\s*["']\s*([\d.]+)(?:px)?\s*["']""", root)
        return float(found.group(1)) if found else 0

    width, height = number("width"), number("height")
    box = re.search(r"""\sviewBox\s*=\s*["']([^"']*)""", root)
    box = [float(value) for value in re.split(r"[\s,]+", box.group(1).strip())] if box else None
    if not width and not height and box:
        width, height = box[2:]
    elif box and not (width and height):
        width, height = (width, width * box[3] / box[2]) if width else (height * box[2] / box[3], height)
    return width or 300, height or 150


def draw_with_rsvg(source, target, edge):
    width, height = size(source.read_text("utf-8", "replace"))
    scale = edge / min(width, height)
    width, height = width * scale, height * scale
    target.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["rsvg-convert", f"--width={width:.4f}", f"--height={height:.4f}", f"--left={(edge - width) / 2:.4f}",
         f"--top={(edge - height) / 2:.4f}", f"--page-width={edge}", f"--page-height={edge}", "--background-color=white",
         f"--output={target}", str(source)], capture_output=True)


def draw(drawings, work, program, edge):
    with ThreadPoolExecutor() as pool:
        for source in sorted(drawings.rglob("*.svg")):
            pool.submit(draw_with_rsvg, source, work / "rsvg" / source.relative_to(drawings).with_suffix(".png"), edge)
    subprocess.run([program, str(drawings), str(work / "ours"), "-s", str(edge), "--quality", "90..100", "-b", "5MB",
                    "--effort", "fast", "--background", "white"], stdout=subprocess.DEVNULL)


def pixels(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def rows(truth, folder):
    """Name, mean difference and share of pixels that are off; what was not drawn is off everywhere."""
    for picture in sorted(truth.rglob("*.png")):
        name = picture.relative_to(truth).with_suffix("")
        made = next((path for end in (".png", ".jpg") if (path := folder / f"{name}{end}").exists()), None)
        if made is None:
            yield str(name), 255.0, 1.0
            continue
        difference = np.abs(pixels(picture) - pixels(made))
        yield str(name), difference.mean(), (difference.max(axis=2) > 32).mean()


def main():
    parser = argparse.ArgumentParser(description="Compares drawings with Chromium's.")
    parser.add_argument("drawings", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--bin", required=True)
    parser.add_argument("--edge", type=int, default=256)
    options = parser.parse_args()
    draw(options.drawings, options.work, options.bin, options.edge)
    holds = {}
    for name in ("ours", "rsvg"):
        found = sorted(rows(options.work / "chromium", options.work / name), key=lambda row: -row[1])
        (options.work / f"{name}.tsv").write_text("".join(f"{row[0]}\t{row[1]:.3f}\t{row[2]:.5f}\n" for row in found))
        holds[name] = {row[0]: row[1] <= 2 and row[2] <= 0.01 for row in found}
    print("set", "drawings", *holds, sep="\t")
    for group in [*sorted({name.split("/")[0] for name in holds["ours"]}), ""]:
        among = {name: [held for key, held in table.items() if key.startswith(group)] for name, table in holds.items()}
        shares = [f"{100 * sum(held) / len(held):.2f} %" for held in among.values()]
        print(group or "all", len(among["ours"]), *shares, sep="\t")


if __name__ == "__main__":
    main()
