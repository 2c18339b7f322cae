#!/usr/bin/env python3
"""Counts `unsafe` in the sources of the crates that are linked into the program, and compares the names with those in
docs/supply-chain.md, so that a new crate with unsafe code is reviewed before it is merged.

    packaging/unsafe.py          # fails if the document leaves one out
    packaging/unsafe.py --list   # prints all
"""

import pathlib
import re
import sys

from staged import ROOT, linked

# Comments and texts, in which the word means nothing. Characters and raw texts first: they may contain quotes.
NO_CODE = re.compile(
    r"""'(?:\\.|[^\\'\n])'|r(#*)".*?"\1|"(?:\\.|[^"\\])*"|//[^\n]*|/\*.*?\*/""", re.DOTALL
)
WORD = re.compile(r"\bunsafe\b(?!_)")


def count(package):
    folder = pathlib.Path(package["manifest_path"]).parent
    total = 0
    for path in folder.rglob("*.rs"):
        parts = path.relative_to(folder).parts
        if parts[0] in ("tests", "benches", "examples", "fuzz", "target", "build.rs"):
            continue
        text = NO_CODE.sub(" ", path.read_text(encoding="utf-8", errors="replace"))
        total += len(WORD.findall(text))
    return total


def main():
    packages, _ = linked()
    foreign = [package for package in packages if package["source"]]
    found = [(count(package), package["name"], package["version"]) for package in foreign]
    with_unsafe = sorted((it for it in found if it[0]), reverse=True)
    if sys.argv[1:] == ["--list"]:
        for number, name, version in with_unsafe:
            print(f"{number:6} {name} {version}")
    document = (ROOT / "docs/supply-chain.md").read_text()
    missing = sorted({name for _, name, _ in with_unsafe if f"`{name}`" not in document})
    total = sum(number for number, _, _ in with_unsafe)
    print(f"{len(packages)} crates, {len(foreign)} of others, {len(with_unsafe)} with unsafe code ({total} places)")
    if missing:
        sys.exit("docs/supply-chain.md does not mention: " + ", ".join(missing))


main()
