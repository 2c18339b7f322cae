#!/usr/bin/env python3
"""Soak: very many pictures through one process with faults on the way, and very many requests to one
page. Prints memory, descriptors and leftovers at the start and at the end.

usage: run.py BINARY [PICTURES [REQUESTS [FOLDER]]]

PICTURES (200,000) small ones are put into a watched folder in rounds of 2,000, so that one process makes
them all. Every round has damaged files, files without permission, a file that is written slowly, two files of a disk
that takes a quarter of a second for each 4,096 bytes, one of which breaks off at first, and
a stop and continue of the process; some rounds fill the disk of the results. As root, the process runs as
a user without rights, for whom permissions count; the disk of the results is a small tmpfs, and slowdisk.py is the slow one. Three to five results of each round are compared with those of runs
of their own. Then `review` on the
results gets REQUESTS (200,000) requests: sound ones, hostile ones, and clients that send a byte a second.
Standard library only; Linux.
"""

import http.client
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from slowdisk import SlowDisk

#: Whom permissions count for: "nobody" on most systems.
NOBODY = 65534
ROUND = 2_000
#: Bytes of the disk for results; the full rounds fill the rest of it with a file.
DISK = 512 << 20


def picture(number: int) -> bytes:
    width, height = 8 + number % 23, 8 + number % 19
    seed = random.Random(number)
    return b"P6 %d %d 255\n" % (width, height) + seed.randbytes(3 * width * height)


def large(number: int) -> bytes:
    """Five reads of the slow disk."""
    return b"P6 90 70 255\n" + random.Random(number).randbytes(3 * 90 * 70)


def damaged(number: int) -> bytes:
    whole = picture(number)
    return whole[:len(whole) // 3] if number % 2 else b"GIF89a" + whole


def status(pid: int) -> dict[str, int]:
    text = pathlib.Path(f"/proc/{pid}/status").read_text()
    value = lambda name: int(re.search(rf"{name}:\s+(\d+)", text)[1])
    return {"rss": value("VmRSS"), "peak": value("VmHWM"), "threads": value("Threads"),
            "descriptors": len(os.listdir(f"/proc/{pid}/fd"))}


def shown(state: dict[str, int]) -> str:
    return (f"{state['rss'] / 1024:.1f} MB, peak {state['peak'] / 1024:.1f} MB, "
            f"{state['descriptors']} descriptors, {state['threads']} threads")


def as_nobody(folder: pathlib.Path) -> dict:
    """How a process is started as a user without rights, if this is root: root may read everything."""
    if os.geteuid() != 0:
        return {}
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder / "home")}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": [], "env": environment}


class Watched:
    """A run with --watch, and counts of its records as they come."""

    def __init__(self, binary: str, sources: pathlib.Path, results: pathlib.Path):
        command = [binary, "--json", "--watch", "--jobs", "2", "--timeout", "20", str(sources), str(results)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, **as_nobody(sources.parent))
        self.denied: set[str] = set()
        self.broken: set[str] = set()
        self.codes: dict[str, int] = {}
        self.seen: set[str] = set()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self) -> None:
        for line in self.process.stdout:
            record = json.loads(line)
            if record.get("event") == "file":
                code = record["code"] or record["status"]
                self.codes[code] = self.codes.get(code, 0) + 1
                said = record.get("message") or ""
                if "ermission denied" in said:
                    self.denied.add(record["source"])
                if "os error 5)" in said:
                    self.broken.add(record["source"])
                # What failed because the disk was full is tried again.
                if code != "io":
                    self.seen.add(record["source"])

    def wait(self, names: set[str], seconds: float) -> set[str]:
        end = time.monotonic() + seconds
        while time.monotonic() < end and not names <= self.seen and self.process.poll() is None:
            time.sleep(0.05)
        missing = names - self.seen
        self.seen -= names
        return missing


def mounted(folder: pathlib.Path) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK},nr_inodes=0", "tmpfs", str(folder)]
    return subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


def slow_disk(folder: pathlib.Path) -> SlowDisk | None:
    folder.mkdir()
    try:
        return SlowDisk(folder)
    except OSError:
        return None


def written_slowly(path: pathlib.Path, content: bytes) -> threading.Thread:
    """A thread that writes a file a part at a time, while the run can already see it."""
    def feed() -> None:
        with path.open("wb", buffering=0) as file:
            for at in range(0, len(content), 100):
                file.write(content[at:at + 100])
                time.sleep(0.05)
    thread = threading.Thread(target=feed)
    thread.start()
    return thread


