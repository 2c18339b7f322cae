"""Turns the raw rows of a comparison into a Markdown table."""

import datetime
import os
import platform
import re
import shlex
import sys
from pathlib import Path
from statistics import median

from tools import OURS

MB = 1_000_000
HEAD = [
    "tool", "workers", "wall ms/picture", f"{OURS} ÷ it (min–max)", "CPU ms/picture",
    f"{OURS} ÷ it, by CPU", "peak MB", "kB/picture",
]  # fmt: skip
BUSY = 1.15


def progress(row):
    """One run, as a line to look at while waiting."""
    state = f"{len(row['problems'])} problems" if row["problems"] else "ok"
    return (
        f"round {row['round']}, {row['workers']} workers, {row['tool']}: "
        f"{each(row, 'wall_s') * 1000:.1f} ms/picture, {row['peak_bytes'] / MB:.0f} MB, {state}"
    )


def markdown(tools, rows, worker_counts):
    """The table, and below it what went wrong."""
    lines = [line(HEAD), line(["---"] + ["--:"] * (len(HEAD) - 1))]
    for workers in worker_counts:
        ours = runs_of(OURS, workers, rows)
        for tool in tools:
            lines.append(line(cells(tool, workers, runs_of(tool.name, workers, rows), ours)))
    return "\n".join(lines + ["", *complaints(rows), *busy(rows)])


def cells(tool, workers, runs, ours):
    """One row of the table: a tool that did not do the whole work gets no numbers."""
    problems = [problem for run in runs for problem in run["problems"]]
    if tool.missing or problems or not runs:
        why = tool.missing or (f"failed: {problems[0]}" if problems else "not run")
        return [tool.label(), workers, why.replace("|", "/")] + [""] * (len(HEAD) - 3)
    return [
        tool.label(),
        workers,
        f"{median(each(run, 'wall_s') for run in runs) * 1000:.1f}",
        ratio(ours, runs, "wall_s", spread=True),
        f"{median(each(run, 'cpu_s') for run in runs) * 1000:.1f}",
        ratio(ours, runs, "cpu_s"),
        f"{max(run['peak_bytes'] for run in runs) / MB:.0f}",
        f"{median(each(run, 'output_bytes') for run in runs) / 1000:.1f}",
    ]


def ratio(ours, theirs, key, spread=False):
    """Median of the ratios within each round: what slows a round slows both sides of it."""
    if not ours or any(run["problems"] for run in ours):
        return "–"
    ratios = [a[key] / b[key] for a, b in zip(ours, theirs)]
    if not spread or ours == theirs:
        return f"{median(ratios):.2f}"
    return f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def complaints(rows):
    """Every problem of a counted run, once."""
    found = {f"{row['tool']}: {problem}": None for row in rows for problem in row["problems"]}
    return [f"* {problem}" for problem in found] + ([""] if found else [])


def busy(rows):
    """A warning if other work took the cores: one worker on its own core waits for nothing else."""
    alone = [row["wall_s"] / row["cpu_s"] for row in rows if row["workers"] == 1]
    if not alone or median(alone) < BUSY:
        return []
    return [
        f"The machine was busy: one worker's wall time was {median(alone):.1f} times its CPU time. "
        "Trust the CPU columns only.",
        "",
    ]


def closing(pictures, options):
    """When, on what, and how to do it again."""
    return (
        f"{datetime.date.today().isoformat()} · {cpu_model()} · {os.cpu_count()} cores · "
        f"{pictures} photographs × {options.copies}, {options.rounds} rounds · "
        f"`benches/peers/run {shlex.join(sys.argv[1:])}".rstrip() + "`"
    )


def cpu_model():
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found.group(1).strip() if found else platform.machine()


def each(row, key):
    return row[key] / row["pictures"]


def runs_of(name, workers, rows):
    return [row for row in rows if row["tool"] == name and row["workers"] == workers]


def line(parts):
    return "| " + " | ".join(map(str, parts)) + " |"
