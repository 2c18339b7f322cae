"""The S3 server of moto on this machine, and a proxy before it that disturbs requests as a busy service does."""

import http.client
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote

SLOW_DOWN = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"


_OWNER = {"Authorization": "AWS4-HMAC-SHA256 Credential=owner/20260101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"}
"""Moto reads the name in a signature, but does not check it; objects of other owners are not public."""


class ObjectServer:
    """A server whose `address` refuses the first request for each object whose name has an `s`, as busy services do."""

    def __init__(self) -> None:
        self.refused = 0
        self.answer: tuple[int, bytes] | None = None
        """If set, the answer to every request at `address`."""
        self._seen: set[tuple[str, str]] = set()
        self._server = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"], stderr=subprocess.PIPE, text=True
        )
        # It says on which port it listens, then reports requests: somebody must read these.
        for line in self._server.stderr:
            if "Running on http://127.0.0.1:" in line:
                self._port = int(line.rsplit(":", 1)[1])
                break
        threading.Thread(target=self._server.stderr.read, daemon=True).start()
        self._proxy = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        threading.Thread(target=self._proxy.serve_forever, daemon=True).start()
        self.address = f"http://127.0.0.1:{self._proxy.server_port}"

    def ask(self, method: str, path: str, body: bytes | None = None, headers: dict | None = None):
        """Status, headers and body of a request that is not disturbed."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request(method, path, body, headers or _OWNER)
        answer = connection.getresponse()
        found = answer.status, answer.getheaders(), answer.read()
        connection.close()
        return found

    def disturbed(self, method: str, path: str):
        """The answer to a request that does not reach the server."""
        if self.answer is not None:
            return self.answer[0], [], self.answer[1]
        if (method, path) in self._seen or "?" in path or "s" not in path.rsplit("/", 1)[1]:
            return None
        self._seen.add((method, path))
        self.refused += 1
        return 503, [], SLOW_DOWN

    def put(self, bucket: str, key: str, content: bytes) -> None:
        status, _, body = self.ask("PUT", f"/{bucket}/{quote(key)}", content)
        assert status == 200, body

    def get(self, bucket: str, key: str) -> tuple[bytes, str]:
        """An object and its content type."""
        status, headers, body = self.ask("GET", f"/{bucket}/{quote(key)}")
        assert status == 200, (key, body)
        return body, {name.lower(): value for name, value in headers}["content-type"]

    def stop(self) -> None:
        self._proxy.shutdown()
        self._server.terminate()
        self._server.wait()


def _handler(server: ObjectServer):
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, headers, content = server.disturbed(self.command, self.path) or server.ask(
                self.command, self.path, body, dict(self.headers)
            )
            self.send_response(status)
            for name, value in headers:
                if name.lower() not in ("content-length", "connection", "transfer-encoding", "date", "server"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve

        def log_message(self, *_: object) -> None:
            """Prints nothing."""

    return Handler