def one_round(number: int, watched: Watched, sources: pathlib.Path, results: pathlib.Path, limited: bool,
              disk: SlowDisk | None) -> set[str]:
    place = sources / f"{number:05}"
    scratch = sources.parent / "scratch"
    scratch.mkdir()
    for index in range(ROUND):
        at = number * ROUND + index
        content = damaged(at) if index % 50 == 7 else picture(at)
        (scratch / f"{index:04}.ppm").write_bytes(content)
    closed = [f"{index:04}.ppm" for index in range(11, ROUND, 401)]
    for name in closed:
        (scratch / name).chmod(0)
    links = []
    if disk:
        for name, is_broken in (("far.ppm", False), ("broken.ppm", True)):
            (scratch / name).symlink_to(disk.put(f"{number}-{name}", large(number), 0.25, is_broken))
            links.append(str(place / name))
    filler = results / "filler"
    is_full = limited and number % 10 == 5
    if is_full:
        try:
            with filler.open("wb") as file:
                while True:
                    file.write(bytes(1 << 20))
        except OSError:
            pass
    scratch.rename(place)
    slow = written_slowly(place / "slow.ppm", picture(number))
    time.sleep(0.3)
    os.kill(watched.process.pid, signal.SIGSTOP)
    time.sleep(0.1)
    os.kill(watched.process.pid, signal.SIGCONT)
    if is_full:
        time.sleep(3)
        filler.unlink()
    # The faults last until they have been met, or for so long.
    faulty = {str(place / name) for name in closed}
    wait_until(lambda: faulty <= watched.denied and set(links[1:]) <= watched.broken, 20)
    for name in closed:
        (place / name).chmod(0o644)
    if disk:
        disk.mend()
    slow.join()
    names = {str(place / f"{index:04}.ppm") for index in range(ROUND)} | {str(place / "slow.ppm"), *links}
    return watched.wait(names, 120)


