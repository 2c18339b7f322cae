#!/usr/bin/env python3
"""How long a set of pictures takes on 1 to 1,000 nodes, what it costs, and what binds first.

usage: simulate.py                  the tables of docs/scale.md
       simulate.py --nodes 50 --pictures 3e7 --cores 32 --node-hour PRICE --get PRICE --put PRICE …

A model, not a measurement: its inputs below are measured or named as assumptions. Each node makes one share of a
manifest. All nodes that work share what the store accepts. Nodes are lost at random moments; the share of a lost node
starts again on another one, where what is done is skipped. The same arguments always print the same. Standard library
only.
"""

import argparse
import dataclasses
import heapq
import math
import random


@dataclasses.dataclass(frozen=True)
class Job:
    pictures: float = 100e6
    nodes: int = 1
    # Measured by latency.py (docs/scale.md): photographs of 2.2 MB into 640 x 640 pixels below 150 kB.
    ms: float = 31.0  # of one core, a picture
    mb_in: float = 2.2
    mb_out: float = 0.089
    # What a share of a manifest asks for each picture (docs/stores.md), and how many requests run at a time.
    gets: int = 2  # HEAD of the result, GET of the source
    puts: int = 1
    at_once: int = 64
    # Measured (docs/scale.md): every share reads the whole manifest, and holds what matters to it.
    manifest_seconds: float = 3.1  # a million keys
    manifest_bytes: float = 2700.0  # of memory, a key of the share
    # Assumptions: the machine, the network, the store, and the market of spare machines.
    cores: int = 16
    gbit: float = 10.0
    latency_ms: float = 50.0  # a request, until its first byte
    partitions: int = 1  # of the bucket
    store_gets: float = 5500.0  # a second and partition, GET and HEAD
    store_puts: float = 3500.0
    start: float = 60.0  # seconds until a node runs the program
    lost: float = 0.05  # nodes lost in a node-hour
    # Prices, in any currency.
    node_hour: float | None = None
    get: float | None = None  # of a thousand
    put: float | None = None  # of a thousand


def rates(job: Job) -> dict[str, float]:
    """Pictures a second of one node alone, by what limits it."""
    requests = job.gets + job.puts
    return {
        "processors": job.cores * 1000 / job.ms,
        "network": job.gbit * 1e9 / 8 / ((job.mb_in + job.mb_out) * 1e6),
        # Reading and writing have that many requests each; reading has more of them.
        "latency": job.at_once * 1000 / (job.latency_ms * max(job.gets, requests - job.gets)),
    }


def store_rate(job: Job) -> float:
    """Pictures a second that the store accepts from all nodes together."""
    return job.partitions * min(job.store_gets / job.gets, job.store_puts / job.puts)


def start_seconds(job: Job) -> float:
    """Until a share makes its first picture."""
    return job.start + job.manifest_seconds * job.pictures / 1e6


@dataclasses.dataclass
class Outcome:
    seconds: float
    node_seconds: float
    lost: int


def simulate(job: Job) -> Outcome:
    """All working shares advance at the same rate, so one counter of work done by each orders their ends."""
    chance = random.Random(20260101)
    alone = min(rates(job).values())
    mean = job.pictures / job.nodes
    # The share of a picture is a hash of its name: sizes of shares scatter as counts of coins do.
    sizes = [max(0.0, chance.gauss(mean, math.sqrt(mean * (1 - 1 / job.nodes)))) for _ in range(job.nodes)]
    start = start_seconds(job)
    starting = [(start, number, size) for number, size in enumerate(sizes)]
    heapq.heapify(starting)
    working: dict[int, float] = {}  # the counter at which a share ends
    ends: list[tuple[float, int]] = []
    now, counter, node_seconds, lost = 0.0, 0.0, 0.0, 0
    wait = lambda: chance.expovariate(1.0)  # in node-hours times losses in each
    until_loss = wait()
    while starting or working:
        rate = min(alone, store_rate(job) / len(working)) if working else 0.0
        while ends and working.get(ends[0][1]) != ends[0][0]:
            heapq.heappop(ends)
        to_end = (ends[0][0] - counter) / rate if ends else math.inf
        to_start = starting[0][0] - now if starting else math.inf
        alive = len(working) + len(starting)
        to_loss = until_loss * 3600 / (job.lost * alive) if job.lost else math.inf
        step = min(to_end, to_start, to_loss)
        now += step
        node_seconds += alive * step
        counter += rate * step
        until_loss -= step / 3600 * job.lost * alive
        if step == to_loss:
            until_loss = wait()
            lost += 1
            victim = chance.randrange(alive)
            names = sorted(working)
            if victim < len(names):
                # What was in flight is made again.
                left = working.pop(names[victim]) - counter + min(job.at_once, counter)
                heapq.heappush(starting, (now + start, names[victim], left))
            else:
                _, name, left = starting.pop()
                heapq.heapify(starting)
                heapq.heappush(starting, (now + start, name, left))
        elif step == to_start:
            _, name, left = heapq.heappop(starting)
            working[name] = counter + left
            heapq.heappush(ends, (working[name], name))
        else:
            end, name = heapq.heappop(ends)
            working.pop(name)
    return Outcome(now, node_seconds, lost)


