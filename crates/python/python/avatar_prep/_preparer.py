"""Settings, and the calls that prepare pictures with them."""

import os
from collections.abc import Iterable, Iterator

from . import _arrow, _native
from ._avatar import Avatar, made
from ._error import PrepareError
from ._options import pairs
from ._picture import encoded


class Preparer:
    """Settings for preparing pictures. It never changes, can be pickled, and can be used by any number of threads.

    Every keyword is the long flag of the same name of the command `avatar-prep`, with `_` for `-`, and has its
    meaning and default; see `docs/options.md`. Values are what the command line takes, as text, or numbers, booleans
    and tuples. None stands for the default. Variables and settings files are not read.

    Raises ValueError for a value that is not allowed, and TypeError for a keyword that does not exist.

    >>> import avatar_prep
    >>> avatar_prep.Preparer(size=512, max_bytes="100kB", quality=(40, 90), fit="auto", gravity=("face", "center"))
    Preparer(size=512, max_bytes='100kB', quality=(40, 90), fit='auto', gravity=('face', 'center'))
    >>> avatar_prep.Preparer(size=0)
    Traceback (most recent call last):
    ValueError: size must be 1 to 8192, got 0
    >>> avatar_prep.Preparer(max_byte=1000)
    Traceback (most recent call last):
    TypeError: Preparer() has no option 'max_byte'; did you mean 'max_bytes'?
    """

    __slots__ = ("_engine", "_keywords")

    def __init__(self, **keywords: object) -> None:
        engine = _native.Engine(pairs(keywords))
        object.__setattr__(self, "_engine", engine)
        object.__setattr__(self, "_keywords", dict(keywords))

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a Preparer never changes: make another one to set {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a Preparer never changes: {name} cannot be deleted")

    def __reduce__(self):
        return _restored, (type(self), self._keywords)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Preparer):
            return NotImplemented
        return dict(pairs(self._keywords)) == dict(pairs(other._keywords))

    def __hash__(self) -> int:
        return hash(tuple(sorted(pairs(self._keywords))))

    def __repr__(self) -> str:
        keywords = ", ".join(f"{name}={value!r}" for name, value in self._keywords.items())
        return f"Preparer({keywords})"

    def prepare(self, picture: object) -> Avatar:
        """Prepares one picture: the bytes of a whole file of any format.

        `picture` is `bytes`, which are not copied, or another contiguous buffer in one dimension (`bytearray`,
        `memoryview`, `mmap`, an array of `uint8`), which is copied once. Other threads of Python run meanwhile.

        Raises PrepareError if the picture cannot be prepared, and TypeError if it is no buffer of bytes. The time
        limit is checked between stages: a decoder that does not return holds its caller; `prepare_many` does not
        wait for it.
        """
        is_made, values = self._engine.prepare(encoded(picture))
        if not is_made:
            raise PrepareError(*values)
        return made(values)

    def prepare_many(
        self, pictures: Iterable[object], *, jobs: int | str = 0, memory: int | str = "auto"
    ) -> Iterator[tuple[int, Avatar | PrepareError]]:
        """Prepares many pictures in parallel. Yields the index of each, from 0, and its result, in order of completion.

        A picture that cannot be prepared yields a PrepareError as its value and raises nothing. `pictures` is read
        by the calling thread while results are taken, at most two for each worker ahead, so it can be a generator
        that downloads. What it raises is raised after the results of the pictures that it gave before.

        `jobs` is the number of workers, 1 to 1024. 0 or "auto" means one per core, or 1 if a variable that starts with
        `RAY_` or `SPARK_` is set: such engines run one task per core already. `memory` limits the bytes for pictures
        in progress, for example `"2GiB"`; "auto" is half of what is available.

        >>> import avatar_prep
        >>> pictures = [b"P5 1 1 255 \\x7f", b"no picture"]
        >>> for index, result in sorted(avatar_prep.Preparer().prepare_many(pictures), key=lambda it: it[0]):
        ...     print(index, result.code if isinstance(result, avatar_prep.PrepareError) else result.size)
        0 1
        1 unrecognized_format
        """
        workers = _workers(jobs)
        run = self._engine.many(str(workers), str(memory))
        return _results(run, iter(pictures), 2 * workers)

    def prepare_arrow(self, column, *, jobs: int | str = 0, memory: int | str = "auto"):
        """Prepares a column of Arrow: a `pyarrow.Array` or `pyarrow.ChunkedArray` of binary or large_binary.

        Returns a column of the same length and order, of the type
        `struct<jpeg: binary, size: int32, quality: int32, code: string, message: string, notes: list<string>>`.
        Null stays null. Of a picture that cannot be prepared, `code` and `message` are set and the rest is null;
        otherwise these two are null. `notes` are the codes of notes. `jobs` and `memory` as for `prepare_many`.

        Raises TypeError if it is no such column. Needs `pyarrow`.
        """
        return _arrow.prepared(self, column, jobs, memory)


# Named as users import it, also in pickles.
Preparer.__module__ = "avatar_prep"


def _restored(kind: type[Preparer], keywords: dict[str, object]) -> Preparer:
    return kind(**keywords)


def _workers(jobs: int | str) -> int:
    if jobs not in (0, "auto"):
        return _native.jobs(str(jobs))
    is_engine = any(name.startswith(("RAY_", "SPARK_")) for name in os.environ)
    return 1 if is_engine else _native.jobs("auto")


def _results(
    run: _native.Many, pictures: Iterator[object], ahead: int
) -> Iterator[tuple[int, Avatar | PrepareError]]:
    """Feeds pictures in and takes results out; at most `ahead` pictures are in between."""
    given, taken = 0, 0
    is_open, fault = True, None
    try:
        while is_open or taken < given:
            if is_open and given - taken < ahead:
                try:
                    run.put(given, encoded(next(pictures)))
                    given += 1
                except StopIteration:
                    is_open = False
                except Exception as error:
                    is_open, fault = False, error
                if not is_open:
                    run.end()
                    continue
            outcome = run.take(not is_open or given - taken >= ahead)
            if outcome is not None:
                taken += 1
                index, is_made, values = outcome
                yield index, made(values) if is_made else PrepareError(*values)
    finally:
        run.stop()
    if fault is not None:
        raise fault
