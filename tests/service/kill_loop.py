#!/usr/bin/env python3
"""kill -9 under load, again and again: what was acknowledged is there, as it was said, once. Prints TAP.

kill_loop.py [KILLS]   (default 100)     HANDOFF names the program.

Clients post texts with an Idempotency-Key and people answer waiting items. The server is killed at a random moment. After
each start: every acknowledged answer is in the store with the same decision and label; a request that was not
acknowledged is sent again with its key and makes at most one item; people's acknowledged answers stand.
"""
import http.client
import json
import random
import sqlite3
import sys
import threading
import time

from desk import Desk


class Ledger:
    """What the server said it did."""

    def __init__(self):
        self.lock = threading.Lock()
        self.items = {}      # client id -> answer as acknowledged
        self.unsure = set()  # client ids sent without an answer
        self.answers = {}    # item -> label acknowledged
        self.number = 0

    def new(self):
        with self.lock:
            self.number += 1
            return f"text-{self.number}"


def clients(desk, ledger, key, stop, errors):
    connection = None
    rng = random.Random()
    while not stop.is_set():
        with ledger.lock:
            name = ledger.unsure.pop() if ledger.unsure and rng.random() < .5 else None
        name = name or ledger.new()
        try:
            connection = connection or desk.connect(timeout=5)
            # The text is made of the name alone, so that a retry sends the same body.
            status, answer, _ = desk.call("POST", f"/v1/tasks/{desk.task}/classify",
                                          {"text": "urgbara calmkani note " + name, "id": name},
                                          key, {"Idempotency-Key": name}, connection)
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
                        ledger.answers[waiting["item"]] = label
                elif status not in (404, 409, 503):
                    errors.append(f"answer gave {status}: {answer}")
                    return
        except (OSError, http.client.HTTPException):
            connection = None
            time.sleep(.01)


def check(desk, ledger, errors):
    """Compare all that was acknowledged with the store itself."""
    db = sqlite3.connect(f"file:{desk.path}/handoff.db?mode=ro", uri=True)
    if db.execute("PRAGMA quick_check").fetchone()[0] != "ok":
        errors.append("the database is damaged")
    columns = {row[1] for row in db.execute("PRAGMA table_info(item)")}
    rows = {row[0]: row[1:] for row in db.execute("SELECT id, client_id, decision, label, suggestion FROM item")}
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


def answers_stand(desk, ledger, key, errors):
    """Every person's acknowledged answer is in the item's history."""
    with ledger.lock:
        sample = random.sample(sorted(ledger.answers), min(20, len(ledger.answers)))
    connection = desk.connect()
    for item in sample:
        status, answer, _ = desk.call("GET", f"/v1/items/{item}/history", None, key, None, connection)
        text = json.dumps(answer)
        if status != 200 or f'"{ledger.answers[item]}"' not in text:
            errors.append(f"{item}: the acknowledged answer {ledger.answers[item]} is gone: {status} {text[:200]}")
    connection.close()


def main():
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    errors, ledger = [], Ledger()
    with Desk() as desk:
        key = desk.key("load", "classify,review,admin")
        for kill in range(kills):
            desk.start()
            if kill:
                answers_stand(desk, ledger, key, errors)
            stop = threading.Event()
            threads = [threading.Thread(target=clients, args=(desk, ledger, key, stop, errors)) for _ in range(6)]
            threads += [threading.Thread(target=reviewers, args=(desk, ledger, key, stop, errors)) for _ in range(2)]
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
        print("1..2")
        print(f"# {kills} kills, {len(ledger.items)} acknowledged answers, {len(ledger.answers)} people's answers, "
              f"{stored} items stored")
        enough = len(ledger.items) > 20 * kills
        print("not ok 1 - acknowledged_is_kept" if errors else "ok 1 - acknowledged_is_kept")
        for error in errors[:20]:
            print(f"# {error}")
        print(f"{'ok' if enough else 'not ok'} 2 - there_was_load")
        return 1 if errors or not enough else 0


if __name__ == "__main__":
    sys.exit(main())
