"""Prepares the pictures of a bucket with Ray Data.

python on_ray.py IN OUT ROWS [TASK]     for example s3://brand/pictures s3://brand/avatars s3://brand/rows

TASK is the number of pictures in a task. On a cluster: `ray job submit --working-dir examples/python -- python on_ray.py …`.
"""

import sys

import bucket
import pyarrow as pa
import ray
from avatar_prep import Preparer
from rows import Rows
from task import prepared

PREPARER = Preparer(size=640, max_bytes=150_000)


def main(source: str, target: str, rows: str, task: str = "256") -> int:
    keys, size = bucket.keys(source, target), int(task)
    ray.init()  # the cluster that RAY_ADDRESS names, or one on this machine
    blocks = [pa.table({"key": keys[start : start + size]}) for start in range(0, len(keys), size)]

    def work(block: pa.Table) -> pa.Table:
        return prepared(block["key"].to_pylist(), source, target, PREPARER)

    # Only keys and rows travel. Each task has one core; Ray repeats a task whose worker or machine is lost.
    made = ray.data.from_arrow(blocks).map_batches(work, batch_size=None, batch_format="pyarrow", num_cpus=1)
    result = Rows(rows, len(keys))
    for block in made.iter_batches(batch_size=None, batch_format="pyarrow"):
        result.add(block)
    return result.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
