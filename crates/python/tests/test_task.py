"""The work of one task of an engine, without an engine: objects that cannot be read or written."""

import sys

import pytest
from avatar_prep import Preparer
from conftest import ppm
from engines import EXAMPLES, SECRETS, need


@pytest.fixture
def task(server, monkeypatch):
    """The module of the examples, with a bucket `task` that holds one picture."""
    need()
    monkeypatch.syspath_prepend(str(EXAMPLES))
    for name, value in (SECRETS | {"AWS_REGION": "us-east-1", "AWS_ALLOW_HTTP": "true"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.address)
    server.ask("PUT", "/task")
    server.put("task", "in/a.ppm", ppm(40, 30))
    import task

    yield task
    for name in ("task", "bucket", "rows"):
        sys.modules.pop(name, None)


def test_an_object_that_is_missing_is_a_row(task, server):
    rows = task.prepared(["gone.ppm", "a.ppm", "gone.ppm"], "s3://task/in", "s3://task/out/", Preparer(size=16))
    assert rows["code"].to_pylist() == ["no_such_object", None, "no_such_object"]
    assert rows["message"][0].as_py() == "the object could not be read: NoSuchKey"
    assert rows["result"].to_pylist() == [None, "s3://task/out/a.ppm.jpg", None]
    assert server.get("task", "out/a.ppm.jpg")[0] == bytes(Preparer(size=16).prepare(ppm(40, 30)))


def test_a_result_that_cannot_be_written_is_no_result(task):
    (row,) = task.prepared(["a.ppm"], "s3://task/in", "s3://no-such-bucket/out", Preparer(size=16)).to_pylist()
    assert row["code"] == "no_such_bucket" and row["result"] is None and row["size"] is None
    assert row["message"] == "the object could not be written: NoSuchBucket"


def test_an_object_that_is_too_large_is_not_fetched(task, monkeypatch):
    monkeypatch.setattr("bucket.LARGEST", 1000)
    (row,) = task.prepared(["a.ppm"], "s3://task/in", "s3://task/out", Preparer(size=16)).to_pylist()
    assert (row["code"], row["message"]) == ("limit_exceeded", "size in bytes is 3613, over the limit of 1000")


def test_failures_do_not_show_credentials(task, server):
    import bucket

    server.answer = (403, b"<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>x-amz-security-token:nor-this-one")
    try:
        (row,) = task.prepared(["a.ppm"], "s3://task/in", "s3://task/out", Preparer()).to_pylist()
        with pytest.raises(bucket.StoreError) as refused:
            bucket.keys("s3://task/in", "s3://task/out")
    finally:
        server.answer = None
    assert (row["code"], row["message"]) == ("bad_credentials", "the object could not be read: SignatureDoesNotMatch")
    shown = str(refused.value)
    assert shown == "s3://task/in: the object could not be listed: SignatureDoesNotMatch (bad_credentials)"
    assert refused.value.__cause__ is None and refused.value.__suppress_context__


def test_results_are_not_written_among_sources(task):
    import bucket

    for target in ("s3://task/in", "s3://task/in/", "s3://task/in/out"):
        with pytest.raises(SystemExit, match="would read results as sources"):
            bucket.keys("s3://task/in/", target)
    assert bucket.keys("s3://task/in", "s3://task/in-small") == ["a.ppm"]


def test_rows_of_two_runs_are_not_mixed(task, server, capsys):
    import bucket
    from rows import Rows

    rows = Rows("s3://task/rows", 2)
    rows.add(task.prepared(["a.ppm"], "s3://task/in", "s3://task/out", Preparer(size=16)))
    assert rows.end() == 2
    assert "1 of 2 pictures (50 %), 0 failed\n1 pictures have no row" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="s3://task/rows is not empty"):
        Rows("s3://task/rows", 2)
    assert bucket.keys("s3://task/rows", "s3://task/out") == ["part-00000.parquet"]
