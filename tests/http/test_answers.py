"""Texts come in: once each whatever is retried, waited for, packed, or sent by the thousand."""
import sys

from harness import *

service = Service("waiters=20", "batch_max=200000")
client = service.client()
PATH = "/v1/tasks/urgent/classify"
GZIP = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
LINES = {"Content-Type": "application/x-ndjson"}


def count(decision="human"):
    text = client.get("/metrics").raw.decode()
    return sum(int(m) for m in re.findall(rf'decisions_total\{{task="urgent",decision="{decision}"[^}}]*\}} (\d+)', text))


def test_idempotency():
    before = count()
    first = client.classify(unsure(1), headers={"Idempotency-Key": "one"})
    second = client.classify(unsure(1), headers={"Idempotency-Key": "one"})
    assert (first.status, first.json) == (second.status, second.json) and second.headers["idempotent-replayed"] == "true"
    assert count() == before + 1
    client.classify(unsure(2), headers={"Idempotency-Key": "one"}, expect=422)
    other = service.client("classify").classify(unsure(2), headers={"Idempotency-Key": "one"}, expect=202).json
    assert other["item"] != first.json["item"], "the keys of two callers met"
    client.put("/v1/tasks/second", {}, expect=201)
    client.post("/v1/tasks/second/classify", {"text": "elsewhere"}, headers={"Idempotency-Key": "one"}, expect=202)


def test_repetitions_leave_the_budget_of_audits():
    """A request that is repeated, or refused for its key, draws no audit of the day."""
    settings = client.get("/v1/tasks/urgent").json["settings"]
    drawn = client.get("/v1/tasks/urgent/monitor").json["audits"]["drawn"]
    client.put("/v1/tasks/urgent", {"certify_share": 0, "audit_share": 0.3, "audit_floor": 0, "audit_budget": drawn + 10})
    for i in range(300):
        client.classify(sure(7 + i % 2), headers={"Idempotency-Key": "again"}, expect=(200, 422))
    for i in range(60):
        client.classify(sure(1000 + i), expect=200)
    more = client.get("/v1/tasks/urgent/monitor").json["audits"]["drawn"] - drawn
    client.put("/v1/tasks/urgent", {k: settings[k] for k in ("certify_share", "audit_share", "audit_floor", "audit_budget")})
    assert more >= 7, f"{more} audits of 60 answers"


def test_idempotency_at_once():
    """The same key from 16 connections at once: one item."""
    before = count("auto")
    answers = in_threads(16, lambda _: service.client().classify(sure(50), headers={"Idempotency-Key": "race"}, expect=200).json)
    assert len({a["item"] for a in answers}) == 1 and count("auto") == before + 1
    statuses = in_threads(8, lambda i: service.client().classify(unsure(60 + i), headers={"Idempotency-Key": "clash"},
                                                                  expect=(202, 422)).status)
    assert sorted(statuses) == [202] + [422] * 7


def test_idempotency_after_restart():
    first = client.classify(unsure(3), headers={"Idempotency-Key": "kept"}).json
    client.close()
    service.kill()
    service.start()
    assert client.classify(unsure(3), headers={"Idempotency-Key": "kept"}).json == first
    assert client.get(f"/v1/items/{first['item']}").json["status"] == "pending"


def test_wait_is_woken_by_an_answer():
    item = client.classify(unsure(10), expect=202).json["item"]
    began = time.monotonic()

    def wait(i):
        answer = service.client("classify").get(f"/v1/items/{item}?wait_ms=20000").json
        return answer, time.monotonic() - began

    waiting = []
    thread = threading.Thread(target=lambda: waiting.extend(in_threads(3, wait)))
    thread.start()
    wait_for("three waiters", lambda: b"handoff_waiting_clients 3" in client.get("/metrics").raw)
    service.client("review").post(f"/v1/items/{item}/answer", {"label": "outage"})
    thread.join(5)
    assert len(waiting) == 3 and all(a["status"] == "answered" and a["label"] == "outage" and s < 5 for a, s in waiting)
    assert b"handoff_waiting_clients 0" in client.get("/metrics").raw


