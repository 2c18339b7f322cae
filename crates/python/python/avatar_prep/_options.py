"""Options of the command as keywords of Python."""

import difflib
from collections.abc import Mapping, Sequence

from . import _native

DEFAULTS: dict[str, str] = {name: default for name, default, _ in _native.options()}
"""The default of each option, under its name with dashes, as on the command line."""

_RUN = {
    "jobs": "give it to prepare_many or prepare_arrow",
    "memory": "give it to prepare_many or prepare_arrow",
    "for": "make one Preparer for each platform, with its size and max_bytes",
}


def pairs(keywords: Mapping[str, object]) -> list[tuple[str, str]]:
    """Names with dashes and values as text. None stands for the default."""
    found = []
    for keyword, value in keywords.items():
        name = keyword.replace("_", "-")
        if name not in DEFAULTS:
            raise TypeError(_unknown(keyword))
        if value is not None:
            found.append((name, _text(keyword, value, ".." if name == "quality" else ",")))
    return found


def _unknown(keyword: str) -> str:
    if keyword in _RUN:
        return f"Preparer() has no option {keyword!r}: {_RUN[keyword]}"
    names = [name.replace("-", "_") for name in DEFAULTS]
    near = difflib.get_close_matches(keyword, names, 1)
    hint = f"did you mean {near[0]!r}?" if near else "options are " + ", ".join(names)
    return f"Preparer() has no option {keyword!r}; {hint}"


def _text(keyword: str, value: object, between: str) -> str:
    """A value as it is written on the command line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if hasattr(value, "__index__"):  # also integers of numpy
        return str(value.__index__())
    if isinstance(value, float):
        return repr(float(value))
    if isinstance(value, Sequence) and not isinstance(value, (bytes, bytearray, memoryview)) and value:
        return between.join(_text(keyword, part, between) for part in value)
    allowed = "str, int, float, bool, or a list or tuple of these"
    raise TypeError(f"{keyword} must be {allowed}, got {value!r}")
