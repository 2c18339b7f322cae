"""The work of one task, whichever engine runs it: fetch pictures, prepare them, write the results."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pyarrow as pa
from avatar_prep import Avatar, PrepareError, Preparer
from bucket import StoreError, TooLarge, fetch, join, put

ROW = pa.schema(
    [
        ("source", pa.string()),
        ("result", pa.string()),  # null if there is none
        ("size", pa.int32()),
        ("quality", pa.int32()),
        ("code", pa.string()),  # null if there is a result
        ("message", pa.string()),
        ("notes", pa.list_(pa.string())),
    ]
)
"""What is known about a picture. Sources and results are addresses; sizes, codes and notes are those of the command."""

AHEAD = 8
"""Pictures that are fetched, and results that are written, while another picture is prepared."""

MEMORY = "1GiB"
"""For pictures in progress in each task. `auto` would be half of the machine, for every task of it."""


def prepared(keys: list[str], source: str, target: str, preparer: Preparer, jobs: int = 0) -> pa.Table:
    """Prepares the objects of `source` with these keys, and returns a row for each, in their order.

    A picture or an object that fails is a row and raises nothing. Results are `target/KEY.jpg`: two keys never share
    one, and a task that is repeated writes the same bytes.
    """
    rows = [{"source": join(source, key)} for key in keys]
    given = []

    def pictures() -> Iterator[object]:
        bodies = _ahead(pool, lambda key: _fetched(source, key), keys)
        for key, row, body in zip(keys, rows, bodies, strict=True):
            if isinstance(body, Exception):
                row.update(code=body.code, message=body.message)
            else:
                given.append((key, row))
                yield body

    def write(outcome: tuple[int, Avatar | PrepareError]) -> None:
        index, result = outcome
        key, row = given[index]
        row.update(_written(target, f"{key}.jpg", result))

    with ThreadPoolExecutor(2 * AHEAD) as pool:
        results = preparer.prepare_many(pictures(), jobs=jobs, memory=MEMORY)
        deque(_ahead(pool, write, results), maxlen=0)
    return pa.Table.from_pylist(rows, schema=ROW)


def _ahead(pool: ThreadPoolExecutor, work: Callable, items: Iterable) -> Iterator:
    """`work` of each item, in order. At most AHEAD are started before they are taken, so that memory has a bound."""
    started = deque()
    for item in items:
        started.append(pool.submit(work, item))
        if len(started) == AHEAD:
            yield started.popleft().result()
    while started:
        yield started.popleft().result()


def _fetched(source: str, key: str) -> object:
    """The content of an object, or why there is none."""
    try:
        return fetch(source, key)
    except (StoreError, TooLarge) as error:
        return error


def _written(target: str, key: str, result: Avatar | PrepareError) -> dict:
    """The rest of a row, after the result was written."""
    if isinstance(result, PrepareError):
        return {"code": result.code, "message": result.message}
    try:
        put(target, key, result.jpeg, "image/jpeg")
    except StoreError as error:
        return {"code": error.code, "message": error.message}
    notes = [note.code for note in result.notes]
    return {"result": join(target, key), "size": result.size, "quality": result.quality, "notes": notes}
