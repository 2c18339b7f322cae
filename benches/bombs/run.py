#!/usr/bin/env python3
"""Bombs: small files that ask for much. Prints what became of each, how long it took and its memory.

usage: run.py BINARY [--only TEXT] [--families NAMES] [--write FOLDER] [--jsonl FILE]

Each bomb is prepared by a process of its own, with default limits and one worker. The time is that of the
processor, so that other work on the machine hardly changes it, and the memory is the peak of resident memory; both
are above those of a picture of 2 x 2 pixels. The time of the clock shows what waits without work.
A bomb that ends the process otherwise than with a record is listed at the end, and the exit code is 1: it would end a
run of many pictures too, and is no success even if it is quick.
`--families` takes only the bombs of these files, separated by commas; `--write` keeps the files instead
of running anything. Standard library only.
"""

import argparse
import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent))

FAMILIES = ["jpegs", "rasters", "tiffs", "boxed", "drawings", "documents", "layered", "frames", "metadata", "tiles",
            "jxls", "letters", "paints", "structures", "coded",
            "settings"]
#: What the table may show without an explanation: milliseconds, and megabytes above the baseline.
QUICK, LITTLE = 100, 64
SMALL = b"P6 2 2 255\n" + bytes(12)
#: Bytes of addresses and seconds of a processor that a process may have, so that no bomb takes the machine down.
MOST = 12 << 30
LONGEST = 150


def all_bombs(only: str):
    for family in FAMILIES:
        for name, end, make in __import__(family).bombs():
            if only in name:
                yield name, end, make


def written(folder: pathlib.Path, only: str):
    """The files, made in a process of their own: memory of a child is counted from that of its parent."""
    for number, name, end in listed(only):
        path = folder / f"{number:03}.{end}"
        command = [sys.executable, __file__, "-", "--only", name, "--families", ",".join(FAMILIES),
                   "--make", str(path)]
        subprocess.run(command, check=True)
        yield name, path
        path.unlink(missing_ok=True)


def listed(only: str) -> list[tuple[int, str, str]]:
    here = str(pathlib.Path(__file__).parent)
    code = (f"import sys; sys.path.insert(0, {here!r}); import json, run; run.FAMILIES = {FAMILIES!r};"
            f"print(json.dumps([(n, b[0], b[1]) for n, b in enumerate(run.all_bombs({only!r}))]))")
    said = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return json.loads(said.stdout)


def bounded() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST, MOST))
    resource.setrlimit(resource.RLIMIT_CPU, (LONGEST, LONGEST))


def prepare(binary: str, path: pathlib.Path, folder: pathlib.Path) -> tuple[dict, float, float, float]:
    """The record, time of a processor in ms, peak memory in MB and time of the clock in ms of a run on one file."""
    out = folder / "out.jpg"
    out.unlink(missing_ok=True)
    command = [binary, "--json", "--jobs", "1", *arguments(path, folder), str(out)]
    if "accounts" in path.suffixes[0]:
        command = [binary, "upload", "--dry-run", "--json", "--accounts", str(path), str(folder / "results")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AVATAR_PREP_")}
    start = time.monotonic()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, env=environment,
                                   preexec_fn=bounded)
        _, status, usage = os.wait4(process.pid, 0)
        wall = (time.monotonic() - start) * 1000
        said.seek(0)
        lines = [json.loads(line) for line in said.read().splitlines()]
    records = [line for line in lines if line.get("event") == "file"]
    code = os.waitstatus_to_exitcode(status)
    crashed = {"status": "crashed", "code": "refused" if code == 2 else f"status {code}"}
    late = (usage.ru_utime + usage.ru_stime) * 1000
    return records[0] if records else crashed, late, usage.ru_maxrss * 1024 / 1e6, wall


def arguments(path: pathlib.Path, folder: pathlib.Path) -> list[str]:
    """The bomb itself, or a small picture with the bomb as its sidecar or as the settings."""
    small = folder / "small.ppm"
    match path.suffixes[0]:
        case ".sidecar":
            path.replace(folder / "small.ppm.toml")
            return [str(small)]
        case ".settings":
            return ["--config", str(path), str(small)]
        case ".list":
            return ["--dry-run", "--from", str(path), "s3://nobody-has-this/"]
        case _:
            return [str(path)]


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("binary")
    parser.add_argument("--only", default="")
    parser.add_argument("--families", type=lambda names: names.split(","), default=FAMILIES)
    parser.add_argument("--write", type=pathlib.Path)
    parser.add_argument("--make", type=pathlib.Path)
    parser.add_argument("--jsonl", type=pathlib.Path)
    options = parser.parse_args()
    FAMILIES[:] = options.families
    if options.make:
        options.make.write_bytes(next(make() for name, _, make in all_bombs("") if name == options.only))
        return
    if options.write:
        options.write.mkdir(parents=True, exist_ok=True)
        for number, (_, end, make) in enumerate(all_bombs(options.only)):
            (options.write / f"{number:03}.{end}").write_bytes(make())
        return
    with tempfile.TemporaryDirectory() as place:
        ended = measure(options, pathlib.Path(place))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"\nthis process: {peak} MB, below which no memory can be measured", file=sys.stderr)
    for name in ended:
        print(f"ended the process: {name}", file=sys.stderr)
    sys.exit(1 if ended else 0)


def measure(options: argparse.Namespace, folder: pathlib.Path) -> list[str]:
    """Prints the table; the names of the bombs that ended the process."""
    ended = []
    small = folder / "small.ppm"
    small.write_bytes(SMALL)
    (folder / "results").mkdir()
    prepare(options.binary, small, folder)
    (folder / "out.jpg").rename(folder / "results" / "small.jpg")
    least = [prepare(options.binary, small, folder)[1:] for _ in range(5)]
    quick, baseline, _ = (min(column) for column in zip(*least))
    print("| bomb | bytes | outcome | ms | ms of the clock | MB above baseline |\n| --- | --: | --- | --: | --: | --: |")
    for name, path in written(folder, options.only):
        size = path.stat().st_size
        record, late, memory, wall = prepare(options.binary, path, folder)
        outcome = record["code"] or record["status"]
        if outcome.startswith("status "):
            ended.append(name)
        above = max(0.0, memory - baseline)
        late = max(0.0, late - quick)
        (folder / "small.ppm.toml").unlink(missing_ok=True)
        print(f"| {name} | {size:,} | {outcome} | {late:.0f} | {wall:.0f} | {above:.0f} |", flush=True)
        if options.jsonl:
            row = {"bomb": name, "bytes": size, "outcome": outcome, "ms": late, "mb": above, "wall": wall,
                   "message": record.get("message"), "memory": record.get("memory"), "flags": record.get("flags")}
            with options.jsonl.open("a") as lines:
                lines.write(json.dumps(row) + "\n")
    return ended


if __name__ == "__main__":
    main()
