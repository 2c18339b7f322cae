#!/usr/bin/env python3
"""Counts the crates of each package, and `unsafe` in the sources of those that are linked into the program. Compares the
names and the numbers with those in the documents, so that a new crate with unsafe code is reviewed before it is merged.

    packaging/unsafe.py          # fails if docs/supply-chain.md leaves one out, or a number in the documents is wrong
    packaging/unsafe.py --list   # prints all
"""

import pathlib
import re
import sys

from staged import ROOT, host, linked, output_of

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


def crates(package, *options, edges="normal,no-proc-macro"):
    """How many crates a package consists of on this platform, with itself."""
    tree = output_of("cargo", "tree", f"--edges={edges}", "--prefix=none", "--format={p}", f"--package={package}",
                     "--locked", "--offline", *options)
    return len({tuple(line.split()[:2]) for line in tree.splitlines() if line})


def stated(total, own, with_unsafe):
    """The lines of documents that state these numbers, or how they begin."""
    bare = "--no-default-features"
    built = "normal,build"
    small = ", ".join(str(crates(f"avatar-{name}")) for name in ("svg", "jpeg", "hevc", "faces"))
    return {
        "docs/supply-chain.md": [
            f"| the program | {total}, of which {own} are of this project |",
            f"| the program without stores | {crates('avatar-prep', bare)} |",
            f"| `avatar-prepare` | {crates('avatar-prepare')}; without default features {crates('avatar-prepare', bare)} |",
            f"| `avatar-upload`, `avatar-stores` | {crates('avatar-upload')}, {crates('avatar-stores')} |",
            f"| `avatar-svg`, `avatar-jpeg`, `avatar-hevc`, `avatar-faces` | {small} |",
            f"{with_unsafe} of them contain the word `unsafe`.",
        ],
        "docs/proof.md": [
            f"| crates of the program, of them with `unsafe` | {total}, {with_unsafe}: ",
        ],
        "docs/library.md": [
            f"and farbfeld, and builds {crates('avatar-prepare', bare, edges=built)} crates instead of "
            f"{crates('avatar-prepare', edges=built)}.",
        ],
    }


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
    if host() != "x86_64-unknown-linux-gnu":
        return  # the numbers in the documents are those of this target
    lines = stated(len(packages), len(packages) - len(foreign), len(with_unsafe))
    texts = {name: "\n" + (ROOT / name).read_text() for name in lines}
    wrong = [f"{name}: {line}" for name in lines for line in lines[name] if "\n" + line not in texts[name]]
    if wrong:
        sys.exit("numbers that differ in the documents; these are right:\n" + "\n".join(wrong))


main()
