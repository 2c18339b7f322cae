"""The finished picture, and what is known about it."""

import os
from dataclasses import dataclass, field
from typing import NamedTuple

from . import _native


class Note(NamedTuple):
    """A notable event that is not an error."""

    code: str
    """A stable code, such as `"low_resolution"`; `docs/output.md` lists all."""
    message: str
    """The event in words."""


class Face(NamedTuple):
    """A face in the upright source. Lengths are in its pixels."""

    x: float
    """The left edge."""
    y: float
    """The upper edge, about at the brow."""
    width: float
    height: float
    """Down to the chin."""
    score: float
    """How sure the detector is, up to 1."""


@dataclass(frozen=True, slots=True)
class Framing:
    """Which part of the source the square shows, and why."""

    fit: str
    """`"cover"` if the picture fills the square, `"contain"` if it is shown whole."""
    by: str
    """Why, for example `"center"`, `"face"` or `"transparency"`."""
    crop: tuple[int, int, int, int]
    """Left, top, width and height of the part that is shown, in pixels of the upright source."""
    placed: tuple[int, int, int, int]
    """Where that part lies in the result: left, top, width and height in pixels."""
    padding: str | None
    """What fills the rest: `"#rrggbb"`, `"background"`, `"gradient"` or `"blur"`; None if there is no rest."""
    faces: tuple[Face, ...]
    """Faces that were found, the largest first; also empty if none were looked for."""
    inside_mask: bool | None
    """Whether faces or content lie wholly inside the mask; None if neither was looked for."""


@dataclass(frozen=True, slots=True)
class Avatar:
    """A finished picture: square, upright, opaque sRGB, as a JPEG that is not over the byte cap.

    It can be pickled and compared. `bytes(avatar)` is the JPEG file, `len(avatar)` its length in bytes.
    """

    jpeg: bytes = field(repr=False)
    """The JPEG file; the same object as `bytes(avatar)`."""
    size: int
    """The edge of the square, in pixels."""
    quality: int
    """JPEG quality, 1 to 100."""
    subsampling: str
    """`"4:4:4"`, `"4:2:0"` or `"gray"`."""
    progressive: bool
    """Whether the JPEG is progressive."""
    format: str
    """The format of the source, recognised by its content, for example `"PNG"`."""
    framing: Framing = field(repr=False)
    """Which part of the source the square shows, and why."""
    notes: tuple[Note, ...]
    """Notable events that are not errors, for example that the source is smaller than requested."""
    background: str | None
    """What shows behind transparent pixels, as `"#rrggbb"`; None if there are none."""
    score: float | None
    """SSIMULACRA2 score against the square before encoding, up to 100; None without `score=True`."""
    perceptual_hash: str | None
    """The hash by which near duplicates are found; None if the square is flat or below 32 pixels."""

    def __bytes__(self) -> bytes:
        return self.jpeg

    def __len__(self) -> int:
        return len(self.jpeg)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Writes the JPEG to `path`, complete or not at all, replacing any file there. Folders are made.

        Raises OSError if it cannot be written; a file that was at `path` before is then unchanged.
        """
        _native.publish(path, self.jpeg)


def made(values: tuple) -> Avatar:
    """An avatar from the values of `_native`."""
    *head, framing, notes, background, score, perceptual_hash = values
    *frame, faces, inside_mask = framing
    framing = Framing(*frame, tuple(Face(*face) for face in faces), inside_mask)
    notes = tuple(Note(*note) for note in notes)
    return Avatar(*head, framing, notes, background, score, perceptual_hash)


for _type in (Avatar, Face, Framing, Note):
    _type.__module__ = "avatar_prep"
