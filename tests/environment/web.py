"""A web server on this machine, with files and with faults."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Web:
    """What is offered, by path. broken: paths whose answer breaks off in the middle, so many times."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}"
        self.offered = {}
        self.broken = {}
        self.asked = []
        self.headers = {}

    def answer(self, path):
        """Status, length that is promised, and the bytes that are sent."""
        if path not in self.offered:
            return 404, 0, b""
        content = self.offered[path]
        if self.broken.get(path, 0):
            self.broken[path] -= 1
            return 200, len(content), content[: len(content) // 2]
        return 200, len(content), content


@contextmanager
def serving():
    """A server that answers until the end."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            web.asked.append(self.path)
            web.headers = dict(self.headers)
            status, length, content = web.answer(self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(content)
            self.close_connection = True

        def log_message(self, *_arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    web = Web(server.server_port)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
