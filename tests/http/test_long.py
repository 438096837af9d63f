"""The longest texts that may come in: nothing that lists, shows or exports them breaks, stalls or runs without end."""
import sys

from harness import *

MIB = 1 << 20
service = Service()
client = service.client()
ESCAPED = "\x01" * MIB  # six bytes of JSON for each of its own
ONE_WORD = "a" * MIB
items = [client.classify(ESCAPED).json["item"], client.classify(ONE_WORD).json["item"]]
items += [client.classify((f"zyx{i} " + "qwv unlike anything " * (MIB // 20))[:MIB]).json["item"] for i in range(12)]


def test_the_queue_gives_as_many_as_fit():
    """A page of texts, not of a hundred mebibytes, and not an error."""
    page = client.get("/v1/tasks/urgent/queue?limit=100")
    assert 1 <= len(page.json) < len(items) and len(page.raw) < 64 * MIB, (len(page.json), len(page.raw))


def test_context_of_a_text_that_is_one_word():
    client.post(f"/v1/items/{items[1]}/answer", {"label": "outage"})
    context = client.get(f"/v1/items/{items[1]}/context")
    assert len(context.raw) < 100000
    for piece in context.json["pieces"]:
        assert len(piece["text"]) <= 400, "a piece is told by where it stands, and shown by its beginning"


def test_lists_go_on_where_a_full_page_ended():
    seen, before, pages = [], None, 0
    while pages == 0 or before:
        page = client.get(f"/v1/tasks/urgent/items?limit=200{f'&before={before}' if before else ''}")
        seen += [i["item"] for i in page.json["items"]]
        before = page.json["before"]
        pages += 1
        assert len(page.raw) < 16 * MIB and pages < 20
    assert pages > 1
    assert sorted(seen) == sorted(items), "each text stands on one page"


def test_the_export_ends():
    client.post(f"/v1/items/{items[0]}/answer", {"label": "invoice"})
    lines = client.get("/v1/tasks/urgent/labels?role=both").lines
    assert [line["label"] for line in lines] == ["invoice", "outage"]
    assert lines[0]["text"] == ESCAPED


def test_similar_texts_cost_little():
    """Who asks what the model thought waits for a comparison of beginnings, not of megabytes."""
    for item in items[2:]:
        client.post(f"/v1/items/{item}/answer", {"label": "outage"})
    begin = time.monotonic()
    client.get(f"/v1/items/{items[3]}/context")
    assert time.monotonic() - begin < 5


def test_answers_that_nobody_fetches_have_a_limit():
    """Of all batches together: a further one breaks off, and is sent again when there is room."""
    body = "\n".join(json.dumps({"text": sure(i)}) for i in range(40000))
    headers = {"Content-Type": "application/x-ndjson", "Idempotency-Key": "greedy"}
    path = "/v1/tasks/urgent/classify/batch"
    with Service("answers_max=1000000") as own:
        lazy, eager = own.client("classify", timeout=60), own.client("classify", timeout=60)
        lazy.open()
        lazy.connection.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)
        lazy.send("POST", path, body, headers)
        time.sleep(1)
        short = body[:200000].rsplit("\n", 1)[0]
        lines = eager("POST", path, short, {"Content-Type": "application/x-ndjson"}, expect=200).lines
        assert len(lines) > 1000, "who fetches is served meanwhile"
        try:
            lazy.receive()
            raise AssertionError("the batch came to its end, with more answers in memory than allowed")
        except http.client.IncompleteRead:
            lazy.close()
        again = eager("POST", path, body, headers, expect=200).lines
        assert len({line["item"] for line in again}) == 40000, "sent again, each line has one answer"


if __name__ == "__main__":
    try:
        main(sys.modules[__name__])
    finally:
        service.close()
