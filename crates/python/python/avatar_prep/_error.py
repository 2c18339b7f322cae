"""Why a picture was not prepared."""


class PrepareError(Exception):
    """A picture that could not be prepared. Its code, message and hint are those of the command.

    >>> import avatar_prep
    >>> avatar_prep.Preparer().prepare(b"no picture")
    Traceback (most recent call last):
    avatar_prep.PrepareError: not a known picture format: it starts with the text "no picture"; check that the file is a picture and is complete
    """

    code: str
    """A stable code, such as `"truncated"`; `docs/output.md` lists all."""
    message: str
    """What was found and what is allowed, as one sentence without a full stop."""
    hint: str
    """What to try next, as one sentence without a full stop."""

    def __init__(self, code: str, message: str, hint: str) -> None:
        super().__init__(code, message, hint)  # so that it can be pickled
        self.code = code
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}"


# Tracebacks name it as users import it.
PrepareError.__module__ = "avatar_prep"
