#!/usr/bin/env python3
"""The last part of the demo: the service. Runs in the demo's folder.

demo-service.py MODEL USUAL OTHER TASK LABEL [--stay]

Deploys the model, starts the server, posts the texts (JSONL with "text": of the kind that the model learnt, and of another
kind), tells what was answered and what waits. With --stay the server is left running, and how to look at it is written to
stay.txt for the end of the demo; without, one full round is proved: a text
with a callback, a person's answer (LABEL) by the API, the signed callback, the labels, the daily message; then it stops.
"""
import base64
import hashlib
import hmac
import http.client
import http.server
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time

WORKSPACE = "desk"


def show(*words, quiet=False):
    print(f"\n$ handoff {' '.join(words)}", flush=True)
    done = subprocess.run(["handoff", *words], stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"demo-service.py: that command ended with status {done.returncode}")
    if not quiet:
        print(done.stdout, end="", flush=True)
    return done.stdout


class Api:
    def __init__(self, port, key):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}

    def call(self, method, path, body=None):
        self.connection.request(method, path, json.dumps(body) if body is not None else None, self.headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        if answer.status >= 300:
            sys.exit(f"demo-service.py: {method} {path} gave {answer.status}: {text[:300]}")
        return json.loads(text) if text.startswith(("{", "[")) else text


class Receiver(http.server.BaseHTTPRequestHandler):
    """Stands for the application that waits for an answer."""
    got = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        Receiver.got.append((dict(self.headers), body))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_):
        pass


def signed_right(headers, body, secret):
    """The Standard Webhooks signature, checked as a receiver would."""
    headers = {name.lower(): value for name, value in headers.items()}
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return any(hmac.compare_digest(wanted, one) for one in headers["webhook-signature"].split(" "))


def stop_earlier():
    """The server that an earlier demo left running works on the folder that this one makes anew."""
    try:
        with open("server.pid", encoding="utf-8") as file:
            pid = int(file.read())
        with open(f"/proc/{pid}/cmdline", encoding="utf-8") as file:
            if f"serve\0--workspace\0{WORKSPACE}\0" not in file.read():
                return
        os.kill(pid, signal.SIGTERM)
        print(f"(The server of an earlier demo, process {pid}, is stopped first.)")
        while os.path.exists(f"/proc/{pid}"):
            time.sleep(.05)
    except (OSError, ValueError):
        pass


def texts_of(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line)["text"] for line in file if line.strip()]


def start():
    """The server's process and the lines it began with: its URL first, then the first admin's link."""
    with open("server.out", "wb") as out, open("server.log", "wb") as log:
        server = subprocess.Popen(["handoff", "serve", "--workspace", WORKSPACE, "--listen", "127.0.0.1:0"],
                                  stdout=out, stderr=log, start_new_session=True)
    lines = []
    for _ in range(100):
        time.sleep(.05)
        with open("server.out", encoding="utf-8") as out:
            lines = [line.strip() for line in out if line.strip()]
        if len(lines) > 1:
            return server, lines
        if server.poll() is not None:
            break
    sys.exit("demo-service.py: the server did not start; see .cache/demo/server.log")


def login_link(lines):
    for word in " ".join(lines).split():
        if "/login#token=" in word:
            return word
    sys.exit("demo-service.py: the server told no login link")


def post_all(api, task, texts, kind):
    answers = [api.call("POST", f"/v1/tasks/{task}/classify", {"text": text}) for text in texts]
    auto = sum(answer["decision"] == "auto" for answer in answers)
    reasons = {}
    for answer in answers:
        if answer["decision"] == "human":
            reasons[answer["reason"]] = reasons.get(answer["reason"], 0) + 1
    waits = ", ".join(f"{n} {reason}" for reason, n in sorted(reasons.items(), key=lambda r: -r[1]))
    print(f"{len(answers)} {kind} posted to /v1/tasks/{task}/classify: {auto} answered at once, "
          f"{len(answers) - auto} wait for a person ({waits or 'none'}).")


def prove_a_round(api, task, texts, label):
    receiver = http.server.HTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=receiver.serve_forever, daemon=True).start()
    port = receiver.server_address[1]
    api.call("PUT", f"/v1/tasks/{task}", {"callback_hosts": [f"127.0.0.1:{port}"], "callback_private": True})
    secret = api.call("GET", f"/v1/tasks/{task}")["settings"]["callback_secret"]
    for text in texts:
        posted = api.call("POST", f"/v1/tasks/{task}/classify",
                          {"text": text, "id": "demo-1", "callback_url": f"http://127.0.0.1:{port}/answered"})
        if posted["decision"] == "human":
            break
        Receiver.got.clear()
    else:
        sys.exit("demo-service.py: no text was handed over")
    print(f"1. The application posts a text with a callback address: {posted['reason']}, a person will answer.")
    answered = api.call("POST", f"/v1/items/{posted['item']}/answer", {"label": label, "took_ms": 2100})
    print(f"2. A person answers: {answered['label']}.")
    until = time.monotonic() + 20
    while not any(posted["item"].encode() in body for _, body in Receiver.got):
        if time.monotonic() > until:
            sys.exit("demo-service.py: no callback came")
        time.sleep(.05)
    headers, body = next(got for got in Receiver.got if posted["item"].encode() in got[1])
    event = json.loads(body)
    if not signed_right(headers, body, secret):
        sys.exit("demo-service.py: the callback's signature is wrong")
    print(f"3. The application gets the callback {event['type']} with the label {event['data']['label']}; "
          "its signature is right.")
    receiver.shutdown()
    print("4. The answer is a label that the next training learns from:")
    labels = show("labels", "--workspace", WORKSPACE, "--task", task, quiet=True)
    line = json.loads(labels.splitlines()[-1])
    print(f"   id {line['id']}, label {line['label']}, answered by {line['answered_by']}")
    print("5. And the day's message says what happened:")
    show("update", "--workspace", WORKSPACE)


def main():
    model, usual, other, task, label = sys.argv[1:6]
    stay = "--stay" in sys.argv[6:]
    stop_earlier()
    shutil.rmtree(WORKSPACE, ignore_errors=True)
    show("deploy", model, "--workspace", WORKSPACE, "--task", task)
    key = json.loads(show("key", "add", "demo", "--scope", "classify,review,admin", "--workspace", WORKSPACE, "--json",
                          quiet=True))["key"]
    print(f"\n$ handoff serve --workspace {WORKSPACE} --listen 127.0.0.1:0 &")
    server, lines = start()
    try:
        print("\n".join(lines))
        port = int(lines[0].split("//", 1)[1].split(":")[1].split("/")[0].split()[0])
        api = Api(port, key)
        post_all(api, task, texts_of(usual), "unseen texts of the kind it learnt")
        texts = texts_of(other)
        post_all(api, task, texts, "texts of another kind, which the promise does not cover,")
        if stay:
            with open("server.pid", "w", encoding="utf-8") as file:
                file.write(str(server.pid))
            with open("stay.txt", "w", encoding="utf-8") as file:
                file.write(f"The server goes on. Open the link, choose a password for the name admin, and answer what waits:\n"
                           f"  {login_link(lines)}\n"
                           f"Post a text of your own:\n"
                           f"  curl -H 'Authorization: Bearer {key}' -d '{{\"text\":\"...\"}}' {lines[0]}/v1/tasks/{task}/classify\n"
                           f"Stop it:\n  kill {server.pid}\n")
            return
        prove_a_round(api, task, texts, label)
    finally:
        if not stay:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=20)


if __name__ == "__main__":
    main()
