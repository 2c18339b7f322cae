"""Many pictures: values for errors, lazy reading, faults of the caller's iterator, columns of Arrow."""

import pytest
from avatar_prep import Avatar, PrepareError, Preparer
from conftest import ppm


def test_a_bad_picture_is_one_value():
    preparer = Preparer(size=32)
    pictures = [ppm(60, 60, at) for at in range(200)]
    pictures[50] = b"no picture"
    pictures[120] = pictures[120][:100]
    results = dict(preparer.prepare_many(pictures, jobs=3))
    assert sorted(results) == list(range(200))
    assert [at for at in range(200) if isinstance(results[at], PrepareError)] == [50, 120]
    assert results[50].code == "unrecognized_format" and results[120].code == "truncated"
    assert results[7] == preparer.prepare(pictures[7]) and isinstance(results[7], Avatar)


def test_a_generator_is_read_as_results_are_taken():
    read = []

    def pictures():
        for at in range(100):
            read.append(at)
            yield ppm(40, 40, at)

    results = Preparer(size=16).prepare_many(pictures(), jobs=2)
    assert read == []
    next(results)
    assert len(read) <= 5
    results.close()
    assert len(read) <= 5


def test_what_the_iterator_raises_comes_after_its_pictures():
    def pictures():
        yield ppm(40, 40)
        yield ppm(40, 40)
        raise OSError("the bucket is gone")

    results = Preparer(size=16).prepare_many(pictures(), jobs=2)
    assert {next(results)[0], next(results)[0]} == {0, 1}
    with pytest.raises(OSError, match="the bucket is gone"):
        next(results)


def test_what_is_no_picture_at_all_is_raised():
    results = Preparer(size=16).prepare_many([ppm(40, 40), "photo.jpg"], jobs=1)
    assert next(results)[0] == 0
    with pytest.raises(TypeError, match="got str; read the file first"):
        next(results)


def test_empty_input_and_wrong_values():
    assert list(Preparer().prepare_many([])) == []
    with pytest.raises(ValueError, match="jobs must be auto or a number from 1 to 1024"):
        Preparer().prepare_many([], jobs=-1)
    with pytest.raises(ValueError, match="memory must be auto or a byte size"):
        Preparer().prepare_many([], memory="much")


def test_memory_is_kept():
    preparer = Preparer(size=16)
    ((_, small),) = preparer.prepare_many([ppm(40, 40)], memory="100MiB")
    assert small.size == 16
    ((_, large),) = preparer.prepare_many([ppm(400, 400)], memory=100_000)
    assert large.code == "limit_exceeded" and large.message.startswith("memory needed in bytes is")


def test_engines_get_one_worker(monkeypatch):
    from avatar_prep import _preparer

    monkeypatch.setenv("SPARK_HOME", "/opt/spark")
    assert _preparer._workers(0) == 1 and _preparer._workers(3) == 3
    monkeypatch.delenv("SPARK_HOME")
    monkeypatch.setenv("RAY_JOB_ID", "1")
    assert _preparer._workers("auto") == 1


class TestArrow:
    """Columns in and out."""

    pa = pytest.importorskip("pyarrow")

    @pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary()])
    def test_rows_stay_in_place(self, kind):
        preparer = Preparer(size=32)
        pictures = [ppm(60, 60, 1), None, b"no picture", ppm(20, 20, 2)]
        column = self.pa.array([b"before", *pictures], type=kind)[1:]  # with an offset
        table = preparer.prepare_arrow(column, jobs=2)
        assert str(table.type) == (
            "struct<jpeg: binary, size: int32, quality: int32, code: string, message: string, notes: list<item: string>>"
        )
        rows = table.to_pylist()
        first = preparer.prepare(pictures[0])
        assert rows[0] == {
            "jpeg": first.jpeg, "size": 32, "quality": first.quality, "code": None, "message": None, "notes": [],
        }
        assert rows[1] is None
        assert rows[2]["code"] == "unrecognized_format" and rows[2]["jpeg"] is None and rows[2]["notes"] is None
        assert rows[3]["size"] == 20 and rows[3]["notes"] == ["low_resolution"]

    def test_a_bad_picture_among_10000_costs_one_row(self):
        pictures = [ppm(3, 2, at % 256) for at in range(10_000)]
        pictures[6_000], pictures[7_000] = b"no picture", pictures[7_000][:-9]
        rows = Preparer().prepare_arrow(self.pa.array(pictures)).to_pylist()
        assert len(rows) == 10_000
        assert {at: row["code"] for at, row in enumerate(rows) if row["code"]} == {
            6_000: "unrecognized_format", 7_000: "truncated",
        }
        assert all(row["size"] == 2 and row["jpeg"][:2] == b"\xff\xd8" for row in rows if row["code"] is None)

    def test_chunks_stay_chunks(self):
        chunks = [[ppm(30, 30)], [], [None, ppm(31, 31)]]
        column = self.pa.chunked_array(chunks, type=self.pa.binary())
        result = Preparer(size=16).prepare_arrow(column)
        assert [len(chunk) for chunk in result.chunks] == [1, 0, 2]
        assert [row and row["size"] for row in result.to_pylist()] == [16, None, 16]

    def test_other_columns_are_refused(self):
        with pytest.raises(TypeError, match="binary or large_binary, got string"):
            Preparer().prepare_arrow(self.pa.array(["a.jpg"]))
        with pytest.raises(TypeError, match="pyarrow.Array or pyarrow.ChunkedArray, got builtins.list"):
            Preparer().prepare_arrow([b""])
