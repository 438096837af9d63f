#!/usr/bin/env python3
"""kill -9 under load, again and again: what was acknowledged is there, as it was said, once. Prints TAP.

kill_loop.py [KILLS]   (default 100)     HANDOFF names the program.

Clients post texts with an Idempotency-Key, some with a callback_url; people answer waiting items and take answers back; an
admin promotes one model and then the other. The server is killed at a random moment. After each kill: every acknowledged
answer is in the store with the same decision and label; a request that was not acknowledged is sent again with its key and
makes at most one item; each answer and withdrawal of a person that was acknowledged is a review with that label; the model
that answers is the one that was promoted last. After the last start every acknowledged answer with a callback_url arrives.
"""
import http.client
import json
import os
import random
import sqlite3
import subprocess
import sys
import threading
import time

from desk import Desk, made_texts, run

RECEIVER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "http", "receiver.py")
# Kinds of reviews in the store: answers, blind answers to audits, and corrections (what one says again after a withdrawal).
ANSWERS, WITHDRAWAL = (1, 2, 3), 4


class Ledger:
    """What the server said it did."""

    def __init__(self):
        self.lock = threading.Lock()
        self.items = {}      # client id -> answer as acknowledged
        self.unsure = set()  # client ids sent without an answer
        self.answers = []    # (item, label) acknowledged
        self.withdrawn = []  # items whose answer was acknowledged as taken back
        self.touched = set() # items of which somebody tried to take an answer back
        self.champions = set()  # the model promoted last, and one that may have been
        self.promotions = 0
        self.number = 0

    def new(self):
        with self.lock:
            self.number += 1
            return f"text-{self.number}"


def sure(number):
    """A text that the models are sure of."""
    some = random.Random(number)
    common = [f"{a}{b}{c}" for a in "bdfgklm" for b in "aeiou" for c in ("ra", "to", "ni", "ske")]
    return " ".join(["urg" + some.choice(common[:40]) for _ in range(7)] + some.choices(common, k=5)) + f" {number}"


def clients(desk, ledger, key, stop, errors):
    connection = None
    rng = random.Random()
    while not stop.is_set():
        with ledger.lock:
            name = ledger.unsure.pop() if ledger.unsure and rng.random() < .5 else None
        name = name or ledger.new()
        try:
            connection = connection or desk.connect(timeout=5)
            # The body is made of the name alone, so that a retry sends the same.
            number = int(name.split("-")[1])
            body = {"text": sure(number) if number % 2 else "urgbara calmkani note " + name, "id": name}
            if number % 4 < 2:
                body["callback_url"] = f"http://127.0.0.1:{desk.receiver}/ok"
            status, answer, _ = desk.call("POST", f"/v1/tasks/{desk.task}/classify", body, key,
                                          {"Idempotency-Key": name}, connection)
        except (OSError, http.client.HTTPException):
            with ledger.lock:
                ledger.unsure.add(name)
            connection = None
            time.sleep(.01)
            continue
        if status in (200, 202):
            with ledger.lock:
                before = ledger.items.get(name)
                if before and before["item"] != answer["item"]:
                    errors.append(f"{name} was answered twice: {before['item']} and {answer['item']}")
                ledger.items[name] = answer
        elif status == 503:
            with ledger.lock:
                ledger.unsure.add(name)
        else:
            errors.append(f"classify gave {status}: {answer}")
            return