def binds(job: Job, outcome: Outcome) -> str:
    """What would have to grow first."""
    ideal = job.pictures / min(job.nodes * min(rates(job).values()), store_rate(job))
    if outcome.seconds > 2 * ideal:
        return "start of shares"
    limits = {name: job.nodes * rate for name, rate in rates(job).items()}
    limits["store"] = store_rate(job)
    return min(limits, key=limits.get)


def cost(job: Job, outcome: Outcome) -> float | None:
    if job.node_hour is None:
        return None
    requests = job.gets * (job.get or 0) + job.puts * (job.put or 0)
    return outcome.node_seconds / 3600 * job.node_hour + job.pictures / 1000 * requests


def row(job: Job) -> str:
    outcome = simulate(job)
    hours = outcome.seconds / 3600
    busy = job.pictures * job.ms / 1000 / job.cores / outcome.node_seconds
    price = cost(job, outcome)
    cells = [
        f"{job.nodes:,}",
        f"{job.pictures / outcome.seconds:,.0f}",
        f"{hours:,.0f}" if hours >= 100 else f"{hours:.3g}",
        f"{outcome.node_seconds / 3600:,.0f}",
        f"{100 * busy:.0f} %",
        f"{outcome.lost:,}",
        f"{job.manifest_bytes * job.pictures / job.nodes / 2**30:,.1f}",
        binds(job, outcome),
        *([f"{price:,.2f}"] if price is not None else []),
    ]
    return "| " + " | ".join(cells) + " |"


def table(title: str, jobs: list[Job]) -> str:
    heads = ["nodes", "pictures/s", "hours", "node-hours", "processors busy", "nodes lost", "GiB a share", "binds first"]
    if jobs[0].node_hour is not None:
        heads.append("cost")
    rule = ["--:"] * 7 + ["---"] + ["--:"] * (len(heads) - 8)
    lines = [title, "", "| " + " | ".join(heads) + " |", "| " + " | ".join(rule) + " |"]
    return "\n".join(lines + [row(job) for job in jobs])


SIZES = [1, 10, 100, 1000]
# US dollars: 16 processors for an hour in US East as Amazon's documents have it in an example, and a thousand reads and
# writes of S3 Standard.
PRICES = {"node_hour": 0.68, "get": 0.0004, "put": 0.005}


def documented() -> str:
    photographs = [dataclasses.replace(Job(), nodes=nodes, **PRICES) for nodes in SIZES]
    spread = [dataclasses.replace(job, partitions=100) for job in photographs]
    drawings = [dataclasses.replace(job, ms=8.0, mb_in=0.05, mb_out=0.03) for job in spread]
    tens = [dataclasses.replace(job, pictures=10e6) for job in spread]
    return "\n\n".join(
        [
            table("100 million photographs, a bucket of one partition:", photographs),
            table("The same with 100 partitions:", spread),
            table("10 million photographs, 100 partitions:", tens),
            table("100 million drawings (8 ms, 0.05 MB in, 0.03 MB out), 100 partitions:", drawings),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for field in dataclasses.fields(Job):
        kind = int if field.type is int else float
        parser.add_argument("--" + field.name.replace("_", "-"), type=lambda text, kind=kind: kind(float(text)))
    given = {name: value for name, value in vars(parser.parse_args()).items() if value is not None}
    print(documented() if not given else table("As asked:", [Job(**given)]))


if __name__ == "__main__":
    main()
