"""Encoded pictures as callers give them."""


def encoded(picture: object) -> object:
    """`bytes` as they are, any other contiguous buffer as bytes; refuses what is no encoded file."""
    if isinstance(picture, bytes):
        return picture
    try:
        view = memoryview(picture)  # type: ignore[arg-type]
    except TypeError:
        kind = type(picture).__name__
        hint = "read the file first" if isinstance(picture, str) or hasattr(picture, "__fspath__") else None
        message = f"a picture must be bytes or a buffer with a whole file, got {kind}"
        raise TypeError(f"{message}; {hint}" if hint else message) from None
    if view.ndim != 1 or view.itemsize != 1:
        # Pixels of an array would look like a file of an unknown format.
        shape = f"{view.ndim} dimensions of {view.itemsize} bytes an item"
        raise TypeError(
            f"a picture must be a whole file in one dimension of single bytes, got {shape}; encode pixels first, for example as PNG"
        )
    if not view.contiguous:
        raise TypeError("a picture must be a contiguous buffer, got one with steps; pass bytes(picture)")
    return view.cast("B")