def test_wait_with_the_text():
    def answer_it():
        reviewer = service.client("review")
        wait_for("the item", lambda: [w for w in reviewer.get("/v1/tasks/urgent/queue?limit=100").json if w["text"] == unsure(11)])
        item = [w for w in reviewer.get("/v1/tasks/urgent/queue?limit=100").json if w["text"] == unsure(11)][0]["item"]
        reviewer.post(f"/v1/items/{item}/answer", {"label": "invoice"})

    thread = threading.Thread(target=answer_it)
    thread.start()
    answer = service.client("classify").classify(unsure(11), wait_ms=15000, expect=200).json
    thread.join()
    assert answer["label"] == "invoice" and answer["answered_by"] == "key review"
    assert service.client("classify").classify(sure(12), wait_ms=30000, expect=200).json["decision"] == "auto"


def test_wait_ends():
    began = time.monotonic()
    handed = client.classify(unsure(13), wait_ms=400, expect=202).json
    assert 0.35 < time.monotonic() - began < 3 and handed["status"] == "pending"
    began = time.monotonic()
    assert client.get(f"/v1/items/{handed['item']}?wait_ms=300").json["status"] == "pending"
    assert 0.25 < time.monotonic() - began < 3
    for bad in ("-1", "30001", "x", ""):
        client.get(f"/v1/items/{handed['item']}?wait_ms={bad}", expect=422)


def test_waiters_are_capped_and_clients_may_go():
    item = client.classify(unsure(14), expect=202).json["item"]
    sockets = []
    for _ in range(20):
        waiter = service.client("classify")
        waiter.send("GET", f"/v1/items/{item}?wait_ms=30000")
        sockets.append(waiter)
    wait_for("20 waiters", lambda: b"handoff_waiting_clients 20" in client.get("/metrics").raw)
    began = time.monotonic()
    assert client.get(f"/v1/items/{item}?wait_ms=30000").json["status"] == "pending"
    assert time.monotonic() - began < 2, "one too many waited"
    for waiter in sockets:
        waiter.close()
    wait_for("those who went away", lambda: b"handoff_waiting_clients 0" in client.get("/metrics").raw, 5)
    assert service.client().get("/healthz").status == 200


def test_unknown_member_is_named():
    told = client("POST", PATH, {"text": sure(1), "txet": "a slip", "meta": {"any": "name"}}, expect=400).json["detail"]
    assert '"txet"' in told and "known are: text, id, meta" in told, told
    told = client("POST", PATH, {"text": sure(1), "Dear Sir, my card is 4711": 1}, expect=400).json["detail"]
    assert "4711" not in told, "what may be a text was said back"


