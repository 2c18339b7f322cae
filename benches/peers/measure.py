"""Runs one command and prints its wall time, CPU time and peak memory, with all its descendants'.

Linux only: the memory is read from /proc. What the command made is for others to judge.
"""

import os
import resource
import signal
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass

SAMPLE_SECONDS = 0.010


@dataclass
class Usage:
    """What a run took, and what it said if it failed."""

    code: int
    wall: float
    cpu: float
    peak: int
    said: str


def cores_for(workers):
    """One core per worker, taken from the end: the first is left to the measuring itself."""
    return sorted(os.sched_getaffinity(0))[-workers:]


def run(command, env, cores, timeout):
    """Runs a command on some cores only; after the timeout its whole process group is killed."""
    with tempfile.TemporaryFile() as messages:
        start = time.perf_counter()
        process = subprocess.Popen(
            [str(part) for part in command],
            env={**os.environ, **env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=messages,
            start_new_session=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cores),
        )
        memory = PeakMemory(process.pid)
        killer = threading.Timer(timeout, os.killpg, (process.pid, signal.SIGKILL))
        killer.start()
        try:
            _, status, used = os.wait4(process.pid, 0)
        except BaseException:  # interrupted: the command has a session of its own
            os.killpg(process.pid, signal.SIGKILL)
            raise
        finally:
            killer.cancel()
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        return Usage(
            process.returncode,
            wall,
            used.ru_utime + used.ru_stime,
            memory.stop(used.ru_maxrss * 1024),
            last_line(messages),
        )


class PeakMemory(threading.Thread):
    """Samples the resident memory of a process tree until stopped."""

    def __init__(self, root):
        super().__init__(daemon=True)
        self.family = Family(root)
        self.peak = 0
        self.ended = threading.Event()
        self.start()

    def run(self):
        while not self.ended.wait(SAMPLE_SECONDS):
            sizes = [resident(pid) for pid in self.family.members()]
            together = sum(now for now, _ in sizes)
            alone = max((highest for _, highest in sizes), default=0)
            self.peak = max(self.peak, together, alone)

    def stop(self, maxrss):
        """The peak, with the kernel's own figure for the largest process.

        That figure starts from the size of this program, which the child was forked from,
        so it says something only when it is above that.
        """
        self.ended.set()
        self.join()
        own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        return max(self.peak, maxrss if maxrss > own else 0)


class Family:
    """A process and its descendants; each process of the system is asked for its parent once."""

    def __init__(self, root):
        self.root = root
        self.pids = {root}
        self.seen = {root}

    def members(self):
        alive = {int(name) for name in os.listdir("/proc") if name.isdigit()}
        for pid in sorted(alive - self.seen):
            if pid > self.root and parent(pid) in self.pids:
                self.pids.add(pid)
        self.seen = alive
        self.pids &= alive
        return self.pids


def parent(pid):
    """The parent's id, or nothing if the process is gone."""
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as stat:
            return int(stat.read().rpartition(")")[2].split()[1])
    except OSError:
        return None


def resident(pid):
    """Resident bytes now, and the most this program ever had; zeros once it is gone."""
    sizes = {"VmRSS": 0, "VmHWM": 0}
    try:
        with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as lines:
            for line in lines:
                key, _, value = line.partition(":")
                if key in sizes:
                    sizes[key] = int(value.split()[0]) * 1024
    except OSError:
        pass
    return sizes["VmRSS"], sizes["VmHWM"]


def last_line(file):
    file.seek(0)
    lines = file.read().decode(errors="replace").strip().splitlines()
    return lines[-1].strip() if lines else ""
