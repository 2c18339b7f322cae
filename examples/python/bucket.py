"""Objects of buckets, and files of folders that all machines share.

Places are addresses: `s3://bucket/prefix`, `gs://…`, `az://…` or `file:///…`. Credentials come from the variables of
each service, as for the command.
"""

import re
from functools import cache

import obstore
from obstore.store import LocalStore, from_url

LARGEST = 256 << 20
"""Larger objects are not fetched, so that a few of them at a time fit into the memory of a task."""

_CODES = {
    "NoSuchBucket": "no_such_bucket",
    "AccessDenied": "access_denied",
    "InvalidAccessKeyId": "bad_credentials",
    "SignatureDoesNotMatch": "bad_credentials",
    "ExpiredToken": "expired_credentials",
    "SlowDown": "slow_down",
    "FileNotFoundError": "no_such_object",
    "PermissionDeniedError": "access_denied",
    "UnauthenticatedError": "bad_credentials",
}


class StoreError(Exception):
    """A request that failed, with a code of the command. The text of the cause can contain credentials: it is left out."""

    def __init__(self, address: str, done: str, cause: Exception) -> None:
        kind, text = type(cause).__name__, str(cause)
        found = re.search(r"<Code>(\w+)", text) or re.search(r"status code: (\d{3})|HTTP error: ([a-z ]+)", text)
        reason = kind if found is None else next(filter(None, found.groups()))
        self.code = _CODES.get(reason) or _CODES.get(kind, "store_error")
        self.message = f"the object could not be {done}: {reason}"
        super().__init__(f"{address}: {self.message} ({self.code})")


class TooLarge(Exception):
    """An object that was not fetched."""

    def __init__(self, size: int) -> None:
        self.code = "limit_exceeded"
        self.message = f"size in bytes is {size}, over the limit of {LARGEST}"
        super().__init__(self.message)


def keys(source: str, target: str) -> list[str]:
    """All keys below `source`, relative to it. For larger buckets, read an inventory instead."""
    if join(target, "").startswith(join(source, "")):
        raise SystemExit(f"{target} is inside {source}: the next run would read results as sources; choose another OUT")
    try:
        return [item["path"] for items in obstore.list(_store(source)) for item in items]
    except Exception as cause:
        raise StoreError(source, "listed", cause) from None


def require_empty(address: str) -> None:
    """Refuses a place that has objects: what an earlier run left there would be read as part of this one."""
    try:
        found = any(obstore.list(_store(address)))
    except Exception as cause:
        raise StoreError(address, "listed", cause) from None
    if found:
        raise SystemExit(f"{address} is not empty: give each run another ROWS")


def fetch(source: str, key: str) -> object:
    """The content of an object, as a buffer."""
    try:
        found = obstore.get(_store(source), key)
        size = found.meta["size"]
        if size <= LARGEST:
            return found.bytes()
    except Exception as cause:
        raise StoreError(join(source, key), "read", cause) from None
    raise TooLarge(size)


def put(target: str, key: str, content: bytes, kind: str) -> None:
    """Writes an object of a content type, in one request: it is there whole or not at all."""
    try:
        store = _store(target)
        attributes = None if isinstance(store, LocalStore) else {"Content-Type": kind}
        obstore.put(store, key, content, attributes=attributes, use_multipart=False)
    except Exception as cause:
        raise StoreError(join(target, key), "written", cause) from None


def join(address: str, key: str) -> str:
    """The address of an object below another address."""
    return f"{address.rstrip('/')}/{key}"


@cache  # one pool of connections for each place in each process
def _store(address: str):
    """The store of an address. It repeats failed requests up to ten times within three minutes."""
    return from_url(address, mkdir=True) if address.startswith("file:") else from_url(address)
