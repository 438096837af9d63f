#!/usr/bin/env python3
"""A receiver of callbacks for tests: receiver.py LOG [SECRET]

Prints its port, then writes one JSON line to LOG for every request: path, id, timestamp, body, and whether the
signature is right (computed here with hmac, not by the code under test). What it answers depends on the path:
/ok 200, /fail 503, /gone 410, /later 429 with Retry-After: 7, /redirect 302 to /ok, /slow 200 after three seconds,
/endless a body without end. Ends with its standard input.
"""
import base64
import hashlib
import hmac
import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

lock = threading.Lock()
log = open(sys.argv[1], "a", encoding="utf-8")
secret = sys.argv[2] if len(sys.argv) > 2 else os.environ.get("RECEIVER_SECRET", "")
if secret.startswith("@"):
    secret = open(secret[1:], encoding="utf-8").read().strip()


def signed(headers, body):
    if not secret:
        return None
    key = base64.b64decode(secret[len("whsec_"):])
    text = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, given) for given in headers["webhook-signature"].split())


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def answer(self, status, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        with lock:
            json.dump({"path": self.path, "id": self.headers.get("webhook-id"),
                       "timestamp": self.headers.get("webhook-timestamp"),
                       "type": self.headers.get("content-type"), "signed": signed(self.headers, body) if self.headers.get("webhook-id") else None,
                       "body": json.loads(body)}, log)
            log.write("\n")
            log.flush()
        path = self.path.split("?")[0]
        if path == "/fail":
            self.answer(503)
        elif path == "/gone":
            self.answer(410)
        elif path == "/later":
            self.answer(429, [("Retry-After", "7")])
        elif path == "/redirect":
            self.answer(302, [("Location", "/ok")])
        elif path == "/endless":
            self.send_response(200)
            self.end_headers()
            try:
                while True:
                    self.wfile.write(b"x" * 65536)
            except OSError:
                self.close_connection = True
        else:
            if path == "/slow":
                time.sleep(3)
            self.answer(200)


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_port, flush=True)
sys.stdin.read()
