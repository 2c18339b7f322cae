"""Turns pictures of any format into upright, square sRGB JPEGs under a byte cap.

>>> import avatar_prep
>>> preparer = avatar_prep.Preparer(size=64, max_bytes="20kB")
>>> avatar = preparer.prepare(b"P5 3 2 255 \\x00\\x7f\\xff\\x00\\x7f\\xff")  # a whole file: here a PGM of 3 x 2 pixels
>>> avatar.size  # the edge in pixels: small pictures are not enlarged
2
>>> bytes(avatar)[:3]
b'\\xff\\xd8\\xff'
>>> avatar.notes[0].code
'low_resolution'

A picture that cannot be prepared raises `PrepareError`. `Preparer.prepare_many` and `Preparer.prepare_arrow` return
errors as values instead, so that one bad picture costs one row.
"""

from ._avatar import Avatar, Face, Framing, Note
from ._error import PrepareError
from ._native import version as _version
from ._preparer import Preparer

__version__ = _version()

__all__ = ["Avatar", "Face", "Framing", "Note", "PrepareError", "Preparer", "__version__"]