def test_gzip():
    body = json.dumps({"text": sure(20)}).encode()
    assert client("POST", PATH, gzip.compress(body), headers=GZIP, expect=200).json["label"] == "outage"
    for damaged in (body, gzip.compress(body)[:-4], gzip.compress(body) + b"more", b"", b"\x1f\x8b"):
        client("POST", PATH, damaged, headers=GZIP, expect=400)
    bomb = gzip.compress(b"[" + b" " * (64 << 20) + b"]")
    assert len(bomb) < 100000
    client("POST", PATH, bomb, headers=GZIP, expect=413)
    packed = client.get("/openapi.json", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip" and packed.json == service.contract
    assert "content-encoding" not in client.get("/openapi.json", headers={"Accept-Encoding": "gzip;q=0"}).headers
    assert "content-encoding" not in client.get("/openapi.json", headers={"Accept-Encoding": "br"}).headers


def batch(lines, headers=None, expect=200):
    body = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return client("POST", PATH + "/batch", body, headers={**LINES, **(headers or {})}, expect=expect)


def test_batch():
    answers = batch([{"text": sure(i) if i % 2 else unsure(i), "id": str(i)} for i in range(600)]).lines
    assert len(answers) == 600
    assert all((a["decision"] == "auto") == (i % 2 == 1) for i, a in enumerate(answers))
    items = [a["item"] for a in answers]
    assert items == sorted(items) and len(set(items)) == 600
    assert client.get(f"/v1/items/{items[7]}").json["text"] == sure(7)


def test_batch_with_bad_lines():
    answers = batch([{"text": sure(1)}, "", "  ", "{", {"no": "text"}, {"text": sure(2)}, {"text": "a", "callback_url": "https://x.example/"},
                     '{"text":"no end of line"}']).lines
    assert [a.get("status") if "line" in a else a["decision"] for a in answers] == ["auto", 400, 400, "auto", 422, "pending"] or \
        [a["line"] for a in answers if "line" in a] == [4, 5, 7]
    assert len(answers) == 6
    assert batch([]).lines == []
    batch([{"text": "a" * 1000}] * 300, expect=413)
    client("POST", PATH + "/batch", '{"text":"a"}', headers={"Content-Type": "text/csv"}, expect=415)
    client("POST", "/v1/tasks/nobody/classify/batch", '{"text":"a"}', headers=LINES, expect=404)


def test_batch_is_idempotent():
    lines = [{"text": unsure(1000 + i)} for i in range(50)]
    before = count()
    first = batch(lines[:30], {"Idempotency-Key": "b"}).lines
    again = batch(lines[:30], {"Idempotency-Key": "b"}).lines
    assert again == first and count() == before + 30
    batch(lines, {"Idempotency-Key": "b"}, expect=422)
    batch([{"text": "something else"}], {"Idempotency-Key": "b"}, expect=422)
    assert count() == before + 30


def test_keys_of_batches_and_singles_never_meet():
    """A key that looks like a line's own belongs to the caller all the same."""
    client.classify(unsure(7000), headers={"Idempotency-Key": "bb#1"}, expect=202)
    mine = batch([{"text": unsure(7001)}], {"Idempotency-Key": "bb"}).lines
    assert "item" in mine[0], mine
    client.classify(unsure(7002), headers={"Idempotency-Key": "bb"}, expect=202)


def test_repeats_use_up_no_audits():
    """A request that is sent again and again is scored each time, and must not spend the day's audits."""
    with Service() as own:
        client = own.client()
        client("PUT", "/v1/tasks/urgent", {"audit_share": 1, "audit_floor": 0, "audit_budget": 5, "certify_share": 0}, expect=200)
        for _ in range(40):
            client.classify(sure(1), headers={"Idempotency-Key": "again"})
        for i in range(3):
            client.classify(sure(i + 2))
        monitor = client.get("/v1/tasks/urgent/monitor").json
        assert monitor["audits"]["waiting"] == 4, monitor["audits"]


def test_batch_client_goes_away():
    body = "\n".join(json.dumps({"text": unsure(2000 + i)}) for i in range(1500))
    for _ in range(3):
        going = service.client()
        going.send("POST", PATH + "/batch", body, headers=LINES)
        going.close()
    wait_for("its turn", lambda: batch([{"text": sure(1)}], expect=(200, 503)).status == 200, 20)


def test_batches_at_once():
    def one(i):
        own = service.client()
        for _ in range(40):
            answer = own("POST", PATH + "/batch", "\n".join(json.dumps({"text": unsure(i)}) for _ in range(20)), headers=LINES)
            if answer.status == 200:
                return len(answer.lines)
            assert answer.status == 503 and answer.headers["retry-after"]
            time.sleep(0.1)
        raise AssertionError("never got through")

    assert in_threads(12, one) == [20] * 12


def test_many_at_once():
    """32 connections, closed loop: every answer is right, every item is there."""
    def one(i):
        own, items = service.client("classify"), []
        for n in range(40):
            automatic = (i + n) % 2
            text = sure(i * 100 + n) if automatic else unsure(i * 100 + n)
            answer = own.classify(text, id=f"{i}-{n}", expect=200 if automatic else 202).json
            items.append((answer["item"], text))
        return items

    items = [pair for pairs in in_threads(32, one) for pair in pairs]
    assert len({item for item, _ in items}) == 32 * 40
    for item, text in random.Random(1).sample(items, 60):
        assert client.get(f"/v1/items/{item}").json["text"] == text


if __name__ == "__main__":
    try:
        main(sys.modules["__main__"])
    finally:
        service.close()
