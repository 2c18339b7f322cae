#!/usr/bin/env python3
"""Many small files: how fast a run makes them, and how fast the next one finds them done.

usage: run.py BINARY [FILES [FOLDER]]

Generates FILES pictures (100,000) of 16 x 16 pixels in FOLDER (a temporary one), a thousand to a
folder, and runs BINARY on them: once to make them, then again to skip them by size and time,
then after a change of all times to skip them by content, then `verify`. Standard library only.
"""

import json
import multiprocessing
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import time


def generate(folder: pathlib.Path, count: int) -> None:
    head = b"P6 16 16 255\n"
    for number in range(count):
        place = folder / f"{number // 1000:03}"
        if number % 1000 == 0:
            place.mkdir(parents=True)
        seed = number.to_bytes(4, "little")
        (place / f"picture-{number:06}.ppm").write_bytes(head + (seed * 192))
    set_times(folder, time.time() - 3600)


def set_times(folder: pathlib.Path, when: float) -> None:
    for path in folder.rglob("*.ppm"):
        os.utime(path, (when, when))


def apart(work, *arguments) -> None:
    """Runs it in a process of its own, because a child's peak starts at that of its parent."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=arguments)
    process.start()
    process.join()
    if process.exitcode != 0:
        sys.exit("could not make the pictures")


def measure(name: str, count: int, command: list[str]) -> None:
    # To a file: a child's peak is counted from that of the process that starts it.
    with tempfile.TemporaryFile() as records:
        start = time.monotonic()
        process = subprocess.Popen(command, stdout=records, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.monotonic() - start
        records.seek(-min(4000, records.tell()), os.SEEK_END)
        said = records.read().splitlines()
    cpu = usage.ru_utime + usage.ru_stime
    summary = json.loads(said[-1]) if said else {}
    told = {key: summary[key] for key in ("ok", "up_to_date", "failed", "intact") if key in summary}
    print(
        f"{name:<22} {wall:7.2f} s  {count / wall:9.0f} files/s  {cpu:7.2f} s CPU"
        f"  {count / cpu:9.0f} files per CPU second  {usage.ru_maxrss / 1024:6.1f} MiB peak"
        f"  exit {os.waitstatus_to_exitcode(status)}  {told}",
        flush=True,
    )


def main() -> None:
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100_000
    with tempfile.TemporaryDirectory(dir=sys.argv[3] if len(sys.argv) > 3 else None) as place:
        source, out = pathlib.Path(place, "in"), pathlib.Path(place, "out")
        apart(generate, source, count)
        run = [binary, "--json", str(source), str(out)]
        for jobs in ("1", "2"):
            measure(f"make, -j {jobs}", count, [*run, "--force", "--jobs", jobs])
        for jobs in ("1", "2"):
            measure(f"skip, -j {jobs}", count, [*run, "--jobs", jobs])
        state = out / ".avatar-prep" / "cache.sqlite"
        print(f"state file: {state.stat().st_size / count:.0f} bytes per file")
        apart(set_times, source, time.time() - 1800)
        measure("skip by content", count, run)
        measure("skip again", count, run)
        measure("verify", count, [binary, "--json", "verify", str(out)])


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    main()
