"""The examples for Ray, Spark and Daft, from bucket to bucket, beside the command over the same files."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ppm
from engines import EXAMPLES, ROOT, SECRETS, need

ODD = ["100%.ppm", "ä ö+b.ppm", "a#b?.ppm", "it's [1] {2} & 3.ppm"]

OF_RUNS = ("near_duplicate", "name_not_portable")
"""Notes of the command that are not about one picture and its settings."""

# An example, then the number of workers that `jobs=0` means in a task of the engine.
WORKERS = {
    "ray": "import ray; found = ray.get(ray.remote(lambda _: workers()).remote(0))",
    "spark": (
        "from pyspark.sql import SparkSession; context = SparkSession.getActiveSession().sparkContext;"
        "(found,) = context.parallelize([0], 1).map(lambda _: workers()).collect()"
    ),
}
PROGRAM = """
import runpy, sys
def workers():
    from avatar_prep import _preparer
    return _preparer._workers(0)
sys.argv = sys.argv[1:]
try:
    runpy.run_path(sys.argv[0], run_name="__main__")
except SystemExit as ended:
    code = ended.code
{}
print("workers", found)
sys.exit(code)
"""


@pytest.fixture(scope="module")
def bucket(server, tmp_path_factory):
    """Pictures and broken files in a bucket, and what the command says about each, by key."""
    folder = tmp_path_factory.mktemp("bucket")
    for part in ("pictures", "hostile"):
        shutil.copytree(ROOT / "samples" / part, folder / "in" / part)
    for at, name in enumerate(ODD):
        (folder / "in" / name).write_bytes(ppm(40, 30, at))
    command = Path(sys.executable).parent / "avatar-prep"
    words = [command, "--json", "--name", "{dir}/{stem}-{ext}.jpg", "in", "out"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True)
    records = [json.loads(line) for line in done.stdout.splitlines()]
    records = {str(Path(it["source"]).relative_to("in")): it for it in records if it["event"] == "file"}
    for it in records.values():
        it["jpeg"] = (folder / it["output"]).read_bytes() if it["status"] == "ok" else None
    assert {it["status"] for it in records.values()} == {"ok", "failed"} and len(records) > 80
    server.ask("PUT", "/brand")
    for key in records:
        server.put("brand", f"pictures/{key}", (folder / "in" / key).read_bytes())
    return records


def run(tmp_path, words: list[object], engine: str | None = None, server=None) -> subprocess.CompletedProcess:
    """Runs an example as a user does, with a home of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "RAY_", "SPARK_"))}
    environment |= SECRETS | {
        "AWS_REGION": "us-east-1",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ENDPOINT_URL": server.address if server else "http://127.0.0.1:9",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(EXAMPLES),
        "PYSPARK_PYTHON": sys.executable,
        "SPARK_LOCAL_IP": "127.0.0.1",
        "RAY_USAGE_STATS_ENABLED": "0",
        "DO_NOT_TRACK": "1",
    }
    program = ["-c", PROGRAM.format(WORKERS[engine])] if engine else []
    words = [sys.executable, *program, *map(str, words)]
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True)
    for secret in SECRETS.values():
        assert secret not in done.stdout + done.stderr
    return done


def rows_in(folder: Path) -> dict[str, dict]:
    import pyarrow.parquet as pq

    rows = [row for file in sorted(folder.glob("*.parquet")) for row in pq.read_table(file).to_pylist()]
    found = {row["source"]: row for row in rows}
    assert len(found) == len(rows), "no picture has two rows"
    return found


@pytest.mark.parametrize("name", ["ray", "spark", "daft"])
def test_from_bucket_to_bucket(name, server, bucket, tmp_path):
    need("pyspark" if name == "spark" else name)
    rows, before = tmp_path / "rows", server.refused
    words = [EXAMPLES / f"on_{name}.py", "s3://brand/pictures/", f"s3://brand/{name}"]
    words.append(rows if name == "spark" else rows.as_uri())
    done = run(tmp_path, [*words, 16], name if name in WORKERS else None, server)
    failed = sum(it["status"] == "failed" for it in bucket.values())
    assert done.returncode == 1, done.stderr
    assert f"{len(bucket)} of {len(bucket)} pictures (100 %), {failed} failed" in done.stderr
    if name in WORKERS:
        assert "workers 1\n" in done.stdout, "an engine runs one task per core already"
    assert server.refused > before, "requests were refused and repeated"

    found = rows_in(rows)
    assert set(found) == {f"s3://brand/pictures/{key}" for key in bucket}
    for key, record in bucket.items():
        row = found[f"s3://brand/pictures/{key}"]
        assert (row["code"], row["message"]) == (record["code"], record["message"]), key
        if record["status"] == "failed":
            assert row["result"] is None and row["size"] is None, key
            continue
        assert row["result"] == f"s3://brand/{name}/{key}.jpg"
        # Only a whole run can see near duplicates.
        flags = [flag for flag in record["flags"] if flag not in OF_RUNS]
        assert (row["size"], row["quality"], row["notes"]) == (record["size"], record["quality"], flags), key
        assert server.get("brand", f"{name}/{key}.jpg") == (record["jpeg"], "image/jpeg"), key


def test_a_bad_picture_in_a_task_of_10000_costs_one_row(tmp_path):
    need("ray")
    (tmp_path / "in").mkdir()
    for at in range(10_000):
        content = b"no picture" if at == 6_000 else ppm(3, 2, at)
        (tmp_path / "in" / f"{at}.ppm").write_bytes(content)
    places = [(tmp_path / name).as_uri() for name in ("in", "out", "rows")]
    done = run(tmp_path, [EXAMPLES / "on_ray.py", *places, 10_000])
    assert done.returncode == 1 and "10,000 of 10,000 pictures (100 %), 1 failed" in done.stderr, done.stderr
    rows = rows_in(tmp_path / "rows")
    assert [row["source"] for row in rows.values() if row["code"]] == [f"{places[0]}/6000.ppm"]
    made = {file.name for file in (tmp_path / "out").iterdir()}
    assert made == {f"{at}.ppm.jpg" for at in range(10_000) if at != 6_000}
