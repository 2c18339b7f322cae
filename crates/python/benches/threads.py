"""Throughput from Python beside one thread and beside the command, over the pictures of a folder.

python benches/threads.py FOLDER [THREADS [ROUNDS]]   (an environment with a release wheel; nothing else should run)

Rounds are interleaved, so that a machine that becomes slower or faster does so for all. CPU seconds compare work also
on a machine that has other things to do, but say nothing about threads that wait.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import avatar_prep


def timed(work) -> tuple[float, float]:
    """Seconds, and CPU seconds of this process and of programs that it ran."""
    start, used = time.perf_counter(), sum(os.times()[:4])
    work()
    return time.perf_counter() - start, sum(os.times()[:4]) - used


def on_threads(pictures: list[bytes], threads: int) -> None:
    """Prepares all pictures on threads of Python that share a Preparer."""
    preparer, waiting = avatar_prep.Preparer(), iter(pictures)
    lock = threading.Lock()

    def work() -> None:
        while True:
            with lock:
                picture = next(waiting, None)
            if picture is None:
                return
            try:
                preparer.prepare(picture)
            except avatar_prep.PrepareError:
                pass

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def many_to_files(files: list[Path], out: Path, jobs: int) -> None:
    """The work of the command: reads, prepares and writes."""
    pictures = (file.read_bytes() for file in files)
    for index, result in avatar_prep.Preparer().prepare_many(pictures, jobs=jobs):
        if isinstance(result, avatar_prep.Avatar):
            result.save(out / f"{index}.jpg")


def main() -> None:
    folder, threads = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    pictures = [path.read_bytes() for path in files]
    command = Path(sys.executable).parent / "avatar-prep"
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch)

        def run_command() -> None:
            shutil.rmtree(out / "command", ignore_errors=True)
            words = [command, "--quiet", "--jobs", str(threads), "--name", "{dir}/{stem}-{ext}.jpg", folder, out / "command"]
            subprocess.run(words, stderr=subprocess.DEVNULL, check=False)

        works = {
            "one thread": lambda: on_threads(pictures, 1),
            f"{threads} threads": lambda: on_threads(pictures, threads),
            "prepare_many": lambda: many_to_files(files, out / "many", threads),
            "command": run_command,
        }
        times = {name: [] for name in works}
        for _ in range(rounds):
            for name, work in works.items():
                times[name].append(timed(work))
    best = {name: [min(each) for each in zip(*found)] for name, found in times.items()}
    for name, (seconds, used) in best.items():
        print(f"{name:14} {seconds:7.2f} s  {used:7.2f} CPU s  {len(files) / seconds:7.1f} pictures a second")
    one, two, many, whole = best.values()
    print(f"threads: {one[0] / two[0]:.2f} of one; CPU {one[1] / two[1]:.2f}")
    print(f"prepare_many: {whole[0] / many[0]:.2f} of the command; CPU {whole[1] / many[1]:.2f}")


if __name__ == "__main__":
    main()
