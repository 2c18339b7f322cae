"""Prepares the pictures of a bucket with Spark.

spark-submit --py-files bucket.py,rows.py,task.py on_spark.py IN OUT ROWS [TASK]

IN and OUT are addresses such as s3://brand/pictures and s3://brand/avatars; ROWS is a place that Spark can write to.
TASK is the number of pictures in a task.
"""

import sys
import threading
from collections.abc import Iterator

import bucket
import pyarrow as pa
from avatar_prep import Preparer
from pyspark.sql import SparkSession
from rows import ended, show
from task import prepared

PREPARER = Preparer(size=640, max_bytes=150_000)
ROW = "source string, result string, size int, quality int, code string, message string, notes array<string>"


def main(source: str, target: str, rows: str, task: str = "256") -> int:
    keys, size = bucket.keys(source, target), int(task)
    spark = SparkSession.builder.appName("avatars").getOrCreate()
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", size)
    context = spark.sparkContext
    done, failed = context.accumulator(0), context.accumulator(0)

    def work(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            made = prepared(batch["key"].to_pylist(), source, target, PREPARER)
            done.add(len(made))
            failed.add(len(made) - made["code"].null_count)
            yield from made.to_batches()

    # Only keys and rows travel. A cluster tries a task up to four times; `local` mode once.
    tasks = context.parallelize([(key,) for key in keys], max(1, -(-len(keys) // size)))
    made = spark.createDataFrame(tasks, "key string").mapInArrow(work, ROW)
    is_over = threading.Event()

    def progress() -> None:
        while not is_over.wait(5):
            show(done.value, failed.value, len(keys))

    threading.Thread(target=progress, daemon=True).start()
    try:
        made.write.parquet(rows)  # refused if it exists: earlier rows would be counted too
    finally:
        is_over.set()
    # Counted in the rows, because the counters also count tasks that were repeated.
    written = spark.read.parquet(rows)
    return ended(written.count(), written.where("code is not null").count(), len(keys))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
