#!/usr/bin/env python3
"""The browser tests against the program itself. Usage: HANDOFF=build/release/handoff real_service.py [TEST]...

Trains a small model, deploys it, serves it on a free port, makes an admin and two reviewers, hands over made texts, and
runs run.py with the environment that harness.py reads. A service that is killed is started again on the same port after
a second. With --keep it serves until Enter is pressed instead.
"""
import http.cookiejar
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import texts

HANDOFF = os.environ.get("HANDOFF", "build/release/handoff")
PASSWORD = "correct horse battery"
WORDS = {"billing": "invoice charge price paid".split(), "delivery": "parcel courier tracking late".split(),
         "returns": "refund return scratch exchange".split(), "other": "thanks hello greetings regards".split()}


class Person:
    """A session over plain HTTP, as the pages have it."""

    def __init__(self, url):
        self.url, self.csrf = url, None
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json"} | ({"X-CSRF-Token": self.csrf} if self.csrf else {})
        data = None if body is None else json.dumps(body).encode()
        with self.opener.open(urllib.request.Request(self.url + path, data, headers, method=method), timeout=60) as answer:
            raw = answer.read()
            return json.loads(raw) if raw else None

    def enter(self, link):
        token = link.split("#token=")[1].strip()
        self.csrf = self.call("POST", "/v1/session/link", {"token": token, "password": PASSWORD})["csrf"]
        return self


class Service:
    """The program, started again whenever it dies; its process id lies in a file for who wants to kill it."""

    def __init__(self, folder):
        self.folder, self.listen, self.ending = folder, "127.0.0.1:0", False
        self.start()
        self.url, self.link = self.line(), self.line()
        self.listen = self.url.removeprefix("http://")
        threading.Thread(target=self.watch, daemon=True).start()

    def start(self):
        self.process = subprocess.Popen([HANDOFF, "serve", "--workspace", str(self.folder / "desk"), "--listen", self.listen],
                                        stdout=subprocess.PIPE, stderr=(self.folder / "log").open("a"), text=True)
        (self.folder / "pid").write_text(str(self.process.pid), encoding="utf-8")

    def line(self):
        return self.process.stdout.readline().strip()

    def watch(self):
        while not self.ending:
            self.process.wait()
            time.sleep(1)
            if not self.ending:
                self.start()

    def stop(self):
        self.ending = True
        self.process.terminate()
        self.process.wait(60)


def handoff(*arguments):
    return subprocess.run([HANDOFF, *arguments], check=True, capture_output=True, text=True).stdout


def make_workspace(folder):
    rng = random.Random(7)
    rows = []
    for text in texts.ordinary(1500, seed=5):
        label = rng.choice(texts.LABELS)
        rows.append({"text": f"{' '.join(rng.choices(WORDS[label], k=2))} {text}", "label": label})
    data = folder / "train.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    handoff("train", str(data), "--target", "label", "-o", str(folder / "tickets.handoff"), "--quiet")
    for task in ("tickets", "hostile"):
        handoff("deploy", str(folder / "tickets.handoff"), "--workspace", str(folder / "desk"), "--task", task)
    handoff("deploy", str(folder / "tickets.handoff"), "--workspace", str(folder / "desk"), "--task", "tickets", "--with-reports", str(data))


def fill(url, link, n):
    """Everything is handed over: the tasks are paused while the texts come."""
    root = Person(url).enter(link)
    for name in ("ann", "ben"):
        Person(url).enter(root.call("POST", "/v1/users", {"name": name, "role": "reviewer"})["link"])
    key = root.call("POST", "/v1/keys", {"name": "tests", "scopes": ["classify"]})["key"]
    for task, all_texts in (("tickets", texts.ordinary(n, seed=3)), ("hostile", texts.HOSTILE.values())):
        root.call("POST", f"/v1/tasks/{task}/pause", {"why": "for the tests"})
        for text in filter(None, all_texts):
            body = json.dumps({"text": text, "meta": {"<i>name</i>": "<script>1</script>"}}).encode()
            urllib.request.urlopen(urllib.request.Request(f"{url}/v1/tasks/{task}/classify", body, {
                "Authorization": f"Bearer {key}", "Content-Type": "application/json"}), timeout=60).read()


def main():
    arguments = sys.argv[1:]
    if arguments[:1] != ["--keep"] and not (shutil.which("chromium") and shutil.which("chromedriver")):
        print("1..1\nok 1 - browser tests of the program # SKIP needs chromium and chromium-driver")
        return 0
    with tempfile.TemporaryDirectory(prefix="handoff-web-") as name:
        folder = Path(name)
        make_workspace(folder)
        service = Service(folder)
        url = service.url
        try:
            fill(url, service.link, 700)
            if arguments[:1] == ["--keep"]:
                print(f"{url}  admin, ann, ben: {PASSWORD}", flush=True)
                sys.stdin.readline()
                return 0
            environment = {**os.environ, "HO_WEB_URL": url, "HO_WEB_USERS": f"ann:{PASSWORD},ben:{PASSWORD}", "HO_WEB_TASK": "tickets",
                           "HO_WEB_PIDFILE": str(folder / "pid"), "HO_WEB_ADMIN": f"admin:{PASSWORD}"}
            tests = arguments or ["test_review", "test_report.Served", "test_trouble"]
            return subprocess.run([sys.executable, str(Path(__file__).with_name("run.py")), *tests], env=environment).returncode
        finally:
            service.stop()


if __name__ == "__main__":
    sys.exit(main())