def wait_until(is_true, seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not is_true():
        time.sleep(0.05)


def same_alone(binary: str, source: pathlib.Path, result: pathlib.Path, folder: pathlib.Path) -> bool:
    alone = folder / "alone.jpg"
    alone.unlink(missing_ok=True)
    subprocess.run([binary, "--quiet", str(source), str(alone)], check=False, stderr=subprocess.DEVNULL)
    return alone.exists() and result.exists() and alone.read_bytes() == result.read_bytes()


def soak_pictures(binary: str, count: int, folder: pathlib.Path) -> pathlib.Path:
    sources, results = folder / "sources", folder / "results"
    sources.mkdir()
    results.mkdir()
    is_root = os.geteuid() == 0
    limited = is_root and mounted(results)
    disk = slow_disk(folder / "far") if is_root else None
    if is_root:
        # The process is somebody else, who may read the sources and write results.
        folder.chmod(0o755)
        (folder / "home").mkdir()
        for place in (results, folder / "home"):
            os.chown(place, NOBODY, NOBODY)
    watched = Watched(binary, sources, results)
    time.sleep(1)
    different = missing = compared = 0
    first = last = None
    start = time.monotonic()
    for number in range(count // ROUND):
        missing += len(one_round(number, watched, sources, results, limited, disk))
        last = status(watched.process.pid)
        first = first or last
        for name in ("0100", "0011", "slow", *(["far", "broken"] if disk else [])):
            place = f"{number:05}/{name}"
            compared += 1
            different += not same_alone(binary, sources / f"{place}.ppm", results / f"{place}.jpg", folder)
        if number % 10 == 0:
            print(f"round {number}: {shown(last)}", flush=True)
        # What is done is removed, so that the folders stay small.
        if number >= 2:
            shutil.rmtree(sources / f"{number - 2:05}")
            shutil.rmtree(results / f"{number - 2:05}", ignore_errors=True)
    took = time.monotonic() - start
    temporary = [path for path in results.rglob("*") if re.search(r"\.tmp|\.part|^\.tmp", path.name)]
    watched.process.send_signal(signal.SIGINT)
    code = watched.process.wait(60)
    print(f"pictures: {count} in {took:.0f} s, exit {code}, outcomes {dict(sorted(watched.codes.items()))}")
    print(f"disk full: {'yes, a tmpfs' if limited else 'not tried, mounting is not allowed'}")
    print(f"permission denied: {len(watched.denied)} files; read errors: {len(watched.broken)} files; "
          f"slow reads: {disk.reads() if disk else 'not tried, mounting is not allowed'}")
    if disk:
        disk.close()
    print(f"first round: {shown(first)}\nlast round:  {shown(last)}")
    print(f"without a record: {missing}; temporary files: {len(temporary)}; compared {compared}, different {different}")
    return results


def hostile(seed: random.Random, port: int, token: str) -> bytes:
    """A request that no browser sends."""
    path = seed.choice(["/", f"/{token}/", f"/{token}/../../etc/passwd", "/" + "a" * 9_000, f"/{token}/api/decide",
                        f"/{token}/%2e%2e/%00", "/%ff%fe", f"/?token={token}"])
    method = seed.choice(["GET", "POST", "PUT", "DELETE", "OPTIONS", "TRACE", "\x00\x01"])
    host = seed.choice([f"127.0.0.1:{port}", "evil.example", "", "localhost", "a" * 5_000])
    extra = seed.choice(["", "Content-Length: 99999999999\r\n", "Content-Length: -1\r\n", "Transfer-Encoding: chunked\r\n",
                         "Origin: http://evil.example\r\n", "Cookie: " + "x=y;" * 3_000 + "\r\n", "A" * 20_000 + ": b\r\n"])
    body = seed.choice([b"", b"{", b"[" * 10_000, b"\xff" * 500, b'{"id":"../../x","crop":[1e999,0,0,0]}'])
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{extra}\r\n".encode("latin-1") + body


def attack(port: int, token: str, count: int, seed: random.Random, answers: dict[str, int]) -> None:
    for number in range(count):
        try:
            with socket.create_connection(("127.0.0.1", port), 5) as connection:
                connection.settimeout(2)
                connection.sendall(hostile(seed, port, token))
                if number % 3:
                    connection.shutdown(socket.SHUT_WR)
                start = connection.recv(12).decode("latin-1")
            answer = start[9:12] or "closed"
        except OSError as error:
            answer = type(error).__name__
        answers[answer] = answers.get(answer, 0) + 1


def sound(port: int, path: str, count: int, answers: dict[str, int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    for _ in range(count):
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            name = f"sound {answer.status}"
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            name = f"sound {type(error).__name__}"
        answers[name] = answers.get(name, 0) + 1


def slow_clients(port: int, count: int, stop: threading.Event) -> None:
    clients = []
    for _ in range(count):
        client = socket.create_connection(("127.0.0.1", port), 5)
        client.sendall(b"GET / HTTP/1.1\r\nX: ")
        clients.append(client)
    while not stop.wait(1):
        for client in clients:
            try:
                client.sendall(b"a")
            except OSError:
                pass
    for client in clients:
        client.close()


def soak_review(binary: str, count: int, results: pathlib.Path) -> None:
    process = subprocess.Popen([binary, "review", "--no-open", str(results)],
                               stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **as_nobody(results.parent))
    address = None
    for line in process.stdout:
        if found := re.search(r"http://127\.0\.0\.1:(\d+)(\S*)", line):
            address = (int(found[1]), found[2])
            break
    if address is None:
        print("review: it did not start")
        return
    threading.Thread(target=process.stdout.read, daemon=True).start()
    port, path = address
    token = max(re.findall(r"[0-9a-zA-Z]{8,}", path), key=len, default="")
    sound(port, path, 200, {})
    first = status(process.pid)
    answers: dict[str, int] = {}
    stop = threading.Event()
    slow = threading.Thread(target=slow_clients, args=(port, 50, stop))
    slow.start()
    start = time.monotonic()
    share = count // 4
    threads = [threading.Thread(target=attack, args=(port, token, share, random.Random(n), answers)) for n in range(3)]
    threads.append(threading.Thread(target=sound, args=(port, path, count - 3 * share, answers)))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    during = status(process.pid)
    stop.set()
    slow.join()
    time.sleep(12)
    sound(port, path, 1, answers)
    last = status(process.pid)
    print(f"review: {count} requests in {time.monotonic() - start:.0f} s, answers {dict(sorted(answers.items()))}")
    print(f"start: {shown(first)}\nunder attack: {shown(during)}\nafterwards: {shown(last)}")
    process.send_signal(signal.SIGINT)
    print(f"exit {process.wait(30)}")


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    binary = str(pathlib.Path(sys.argv[1]).resolve())
    pictures, requests = (int(sys.argv[at]) if len(sys.argv) > at else 200_000 for at in (2, 3))
    folder = pathlib.Path(tempfile.mkdtemp(dir=sys.argv[4] if len(sys.argv) > 4 else None))
    try:
        results = soak_pictures(binary, pictures, folder)
        soak_review(binary, requests, results)
    finally:
        for place in ("results", "far"):
            subprocess.run(["umount", str(folder / place)], stderr=subprocess.DEVNULL)
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
