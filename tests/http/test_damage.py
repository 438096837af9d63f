"""What happens when a file is damaged or the database is held by somebody else, and how it ends."""
import glob
import sqlite3
import sys

from harness import *


def test_a_damaged_model_is_told_and_healed():
    """Texts go to people, labels nobody used are refused, monitoring sees it, and deploying the model again mends it."""
    with Service() as service:
        client = service.client()
        known = client.classify(sure(1)).json
        assert known["decision"] == "auto"
        service.stop()
        path = glob.glob(os.path.join(service.desk, "models", "*.handoff"))[0]
        with open(path, "r+b") as file:
            file.seek(-200, os.SEEK_END)
            file.write(b"\xa5" * 100)
        service.start()
        client = service.client()
        item = client.classify(sure(2)).json
        assert item["decision"] == "human" and item["reason"] == "no_promise"
        assert client.get("/healthz").json["status"] == "degraded" and client.get("/healthz").json["broken_models"] == 1
        assert b'handoff_model_broken{task="urgent"} 1' in client.get("/metrics").raw
        client.post(f"/v1/items/{item['item']}/answer", {"label": "no such label"}, expect=409)
        client.post(f"/v1/items/{item['item']}/answer", {"label": known["label"]}, expect=200)
        handoff("deploy", MODEL1, "--workspace", service.desk, "--task", "urgent", "--quiet")
        wait_for("the model", lambda: client.classify(sure(3)).json["decision"] == "auto", 5)
        assert client.get("/healthz").json["status"] == "ok"
        assert b'handoff_model_broken{task="urgent"} 0' in client.get("/metrics").raw


def test_a_database_held_by_another_is_told_soon():
    """503 well before clients give up, nothing written, and all is well as soon as the other lets go."""
    with Service() as service:
        client = service.client()
        client.classify(sure(1))
        held = sqlite3.connect(os.path.join(service.desk, "handoff.db"), isolation_level=None)
        held.execute("BEGIN IMMEDIATE")
        began = time.monotonic()
        refused = client("POST", "/v1/tasks/urgent/classify", {"text": sure(2), "id": "held"})
        took = time.monotonic() - began
        assert refused.status == 503 and refused.headers["retry-after"] and took < 3, (refused.status, took)
        held.execute("ROLLBACK")
        held.close()
        # For a second after such a failure newcomers are refused at once rather than kept waiting.
        wait_for("answers again", lambda: client.classify(sure(2), expect=(200, 503)).status == 200)
        assert client.get("/v1/tasks/urgent/items?id=held&by=model").json["items"] == []


if __name__ == "__main__":
    main(sys.modules["__main__"])
