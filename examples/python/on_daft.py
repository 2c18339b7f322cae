"""Prepares the pictures of a bucket with Daft.

python on_daft.py IN OUT ROWS [TASK]     for example s3://brand/pictures s3://brand/avatars s3://brand/rows

TASK is the number of pictures in a task. With `DAFT_RUNNER=ray`, it runs on the cluster that RAY_ADDRESS names.
"""

import sys

import bucket
import daft
import pyarrow as pa
from avatar_prep import Preparer
from rows import Rows
from task import ROW, prepared

PREPARER = Preparer(size=640, max_bytes=150_000)
KIND = daft.DataType.from_arrow_type(pa.struct(list(ROW)))


def main(source: str, target: str, rows: str, task: str = "256") -> int:
    keys = bucket.keys(source, target)

    # `download` and `upload` of Daft do not say why an object failed, and write objects without a content type.
    @daft.func.batch(return_dtype=KIND, batch_size=int(task), max_retries=4)
    def work(keys: daft.Series) -> pa.Array:
        # Daft calls this on one thread per core, which no variable says: one worker each.
        made = prepared(keys.to_pylist(), source, target, PREPARER, jobs=1)
        return made.to_struct_array().combine_chunks()

    made = daft.from_pydict({"key": keys}).select(work(daft.col("key")).unnest())
    result = Rows(rows, len(keys))
    for part in made.iter_partitions():
        result.add(part.to_arrow().cast(ROW))
    return result.end()


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
