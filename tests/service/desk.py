"""A workspace and a server on it, for tests: made by the program itself, on a free port, stopped by its process id."""
import http.client
import json
import os
import re
import signal
import subprocess
import tempfile
import time

HANDOFF = os.path.abspath(os.environ.get("HANDOFF", "build/dev/handoff"))


def run(*words, **more):
    done = subprocess.run([HANDOFF, *map(str, words)], capture_output=True, text=True, **more)
    if done.returncode not in (0, 1):
        raise RuntimeError(f"handoff {' '.join(map(str, words))}: status {done.returncode}: {done.stderr}")
    return done.stdout


def made_texts(path, rows, seed):
    """Two kinds of made-up tickets that a model can mostly tell apart."""
    import random
    random = random.Random(seed)
    common = [f"{a}{b}{c}" for a in "bdfgklm" for b in "aeiou" for c in ("ra", "to", "ni", "ske")]
    own = {"yes": [f"urg{w}" for w in common[:40]], "no": [f"calm{w}" for w in common[40:80]]}
    with open(path, "w", encoding="utf-8") as file:
        file.write("text,label\n")
        for row in range(rows):
            label = "yes" if random.random() < .5 else "no"
            words = [random.choice(own[label] if random.random() < .3 else common) for _ in range(12)]
            if random.random() < .03:
                label = "no" if label == "yes" else "yes"
            file.write(f"{' '.join(words)} {row},{label}\n")


class Desk:
    """with Desk() as desk: desk.start(); desk.call("POST", ...)"""

    def __init__(self, task="urgent", max_error="0.1"):
        self.folder = tempfile.TemporaryDirectory(prefix="handoff-desk.")
        self.path = os.path.join(self.folder.name, "desk")
        self.task = task
        self.process = None
        self.port = None
        texts = os.path.join(self.folder.name, "texts.csv")
        self.model = os.path.join(self.folder.name, "m.handoff")
        made_texts(texts, 3000, 1)
        run("train", texts, "--target", "label", "--max-error", max_error, "-o", self.model, "--quiet")
        run("deploy", self.model, "--workspace", self.path, "--task", task)
        self.keys = {}

    def key(self, name, scope):
        made = json.loads(run("key", "add", name, "--scope", scope, "--workspace", self.path, "--json"))
        self.keys[name] = made["key"]
        return made["key"]

    def start(self, *options):
        self.log = open(os.path.join(self.folder.name, "server.log"), "ab")
        self.process = subprocess.Popen([HANDOFF, "serve", "--workspace", self.path, "--listen", "127.0.0.1:0", *options],
                                        stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        found = re.search(r":(\d+)", line.split("//", 1)[-1])
        if not found:
            raise RuntimeError(f"the server did not start: {line!r}, {self.tail()}")
        self.port = int(found.group(1))
        return self

    def tail(self):
        with open(os.path.join(self.folder.name, "server.log"), encoding="utf-8", errors="replace") as file:
            return file.read()[-2000:]

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()
        self.log.close()

    def stop(self, seconds=10):
        if not self.process or self.process.poll() is not None:
            return self.process.returncode if self.process else None
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=seconds)
        self.process.stdout.close()
        self.log.close()
        return status

    def connect(self, timeout=30):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)

    def call(self, method, path, body=None, key=None, headers=None, connection=None):
        """(status, decoded body or text, headers)"""
        own = connection is None
        connection = connection or self.connect()
        sent = {"Authorization": f"Bearer {key}"} if key else {}
        if body is not None and not isinstance(body, (bytes, str)):
            body = json.dumps(body)
            sent["Content-Type"] = "application/json"
        connection.request(method, path, body, {**sent, **(headers or {})})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        result = answer.status, json.loads(text) if "json" in (answer.getheader("Content-Type") or "") and text else text
        if own:
            connection.close()
        return *result, answer.headers

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            if self.process and self.process.poll() is None:
                self.kill()
            self.folder.cleanup()


def wait_for(condition, seconds=10, what="it"):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.02)
    raise AssertionError(f"{what} did not happen within {seconds} s")
