"""A service of its own for each test file, clients, a check of answers against the contract, and TAP.

Every answer that comes through Client is held against openapi.json: its status must be one that the contract gives for
the operation, its body must fit the schema.
"""
import gzip
import http.client
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import make_models
from schema import check

HANDOFF = os.environ["HANDOFF"]
SERVER = os.environ["HO_HTTP_SERVER"]
MODELS = os.environ["HO_HTTP_MODELS"]
MODEL1, MODEL2 = (os.path.join(MODELS, f"model{i}.handoff") for i in (1, 2))
CREDENTIALS = {}


def sure(seed=0, label="outage"):
    """A text that the models are sure of."""
    rng = random.Random(seed)
    own = rng.choices(make_models.TOPICS[label], k=6)
    return " ".join(own + rng.choices(make_models.COMMON, k=6))


def unsure(seed=0):
    """A text that they hand over: words of no label, or of both."""
    return f"zyx{seed} qwv{seed} unlike anything {seed * 7919 % 100003}"


def handoff(*arguments):
    done = subprocess.run([HANDOFF, *arguments], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, f"handoff {arguments[0]}: {done.stderr}"
    return done.stdout


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.raw = status, headers, body

    @property
    def json(self):
        return json.loads(self.raw)

    @property
    def lines(self):
        return [json.loads(line) for line in self.raw.splitlines()]


IDLE_S = 75  # after so long without a request the server ends a connection (reference/http.md)


class Client:
    """One connection that is kept. Not for several threads."""

    def __init__(self, service, key="all", timeout=60):
        self.service, self.key, self.timeout = service, key, timeout
        self.connection, self.used = None, 0
        self.extra = {}

    def open(self):
        self.connection = http.client.HTTPConnection("127.0.0.1", self.service.port, timeout=self.timeout)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self):
        if self.connection:
            self.connection.close()
        self.connection = None

    def send(self, method, path, body=None, headers=None):
        if self.connection and time.monotonic() - self.used > IDLE_S / 2:
            self.close()
        if not self.connection:
            self.open()
        self.used = time.monotonic()
        all_headers = dict(self.extra)
        if self.key:
            all_headers["Authorization"] = f"Bearer {self.service.keys.get(self.key, self.key)}"
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            all_headers["Content-Type"] = "application/json"
        if isinstance(body, str):
            body = body.encode()
        for name, value in (headers or {}).items():
            all_headers.pop(name, None)
            if value is not None:
                all_headers[name] = value
        self.connection.request(method, path, body=body, headers=all_headers)

    def receive(self):
        response = self.connection.getresponse()
        raw = response.read()
        headers = {k.lower(): v for k, v in response.getheaders()}
        if headers.get("connection") == "close":
            self.close()
        if headers.get("content-encoding") == "gzip":
            raw = gzip.decompress(raw)
        return Answer(response.status, headers, raw)

    def __call__(self, method, path, body=None, headers=None, expect=None):
        self.send(method, path, body, headers)
        answer = self.receive()
        self.service.hold(method, path, answer)
        if expect is not None:
            wanted = expect if isinstance(expect, tuple) else (expect,)
            assert answer.status in wanted, f"{method} {path}: {answer.status}, expected {expect}: {answer.raw[:300]!r}"
        return answer

    def get(self, path, expect=200, **more):
        return self("GET", path, expect=expect, **more)

    def post(self, path, body=None, expect=200, **more):
        return self("POST", path, body if body is not None else {}, expect=expect, **more)

    def put(self, path, body=None, expect=200, **more):
        return self("PUT", path, body if body is not None else {}, expect=expect, **more)

    def delete(self, path, expect=204, **more):
        return self("DELETE", path, expect=expect, **more)

    def classify(self, text, expect=(200, 202), headers=None, **more):
        return self.post("/v1/tasks/urgent/classify", {"text": text, **more}, expect=expect, headers=headers)