def reviewers(desk, ledger, key, stop, errors):
    connection = None
    rng = random.Random()
    while not stop.is_set():
        try:
            connection = connection or desk.connect(timeout=5)
            status, queue, _ = desk.call("GET", f"/v1/tasks/{desk.task}/queue?limit=5", None, key, None, connection)
            if status != 200 or not queue:
                time.sleep(.02)
                continue
            for waiting in queue:
                label = rng.choice(("yes", "no"))
                status, answer, _ = desk.call("POST", f"/v1/items/{waiting['item']}/answer",
                                              {"label": label, "took_ms": 5}, key, None, connection)
                if status == 200:
                    with ledger.lock:
                        ledger.answers.append((waiting["item"], label))
                elif status not in (404, 409, 503):
                    errors.append(f"answer gave {status}: {answer}")
                    return
                if status != 200 or rng.random() > .2:
                    continue
                with ledger.lock:
                    ledger.touched.add(waiting["item"])
                status, answer, _ = desk.call("DELETE", f"/v1/items/{waiting['item']}/answer", None, key, None, connection)
                if status == 200:
                    with ledger.lock:
                        ledger.withdrawn.append(waiting["item"])
                elif status not in (404, 409, 503):
                    errors.append(f"taking back gave {status}: {answer}")
                    return
        except (OSError, http.client.HTTPException):
            connection = None
            time.sleep(.01)


def promoter(desk, ledger, key, stop, errors):
    connection = None
    while not stop.is_set():
        model = random.choice(desk.models)
        with ledger.lock:
            ledger.champions.add(model)
        try:
            connection = connection or desk.connect(timeout=5)
            status, answer, _ = desk.call("POST", f"/v1/tasks/{desk.task}/models/{model}/promote", None, key, None, connection)
            if status == 200:
                with ledger.lock:
                    ledger.champions = {model}
                    ledger.promotions += 1
            elif status != 503:
                errors.append(f"promoting gave {status}: {answer}")
                return
        except (OSError, http.client.HTTPException):
            connection = None
        stop.wait(.05)


def count(pairs):
    counts = {}
    for pair in pairs:
        counts[pair] = counts.get(pair, 0) + 1
    return counts


def check_people(db, ledger, errors):
    """Every answer and withdrawal that was acknowledged is a review, with its own label, as often as it was said."""
    reviews = db.execute("SELECT item, kind, label FROM review").fetchall()
    answers = count((item, label) for item, kind, label in reviews if kind in ANSWERS)
    withdrawn = count(item for item, kind, _ in reviews if kind == WITHDRAWAL)
    for (item, label), n in count(ledger.answers).items():
        # The same answer said twice by the same person is one review.
        if not answers.get((item, label)):
            found = [(kind, said) for of, kind, said in reviews if of == item]
            errors.append(f"{item}: the acknowledged answer {label} is gone ({n} times said); its reviews: {found}")
    for item, n in count(ledger.withdrawn).items():
        if withdrawn.get(item, 0) < n:
            errors.append(f"{item}: taken back {n} times, stored {withdrawn.get(item, 0)}")
    champion = db.execute("SELECT champion FROM task WHERE name = 'urgent'").fetchone()[0]
    if ledger.champions and champion not in ledger.champions:
        errors.append(f"{champion} answers, and {ledger.champions} was promoted")


def check(desk, ledger, errors):
    """Compare all that was acknowledged with the store itself."""
    db = sqlite3.connect(f"file:{desk.path}/handoff.db?mode=ro", uri=True)
    if db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        errors.append("the database is damaged")
    columns = {row[1] for row in db.execute("PRAGMA table_info(item)")}
    rows = {row[0]: row[1:] for row in db.execute("SELECT id, client_id, decision, label, suggestion FROM item")}
    check_people(db, ledger, errors)
    db.close()
    assert {"id", "client_id", "decision", "label"} <= columns
    count = {}
    for _, (client, *_rest) in rows.items():
        count[client] = count.get(client, 0) + 1
    for name, n in count.items():
        if n > 1:
            errors.append(f"{name} is stored {n} times")
    for name, answer in ledger.items.items():
        row = rows.get(answer["item"])
        if row is None:
            errors.append(f"{name}: acknowledged as {answer['item']} and not in the store")
        elif (row[1] == 0) != (answer["decision"] == "auto"):
            errors.append(f"{name}: acknowledged {answer['decision']}, stored {row[1]}")
        elif answer["decision"] == "auto" and answer["label"] != row[3]:
            errors.append(f"{name}: acknowledged {answer['label']}, stored {row[3]}")
    return len(rows)


