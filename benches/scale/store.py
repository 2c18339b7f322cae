#!/usr/bin/env python3
"""A store in memory that speaks as much of S3's protocol as a run needs, and answers late.

usage: store.py LATENCY_MS PORT [COPIES FOLDER]

Every answer starts LATENCY_MS after its request is complete. FOLDER's files are in the bucket `in`, each under
COPIES keys; any other bucket is empty at first. What is written is kept with its metadata, so that a second run
finds it. Nothing is checked: no signatures, no permissions. Standard library only.
"""

import asyncio
import hashlib
import pathlib
import sys
import urllib.parse
import xml.sax.saxutils

MODIFIED = "Wed, 01 Jan 2025 00:00:00 GMT"
PAGE = 1000


class Store:
    def __init__(self, latency: float) -> None:
        self.latency = latency
        self.objects: dict[str, tuple[bytes, str, list[str]]] = {}
        self.counts: dict[str, int] = {}

    def add(self, path: str, body: bytes, metadata: list[str]) -> str:
        tag = hashlib.md5(body).hexdigest()
        self.objects[path] = (body, f'"{tag}"', metadata)
        return f'"{tag}"'

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                lines = head.decode("latin-1").split("\r\n")
                verb, target, _ = lines[0].split(" ")
                headers = {}
                for line in lines[1:]:
                    name, _, value = line.partition(":")
                    headers[name.lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                await asyncio.sleep(self.latency)
                self.counts[verb] = self.counts.get(verb, 0) + 1
                for piece in self.answer(verb, target, headers, body):
                    writer.write(piece)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def answer(self, verb: str, target: str, headers: dict, body: bytes) -> list[bytes]:
        path, _, query = target.partition("?")
        path = urllib.parse.unquote(path).strip("/")
        asked = urllib.parse.parse_qs(query)
        if path == "counts":
            text = " ".join(f"{verb}={count}" for verb, count in sorted(self.counts.items()))
            self.counts.clear()
            return reply(200, [], text.encode())
        if "list-type" in asked:
            return self.list(path, asked)
        if verb == "PUT":
            if headers.get("if-none-match") == "*" and path in self.objects:
                return reply(412, [], b"")
            metadata = [f"{name}: {value}" for name, value in headers.items() if name.startswith("x-amz-meta-")]
            return reply(200, [f"ETag: {self.add(path, body, metadata)}"], b"")
        found = self.objects.get(path)
        if found is None:
            return reply(404, [], b"" if verb == "HEAD" else b"<Error><Code>NoSuchKey</Code></Error>")
        bytes_, tag, metadata = found
        if headers.get("if-none-match") == tag:
            return reply(304, [f"ETag: {tag}"], b"")
        head = [f"ETag: {tag}", f"Last-Modified: {MODIFIED}", *metadata]
        return reply(200, head, bytes_, only_head=verb == "HEAD")

    def list(self, bucket: str, asked: dict) -> list[bytes]:
        prefix = f"{bucket}/{asked.get('prefix', [''])[0]}"
        after = asked.get("continuation-token", [""])[0]
        keys = sorted(key for key in self.objects if key.startswith(prefix) and key > after)
        page = keys[:PAGE]
        more = len(keys) > len(page)
        text = ["<ListBucketResult>", f"<IsTruncated>{str(more).lower()}</IsTruncated>"]
        if more:
            text.append(f"<NextContinuationToken>{xml.sax.saxutils.escape(page[-1])}</NextContinuationToken>")
        for key in page:
            body, tag, _ = self.objects[key]
            name = xml.sax.saxutils.escape(key.partition("/")[2])
            text.append(
                f"<Contents><Key>{name}</Key><Size>{len(body)}</Size><ETag>{tag}</ETag>"
                "<LastModified>2025-01-01T00:00:00.000Z</LastModified></Contents>"
            )
        text.append("</ListBucketResult>")
        return reply(200, ["Content-Type: application/xml"], "".join(text).encode())


def reply(status: int, headers: list[str], body: bytes, only_head: bool = False) -> list[bytes]:
    lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(body)}", *headers]
    head = "\r\n".join(lines) + "\r\n\r\n"
    return [head.encode()] if only_head else [head.encode(), body]


async def main() -> None:
    store = Store(float(sys.argv[1]) / 1000)
    if len(sys.argv) > 3:
        copies, folder = int(sys.argv[3]), pathlib.Path(sys.argv[4])
        for file in sorted(path for path in folder.iterdir() if path.is_file()):
            body = file.read_bytes()
            for copy in range(copies):
                store.add(f"in/{copy:03}/{file.name}", body, [])
    server = await asyncio.start_server(store.serve, "127.0.0.1", int(sys.argv[2]), limit=1 << 20)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