class Service:
    """A workspace with the task `urgent`, keys for every scope, and a server."""

    def __init__(self, *options, deploy=True, workspace=None):
        self.folder = workspace or tempfile.mkdtemp(prefix="handoff-http-")
        self.own = workspace is None
        self.options = options
        self.contract = None
        self.seen = set()
        self.keys = {}
        if self.own:
            if deploy:
                handoff("deploy", MODEL1, "--workspace", self.desk, "--task", "urgent", "--quiet")
            else:
                handoff("deploy", MODEL1, "--workspace", self.desk, "--task", "other", "--quiet")
            for name, scope in (("all", "classify,review,admin"), ("classify", "classify"), ("review", "review"),
                                ("second", "review"), ("admin", "admin")):
                self.keys[name] = handoff("key", "add", name, "--scope", scope, "--workspace", self.desk,
                                          "--quiet").split()[-1]
        self.start()

    @property
    def desk(self):
        return os.path.join(self.folder, "desk")

    def start(self, *options):
        self.log_path = os.path.join(self.folder, "log")
        self.log = open(self.log_path, "a", encoding="utf-8")
        self.process = subprocess.Popen([SERVER, self.desk, *self.options, *options], stdout=subprocess.PIPE,
                                        stderr=self.log, text=True, env={**os.environ, "TMPDIR": self.folder})
        url = self.process.stdout.readline().strip()
        assert url.startswith("http://"), f"the server did not start: {open(self.log_path).read()}"
        self.port = int(url.rsplit(":", 1)[1])
        self.contract = self.contract or json.loads(self.raw_get("/openapi.json"))

    def raw_get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        body = connection.getresponse().read()
        connection.close()
        return body

    def client(self, key="all", **more):
        return Client(self, key, **more)

    def logged(self):
        with open(self.log_path, encoding="utf-8") as log:
            return log.read()

    def stop(self, expect=0, timeout=30):
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout)
        assert code == expect, f"the server ended with {code}: {self.logged()[-2000:]}"

    def kill(self):
        self.process.kill()
        self.process.wait()

    def close(self):
        if self.process.poll() is None:
            self.stop()
        self.process.stdout.close()
        self.log.close()
        if self.own:
            shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # The contract

    def operation(self, method, path):
        path = path.split("?")[0]
        for pattern, methods in self.contract["paths"].items():
            form = "^" + re.sub(r"\\?\{[^}]*\\?\}", "[^/]+", re.escape(pattern).replace("\\{", "{").replace("\\}", "}")) + "$"
            if re.match(form, path) and method.lower() in methods:
                return pattern, methods[method.lower()]
        return None, None

    def hold(self, method, path, answer):
        pattern, operation = self.operation(method, path)
        if not operation or method == "HEAD":
            return
        self.seen.add((method, pattern, answer.status))
        given = operation["responses"].get(str(answer.status))
        assert given is not None, f"{method} {pattern} answers {answer.status}, which the contract does not give"
        if "$ref" in given:
            given = self.contract["components"]["responses"][given["$ref"].rsplit("/", 1)[1]]
        content = given.get("content")
        kind = (answer.headers.get("content-type") or "").split(";")[0]
        if not content:
            assert answer.raw == b"", f"{method} {pattern}: a body with {answer.status}"
            return
        assert kind in content, f"{method} {pattern}: {kind}, not one of {list(content)}"
        media = content[kind]
        if "x-line" in media:
            for line in answer.lines:
                check(self.contract, media["x-line"], line, f"{method} {pattern}")
        elif kind.endswith("json"):
            check(self.contract, media["schema"], answer.json, f"{method} {pattern} {answer.status}")


def wait_for(what, test, seconds=10):
    end = time.monotonic() + seconds
    while not test():
        assert time.monotonic() < end, f"waited {seconds} s for: {what}"
        time.sleep(0.02)


def in_threads(n, work):
    """Run work(i) in n threads; results in order; the first failure is raised."""
    results, failures = [None] * n, []

    def run(i):
        try:
            results[i] = work(i)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return results


def main(module):
    """Run the functions test_* of a module, in order; TAP on stdout."""
    tests = [(name, f) for name, f in vars(module).items() if name.startswith("test_") and callable(f)]
    chosen = sys.argv[1:]
    tests = [(name, f) for name, f in tests if not chosen or name in chosen]
    failed = 0
    print(f"1..{len(tests)}", flush=True)
    for number, (name, test) in enumerate(tests, 1):
        try:
            test()
            print(f"ok {number} - {name[5:]}", flush=True)
        except BaseException:
            failed += 1
            traceback.print_exc()
            print(f"not ok {number} - {name[5:]}", flush=True)
    sys.exit(1 if failed else 0)
