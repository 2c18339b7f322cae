"""Columns of Arrow: pictures in, results out."""

from ._error import PrepareError


def prepared(preparer, column, jobs, memory):
    """The column of results of a column of pictures."""
    import pyarrow as pa  # only for those who use it

    if not isinstance(column, (pa.Array, pa.ChunkedArray)):
        kind = f"{type(column).__module__}.{type(column).__qualname__}"
        raise TypeError(f"column must be a pyarrow.Array or pyarrow.ChunkedArray, got {kind}")
    types = pa.types
    if not (types.is_binary(column.type) or types.is_large_binary(column.type) or types.is_null(column.type)):
        raise TypeError(f"column must be of type binary or large_binary, got {column.type}")
    rows = [None] * len(column)
    given = []
    values = _pictures(column, given)
    for index, result in preparer.prepare_many(values, jobs=jobs, memory=memory):
        rows[given[index]] = _row(result)
    fields = [
        ("jpeg", pa.binary()),
        ("size", pa.int32()),
        ("quality", pa.int32()),
        ("code", pa.string()),
        ("message", pa.string()),
        ("notes", pa.list_(pa.string())),
    ]
    kind = pa.struct(fields)
    if isinstance(column, pa.Array):
        return _array(pa, rows, kind)
    chunks, start = [], 0
    for chunk in column.chunks:
        chunks.append(_array(pa, rows[start : start + len(chunk)], kind))
        start += len(chunk)
    return pa.chunked_array(chunks, type=kind)


def _pictures(column, given):
    """The pictures that are not null, as views of the memory of the column; `given` gets the place of each."""
    place = 0
    for chunk in getattr(column, "chunks", [column]):
        # A scalar of `pyarrow` would be a copy of the picture.
        for is_valid, view in zip(chunk.is_valid().to_pylist(), _views(chunk)):
            if is_valid:
                given.append(place)
                yield view
            place += 1


def _views(chunk):
    """A view of each value of a chunk; empty for null."""
    if len(chunk) == chunk.null_count:  # there may be no memory at all
        yield from [b""] * len(chunk)
        return
    _, offsets, data = chunk.buffers()
    width = "q" if str(chunk.type).startswith("large_") else "i"
    ends = memoryview(offsets).cast(width)[chunk.offset : chunk.offset + len(chunk) + 1]
    content = memoryview(data or b"")
    for start, end in zip(ends, ends[1:]):
        yield content[start:end]


def _row(result):
    if isinstance(result, PrepareError):
        return {"code": result.code, "message": result.message}
    notes = [note.code for note in result.notes]
    return {"jpeg": result.jpeg, "size": result.size, "quality": result.quality, "notes": notes}


def _array(pa, rows, kind):
    """One array. `pyarrow.array` would split binary data over 2 GiB into chunks, so refuse that in plain words."""
    array = pa.array(rows, type=kind)
    if isinstance(array, pa.ChunkedArray):
        raise ValueError("the results are over 2 GiB, more than one array can hold; prepare fewer rows at a time")
    return array
