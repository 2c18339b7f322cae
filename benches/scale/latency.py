#!/usr/bin/env python3
"""From bucket to bucket against from folder to folder, when each request takes time.

usage: latency.py BINARY FOLDER [--copies 4] [--jobs 1] [--memory 1GiB] [--rounds 5] [--latency 5,50]

FOLDER's pictures are used COPIES times. In each round, BINARY makes them from a folder to a folder on a disk in
memory, and then from store.py to store.py, once for each latency (0 is always among them). Only the processors
0 to JOBS - 1 are given to BINARY; store.py has the last one, which is why two processors can measure --jobs 1 only.
The ratio is local time / store time of the same round: 1 is as fast as local. Standard library only, Linux.
"""

import argparse
import os
import pathlib
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).parent


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    def __init__(self, latency: float, copies: int, folder: pathlib.Path, processor: int) -> None:
        self.port = free_port()
        self.latency = latency
        command = [sys.executable, HERE / "store.py", latency, self.port, copies, folder]
        self.process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, text=True)
        os.sched_setaffinity(self.process.pid, {processor})
        assert self.process.stdout.readline() == "ready\n"

    def counts(self) -> str:
        with socket.create_connection(("127.0.0.1", self.port)) as client:
            client.sendall(b"GET /counts HTTP/1.1\r\nHost: here\r\n\r\n")
            return client.recv(65536).split(b"\r\n\r\n", 1)[1].decode()


def measure(command: list[str], processors: set[int], variables: dict) -> tuple[float, float, float]:
    """Seconds, seconds of processor time, and peak memory in MiB of a run that must succeed."""
    start = time.monotonic()
    environment = {**os.environ, **variables}
    process = subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: os.sched_setaffinity(0, processors),
    )
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - start
    if status != 0:
        sys.exit(f"{command} failed:\n{said.decode()}")
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("binary")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--copies", type=int, default=4)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--memory", default="1GiB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--latency", default="5,50")
    parser.add_argument("--scratch", default="/dev/shm")
    args = parser.parse_args()
    binary = str(pathlib.Path(args.binary).resolve())
    processors = set(range(args.jobs))
    last = os.cpu_count() - 1
    if last in processors:
        print("note: the store shares a processor with the program", flush=True)
    latencies = [0.0, *(float(text) for text in args.latency.split(","))]
    servers = [Server(latency, args.copies, args.folder, last) for latency in latencies]
    run = [binary, "--quiet", "--jobs", str(args.jobs), "--memory", args.memory]
    times: dict[str, list[tuple[float, float, float]]] = {}
    with tempfile.TemporaryDirectory(dir=args.scratch) as scratch:
        source = pathlib.Path(scratch, "in")
        files = sorted(path for path in args.folder.iterdir() if path.is_file())
        for copy in range(args.copies):
            place = source / f"{copy:03}"
            place.mkdir(parents=True)
            for file in files:
                first = source / "000" / file.name
                os.link(first, place / file.name) if copy else shutil.copyfile(file, first)
        count = len(files) * args.copies
        size = sum(file.stat().st_size for file in files) / len(files)
        print(f"{count} pictures of {size / 1e6:.2f} MB, --jobs {args.jobs}, --memory {args.memory}", flush=True)
        for number in range(args.rounds + 1):
            out = pathlib.Path(scratch, "out")
            found = {"local": measure([*run, str(source), str(out)], processors, {})}
            shutil.rmtree(out)
            for server in servers:
                variables = {
                    "AWS_ACCESS_KEY_ID": "nobody",
                    "AWS_SECRET_ACCESS_KEY": "nothing",
                    "AWS_REGION": "us-east-1",
                    "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.port}",
                    "NO_PROXY": "127.0.0.1",
                }
                command = [*run, "s3://in/", f"s3://out/{number}/"]
                found[f"{server.latency:g} ms"] = measure(command, processors, variables)
            # The first round fills caches and is not counted.
            for name, taken in found.items():
                times.setdefault(name, []).extend([taken] if number else [])
        requests = {f"{server.latency:g} ms": server.counts() for server in servers}
    for server in servers:
        server.process.kill()
        server.process.wait()
    local = [wall for wall, _, _ in times["local"]]
    for name, taken in times.items():
        walls = [wall for wall, _, _ in taken]
        ratios = sorted(one / other for one, other in zip(local, walls))
        middle = statistics.median
        print(
            f"{name:>6}  {1000 * middle(walls) / count:6.1f} ms/picture"
            f"  {1000 * middle(cpu for _, cpu, _ in taken) / count:6.1f} ms CPU"
            f"  peak {max(peak for _, _, peak in taken):5.0f} MiB"
            f"  throughput / local {middle(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
            f"  {requests.get(name, '')}"
        )


if __name__ == "__main__":
    main()
