"""A file system whose reads are slow: a small FUSE server for `run.py`. Linux, as root; standard library only.

`SlowDisk(folder)` mounts it read-only. `put(name, content, pause, broken)` adds a file. Each read gives at most 4,096 bytes
after `pause` seconds. A broken file fails with EIO after its first 4,096 bytes, until it is mended. Reads bypass the page
cache, so that the program waits for each of them.
"""

import ctypes
import errno
import os
import pathlib
import stat
import struct
import threading
import time

LOOKUP, FORGET, GETATTR, OPEN, READ, STATFS, RELEASE, FLUSH, INIT, OPENDIR, READDIR, RELEASEDIR, INTERRUPT, BATCH_FORGET = (
    1, 2, 3, 14, 15, 17, 18, 25, 26, 27, 28, 29, 36, 42)
PIECE = 4096
#: fuse_open_out: read from the server each time, never from the page cache.
DIRECT_IO = 1


class SlowFile:
    def __init__(self, content: bytes, pause: float, broken: bool):
        self.content, self.pause, self.broken = content, pause, broken
        self.reads = 0


class SlowDisk:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        self.files: dict[int, SlowFile] = {}
        self.numbers: dict[bytes, int] = {}
        self.device = os.open("/dev/fuse", os.O_RDWR)
        options = f"fd={self.device},rootmode=40000,user_id=0,group_id=0,allow_other,max_read={PIECE}"
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.mount(b"slow", bytes(folder), b"fuse", 1 | 2 | 4, options.encode()):
            number = ctypes.get_errno()
            os.close(self.device)
            raise OSError(number, os.strerror(number))
        self.libc = libc
        threading.Thread(target=self.serve, daemon=True).start()

    def put(self, name: str, content: bytes, pause: float, broken: bool = False) -> pathlib.Path:
        number = len(self.files) + 2
        self.files[number] = SlowFile(content, pause, broken)
        self.numbers[name.encode()] = number
        return self.folder / name

    def mend(self) -> None:
        for file in self.files.values():
            file.broken = False

    def reads(self) -> int:
        return sum(file.reads for file in self.files.values())

    def close(self) -> None:
        self.libc.umount2(bytes(self.folder), 2)

    def serve(self) -> None:
        while True:
            try:
                request = os.read(self.device, 1 << 17)
            except InterruptedError:
                continue
            except OSError:
                return
            _, operation, unique, node = struct.unpack_from("<IIQQ", request)
            if operation in (FORGET, BATCH_FORGET, INTERRUPT):
                continue
            if operation == READ:
                # Of its own, so that other files can be read meanwhile.
                threading.Thread(target=self.read, args=(unique, node, request[40:]), daemon=True).start()
            else:
                self.answer(unique, *self.handle(operation, node, request[40:]))

    def answer(self, unique: int, error: int, body: bytes = b"") -> None:
        try:
            os.write(self.device, struct.pack("<IiQ", 16 + len(body), -error, unique) + body)
        except OSError:
            pass  # the program was interrupted, or the disk unmounted

    def handle(self, operation: int, node: int, body: bytes) -> tuple[int, bytes]:
        if operation == INIT:
            return 0, struct.pack("<IIIIHHIIHHI28x", 7, 31, PIECE, 0, 8, 8, PIECE, 1, 0, 0, 0)
        if operation == LOOKUP:
            number = self.numbers.get(body.rstrip(b"\0"))
            return (0, struct.pack("<QQQQII", number, 0, 1, 1, 0, 0) + self.attributes(number)) if number else (errno.ENOENT, b"")
        if operation == GETATTR:
            return 0, struct.pack("<QII", 1, 0, 0) + self.attributes(node)
        if operation in (OPEN, OPENDIR):
            return 0, struct.pack("<QII", 0, DIRECT_IO if operation == OPEN else 0, 0)
        if operation == STATFS:
            return 0, struct.pack("<QQQQQIIII24x", 0, 0, 0, 0, 0, 512, 255, 512, 0)
        # Folders look empty: files are reached through links.
        return (0, b"") if operation in (READDIR, RELEASE, RELEASEDIR, FLUSH) else (errno.ENOSYS, b"")

    def attributes(self, node: int) -> bytes:
        size = len(self.files[node].content) if node in self.files else 0
        mode = stat.S_IFREG | 0o444 if node in self.files else stat.S_IFDIR | 0o755
        return struct.pack("<QQQQQQIIIIIIIIII", node, size, (size + 511) // 512, 1, 1, 1, 0, 0, 0, mode, 1, 0, 0, 0, 512, 0)

    def read(self, unique: int, node: int, body: bytes) -> None:
        _, offset, size = struct.unpack_from("<QQI", body)
        file = self.files[node]
        file.reads += 1
        time.sleep(file.pause)
        if file.broken and offset:
            self.answer(unique, errno.EIO)
        else:
            self.answer(unique, 0, file.content[offset:offset + min(size, PIECE)])
