#!/usr/bin/env python3
"""Time and results on a processor without AVX, measured on one that has it.

usage: without_avx.py BINARY PICTURES [ROUNDS [avx512]]

Each folder in PICTURES, or PICTURES itself if it has none, is prepared by BINARY and by a copy of it that finds no AVX,
in turn, with one worker; with `avx512`, the copy finds AVX2 but no AVX-512. Prints the user CPU time of both (the median
of 5 rounds), their quotient, and which results are not the same, byte for byte.

Programs ask the processor what it can do with the instruction CPUID. In the copy each is replaced by one that the
processor refuses, and `masked.c` answers in its place. The C library has a setting for the same. Linux on x86-64 with
`objdump` and `cc`; standard library only.
"""

import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from statistics import median

HERE = pathlib.Path(__file__).resolve().parent
CPUID, REFUSED = b"\x0f\xa2", b"\x0f\x0b"
# What of the C library's own choice is younger than SSE4.2.
YOUNGER = ["AVX", "AVX2", "AVX512F", "AVX512VL", "AVX512BW", "BMI1", "BMI2", "LZCNT", "ERMS", "FSRM", "FMA", "MOVBE"]


def segments(binary: pathlib.Path) -> list[tuple[int, int, int]]:
    """Address, offset and length of each part of the file that is loaded."""
    said = subprocess.run(["objdump", "-p", binary], check=True, capture_output=True, text=True).stdout
    found = re.findall(r"LOAD off\s+0x(\w+) vaddr 0x(\w+).*\n\s+filesz 0x(\w+)", said)
    return [(int(address, 16), int(offset, 16), int(length, 16)) for offset, address, length in found]


def places(binary: pathlib.Path) -> list[int]:
    """Offsets in the file of all CPUID instructions."""
    command = ["objdump", "-d", "--no-show-raw-insn", binary]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    addresses = [int(it, 16) for it in re.findall(r"^\s*(\w+):\s+cpuid\s*$", said, re.MULTILINE)]
    loaded = segments(binary)
    return [
        address - start + offset
        for address in addresses
        for start, offset, length in loaded
        if start <= address < start + length
    ]


def without_avx(binary: pathlib.Path, folder: pathlib.Path, only_512: bool) -> tuple[pathlib.Path, dict[str, str]]:
    """A copy of the program, and the variables to run it with."""
    copy, library = folder / "program", folder / "masked.so"
    code, found = bytearray(binary.read_bytes()), places(binary)
    if not found:
        sys.exit("no CPUID was found in the program")
    for place in found:
        if code[place : place + 2] != CPUID:
            sys.exit(f"no CPUID at {place:#x}")
        code[place : place + 2] = REFUSED
    copy.write_bytes(code)
    copy.chmod(0o755)
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library, HERE / "masked.c"], check=True)
    print(f"{len(found)} CPUID instructions replaced", file=sys.stderr)
    names = [name for name in YOUNGER if name.startswith("AVX512") or not only_512]
    tunables = "glibc.cpu.hwcaps=" + ",".join(f"-{name}" for name in names)
    hidden = "AVX512" if only_512 else "AVX"
    return copy, {**os.environ, "LD_PRELOAD": str(library), "GLIBC_TUNABLES": tunables, "HIDDEN": hidden}


def prepared(program: pathlib.Path, env: dict[str, str], source: pathlib.Path, out: pathlib.Path) -> float:
    """User CPU seconds of a run."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    words = [program, "--quiet", "--force", "--jobs", "1", "--name", "{dir}/{stem}-{ext}.jpg", source, out]
    code = subprocess.run(words, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL).returncode
    if code not in (0, 1):
        sys.exit(f"{source}: exit code {code}")
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before


def results(out: pathlib.Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*.jpg"))}


def row(folder: pathlib.Path, programs: list, rounds: int, scratch: pathlib.Path) -> str:
    outs, times = [scratch / "with", scratch / "without"], ([], [])
    for _ in range(rounds):
        for which, (program, env) in enumerate(programs):
            times[which].append(prepared(program, env, folder, outs[which]))
    first, second = map(results, outs)
    differ = [name for name in first if first[name] != second.get(name)]
    before, after = map(median, times)
    ratio = f"{after / before:.2f}" if before > 0.05 else "–"
    for out in outs:
        shutil.rmtree(out, ignore_errors=True)
    return f"| {folder.name} | {len(first)} | {before:.2f} | {after:.2f} | {ratio} | {', '.join(differ) or 'none'} |"


def main() -> None:
    binary, pictures = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    folders = sorted(path for path in pictures.iterdir() if path.is_dir()) or [pictures]
    with tempfile.TemporaryDirectory() as place:
        scratch = pathlib.Path(place)
        programs = [(binary, dict(os.environ)), without_avx(binary, scratch, "avx512" in sys.argv[4:])]
        print("| pictures | results | with s | without s | ratio | which differ |\n| --- | --: | --: | --: | --: | --- |")
        for folder in folders:
            print(row(folder, programs, rounds, scratch), flush=True)


if __name__ == "__main__":
    main()