def missing_callbacks(desk, ledger):
    """Items with an acknowledged answer and a callback_url of which nothing has arrived."""
    by_item = {answer["item"]: int(name.split("-")[1]) for name, answer in ledger.items.items()}
    due = {answer["item"] for answer in ledger.items.values()
           if answer["decision"] == "auto" and by_item[answer["item"]] % 4 < 2}
    due |= {item for item, _ in ledger.answers if item not in ledger.touched and item in by_item
            and by_item[item] % 4 < 2}
    with open(desk.calls, encoding="utf-8") as file:
        arrived = {json.loads(line)["body"]["data"]["item"] for line in file if line.endswith("\n")}
    return due, due - arrived


def await_callbacks(desk, ledger, errors, patience=30):
    """Wait for every callback that is due, as long as they go on arriving."""
    due, missing = missing_callbacks(desk, ledger)
    end = time.monotonic() + patience
    while missing and time.monotonic() < end:
        time.sleep(.2)
        before = len(missing)
        due, missing = missing_callbacks(desk, ledger)
        if len(missing) < before:
            end = time.monotonic() + patience
    for item in sorted(missing)[:10]:
        errors.append(f"{item}: answered, and its callback never came ({len(missing)} of {len(due)} are missing)")
    return len(due) - len(missing)


def prepare(desk):
    """A receiver of callbacks, and a second model."""
    desk.calls = os.path.join(desk.folder.name, "calls.jsonl")
    receiver = subprocess.Popen([sys.executable, RECEIVER, desk.calls], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.DEVNULL, text=True)
    desk.receiver = int(receiver.stdout.readline())
    texts, model = (os.path.join(desk.folder.name, name) for name in ("more.csv", "second.handoff"))
    made_texts(texts, 3000, 2)
    run("train", texts, "--target", "label", "--max-error", "0.1", "-o", model, "--quiet")
    run("deploy", model, "--workspace", desk.path, "--task", desk.task, "--no-promote")
    run("task", "set", desk.task, f'callback_hosts=["127.0.0.1:{desk.receiver}"]', "callback_private=true", "--workspace", desk.path)
    desk.models = [name.split(".")[0] for name in os.listdir(os.path.join(desk.path, "models"))]
    assert len(desk.models) == 2, desk.models
    return receiver


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    errors, ledger = [], Ledger()
    with Desk() as desk:
        key = desk.key("load", "classify,review,admin")
        receiver = prepare(desk)
        for kill in range(kills):
            desk.start()
            stop = threading.Event()
            threads = [threading.Thread(target=clients, args=(desk, ledger, key, stop, errors)) for _ in range(6)]
            threads += [threading.Thread(target=reviewers, args=(desk, ledger, key, stop, errors)) for _ in range(2)]
            threads += [threading.Thread(target=promoter, args=(desk, ledger, key, stop, errors))]
            for thread in threads:
                thread.start()
            time.sleep(random.uniform(.02, .4))
            desk.kill()
            stop.set()
            for thread in threads:
                thread.join()
            stored = check(desk, ledger, errors)
            if errors:
                break
        desk.start()
        called = 0 if errors else await_callbacks(desk, ledger, errors)
        desk.stop()
        receiver.stdin.close()
        receiver.wait(10)
        print("1..2")
        print(f"# {kills} kills, {len(ledger.items)} acknowledged answers, {len(ledger.answers)} people's answers, "
              f"{len(ledger.withdrawn)} taken back, {ledger.promotions} promotions, {called} callbacks, {stored} items stored")
        automatic = sum(answer["decision"] == "auto" for answer in ledger.items.values())
        enough = len(ledger.items) > 20 * kills and automatic > kills and called > kills and ledger.withdrawn and ledger.promotions
        print("not ok 1 - acknowledged_is_kept" if errors else "ok 1 - acknowledged_is_kept")
        for error in errors[:20]:
            print(f"# {error}")
        print(f"{'ok' if enough else 'not ok'} 2 - there_was_load")
        return 1 if errors or not enough else 0


if __name__ == "__main__":
    sys.exit(main())
