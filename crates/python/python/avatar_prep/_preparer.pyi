from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Literal, overload

import pyarrow
from typing_extensions import Buffer

from ._avatar import Avatar
from ._error import PrepareError

class Preparer:
    def __init__(
        self,
        *,
        size: int | str | None = None,
        max_bytes: int | str | None = None,
        quality: int | str | tuple[int, int] | None = None,
        background: str | None = None,
        fit: Literal["cover", "contain", "auto"] | None = None,
        gravity: str | Sequence[str] | None = None,
        focus: str | tuple[float, float] | None = None,
        crop: str | tuple[int, int, int, int] | None = None,
        trim: bool | None = None,
        pad: str | None = None,
        margin: float | None = None,
        mask: Literal["circle", "square"] | None = None,
        enlarge: bool | None = None,
        enlarge_limit: float | None = None,
        effort: Literal["fast", "balanced", "best"] | None = None,
        progressive: bool | None = None,
        min_size: int | None = None,
        too_small: Literal["fail", "enlarge"] | None = None,
        score: bool | None = None,
        limit_bytes: int | str | None = None,
        limit_pixels: int | None = None,
        limit_side: int | None = None,
        limit_frames: int | None = None,
        limit_decoded: int | str | None = None,
        timeout: float | None = None,
    ) -> None: ...
    def prepare(self, picture: Buffer) -> Avatar: ...
    def prepare_many(
        self, pictures: Iterable[Buffer], *, jobs: int | Literal["auto"] = 0, memory: int | str = "auto"
    ) -> Iterator[tuple[int, Avatar | PrepareError]]: ...
    @overload
    def prepare_arrow(
        self, column: pyarrow.Array[Any], *, jobs: int | Literal["auto"] = 0, memory: int | str = "auto"
    ) -> pyarrow.StructArray: ...
    @overload
    def prepare_arrow(
        self, column: pyarrow.ChunkedArray[Any], *, jobs: int | Literal["auto"] = 0, memory: int | str = "auto"
    ) -> pyarrow.ChunkedArray[Any]: ...
