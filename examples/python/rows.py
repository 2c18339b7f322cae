"""Rows about pictures, where they arrive in the program that started an engine."""

import io
import sys
import time

import pyarrow as pa
import pyarrow.parquet as pq
from bucket import put, require_empty

PART = 100_000
"""Rows in each Parquet file."""


class Rows:
    """Counts rows, reports progress, and writes the rows as Parquet files below an address, which must be empty."""

    def __init__(self, address: str, total: int) -> None:
        require_empty(address)
        self._address, self._total = address, total
        self._done = self._failed = self._parts = 0
        self._waiting: list[pa.Table] = []
        self._shown = time.monotonic()

    def add(self, rows: pa.Table) -> None:
        """Takes the rows of pictures that are finished."""
        self._waiting.append(rows)
        self._done += len(rows)
        self._failed += len(rows) - rows["code"].null_count
        if sum(map(len, self._waiting)) >= PART:
            self._write()
        if time.monotonic() - self._shown >= 5:
            self._shown = time.monotonic()
            show(self._done, self._failed, self._total)

    def end(self) -> int:
        """Writes what is left. The exit code: 1 if a picture failed, 2 if some have no row."""
        self._write()
        return ended(self._done, self._failed, self._total)

    def _write(self) -> None:
        if self._waiting:
            file = io.BytesIO()
            pq.write_table(pa.concat_tables(self._waiting), file)
            put(self._address, f"part-{self._parts:05}.parquet", file.getvalue(), "application/vnd.apache.parquet")
            self._parts += 1
            self._waiting = []


def show(done: int, failed: int, total: int) -> None:
    """Prints how far a run is."""
    print(f"{done:,} of {total:,} pictures ({100 * done // max(total, 1)} %), {failed:,} failed", file=sys.stderr, flush=True)


def ended(done: int, failed: int, total: int) -> int:
    """Prints the last figure and returns the exit code of a run."""
    show(done, failed, total)
    if done != total:
        print(f"{total - done:,} pictures have no row", file=sys.stderr)
        return 2
    return 1 if failed else 0
