"""Stopping, promoting, full disks and other writers under load: nothing acknowledged is lost, nothing is answered twice."""
import sqlite3
import sys

from harness import *


class Load:
    """Clients in a closed loop that remember what was acknowledged."""

    def __init__(self, service, clients=12, retry=False):
        self.service, self.retry = service, retry
        self.acknowledged, self.statuses, self.broken, self.going = {}, {}, [], True
        self.lock = threading.Lock()
        self.threads = [threading.Thread(target=self.run, args=(i,)) for i in range(clients)]
        for thread in self.threads:
            thread.start()

    def run(self, i):
        client = self.service.client("classify")
        n = 0
        while self.going:
            n += 1
            name = f"{i}-{n}"
            try:
                answer = client.classify(sure(n) if n % 2 else unsure(n), id=name, headers={"Idempotency-Key": name},
                                         expect=(200, 202, 503))
            except (OSError, http.client.HTTPException) as failure:
                with self.lock:
                    self.broken.append((name, repr(failure)))
                client.close()
                if not self.retry:
                    return
                continue
            with self.lock:
                self.statuses[answer.status] = self.statuses.get(answer.status, 0) + 1
                if answer.status != 503:
                    self.acknowledged[name] = answer.json["item"]

    def wait(self, n):
        wait_for(f"{n} answers", lambda: len(self.acknowledged) >= n, 30)

    def end(self):
        self.going = False
        for thread in self.threads:
            thread.join()

    def check_store(self, client):
        assert len(set(self.acknowledged.values())) == len(self.acknowledged)
        for name, item in random.Random(1).sample(sorted(self.acknowledged.items()), min(150, len(self.acknowledged))):
            assert client.get(f"/v1/items/{item}").json["item"] == item, name


def test_graceful_stop_under_load():
    with Service() as service:
        load = Load(service)
        load.wait(200)
        service.stop()
        load.end()
        assert not [b for b in load.broken if "Timeout" in b[1]], load.broken
        service.start()
        client = service.client("classify")
        load.check_store(service.client())
        for name, _ in load.broken:  # closed without an answer: then nothing was done either
            n = int(name.split("-")[1])
            again = client.classify(sure(n) if n % 2 else unsure(n), id=name, headers={"Idempotency-Key": name})
            assert "idempotent-replayed" not in again.headers, f"{name} was written, and its answer cut off"
        log = service.logged()
        assert '"event":"stopped"' in log and "were cut off" not in log


def test_a_stop_does_not_wait_for_batches_in_line():
    """What is not done when the stop's time is over breaks off; sent again, the lines that were written are found."""
    body = "\n".join(json.dumps({"text": sure(i)}) for i in range(30000))
    with Service("stop_s=1") as service:
        clients = [service.client("classify", timeout=60) for _ in range(4)]
        for i, client in enumerate(clients):
            client.send("POST", "/v1/tasks/urgent/classify/batch", body,
                        {"Content-Type": "application/x-ndjson", "Idempotency-Key": f"batch{i}"})
        time.sleep(0.3)
        begin = time.monotonic()
        service.stop(timeout=60)
        took = time.monotonic() - begin
        assert took < 8, f"the stop took {took:.1f} s"
        for client in clients:
            client.close()
        service.start()
        lines = service.client("classify", timeout=60)("POST", "/v1/tasks/urgent/classify/batch", body,
            {"Content-Type": "application/x-ndjson", "Idempotency-Key": "batch0"}, expect=200).lines
        assert len({line["item"] for line in lines}) == 30000


def test_stop_answers_who_waits():
    with Service() as service:
        item = service.client().classify(unsure(1)).json["item"]
        answers = []

        def wait():
            answers.append(service.client("classify").get(f"/v1/items/{item}?wait_ms=30000"))

        threads = [threading.Thread(target=wait) for _ in range(5)]
        for thread in threads:
            thread.start()
        wait_for("five waiters", lambda: b"handoff_waiting_clients 5" in service.client().get("/metrics").raw)
        began = time.monotonic()
        service.stop()
        for thread in threads:
            thread.join()
        assert time.monotonic() - began < 5
        assert [a.json["status"] for a in answers] == ["pending"] * 5 and answers[0].headers["connection"] == "close"


def test_stop_finishes_a_slow_upload():
    with Service() as service:
        s = socket.create_connection(("127.0.0.1", service.port), timeout=15)
        body = json.dumps({"text": sure(1)}).encode()
        s.sendall(b"POST /v1/tasks/urgent/classify HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nAuthorization: Bearer " +
                  service.keys["all"].encode() + b"\r\nContent-Length: %d\r\n\r\n" % len(body) + body[:10])
        wait_for("the upload's begin", lambda: b"handoff_connections 2" in service.client().get("/metrics").raw)
        time.sleep(0.2)
        service.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        s.sendall(body[10:])
        answer = s.recv(65536)
        assert b" 200 OK" in answer and b"onnection: close" in answer, answer
        assert service.process.wait(15) == 0


def test_promote_under_load_drops_nothing():
    with Service() as service:
        admin = service.client("admin")
        with open(MODEL2, "rb") as file:
            second = admin("POST", "/v1/tasks/urgent/models", file.read(), headers={"Content-Type": "application/octet-stream"},
                           expect=201).json["model"]
        first = admin.get("/v1/tasks/urgent").json["champion"]
        load = Load(service)
        for n in range(10):
            load.wait((n + 1) * 100)
            admin.post(f"/v1/tasks/urgent/models/{second if n % 2 == 0 else first}/promote")
        load.end()
        assert not load.broken and set(load.statuses) == {200, 202}, (load.broken, load.statuses)
        load.check_store(service.client())


def test_kill_and_restart():
    with Service() as service:
        load = Load(service)
        load.wait(300)
        service.kill()
        load.end()
        service.start()
        load.check_store(service.client())


def test_full_disk():
    """Nothing is stored, so nothing is acknowledged: 503 with what to do; after the mending it goes on."""
    with Service() as service:
        kept = service.client().classify(unsure(1)).json["item"]
        service.stop()
        largest = max(os.path.getsize(os.path.join(service.desk, f)) for f in os.listdir(service.desk))
        service.start(f"file_max={largest + 40000}")
        client = service.client()
        acknowledged, refused = [kept], None
        for n in range(400):
            answer = client.classify(unsure(n) + " padding" * 100, expect=(202, 503))
            if answer.status == 503:
                refused = answer
                break
            acknowledged.append(answer.json["item"])
        assert refused is not None, "the disk never filled"
        assert refused.headers["retry-after"] and "disk" in refused.json["detail"], refused.json
        assert client.get(f"/v1/items/{acknowledged[-1]}").json["status"] == "pending", "reading still works"
        service.stop()
        service.start()
        client = service.client()
        for item in acknowledged:
            client.get(f"/v1/items/{item}")
        client.classify(unsure(1000), expect=202)
        assert '"event":"storage"' in service.logged()


def test_another_writer():
    """Somebody else holds the database for a while: 503 at worst, and soon again 202; reading goes on."""
    with Service() as service:
        client = service.client()
        item = client.classify(unsure(1), expect=202).json["item"]
        other = sqlite3.connect(os.path.join(service.desk, "handoff.db"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        load = Load(service, clients=4)
        time.sleep(0.5)
        assert client.get(f"/v1/items/{item}").json["status"] == "pending"
        other.execute("ROLLBACK")
        other.close()
        load.wait(50)
        load.end()
        assert not load.broken
        load.check_store(client)


def test_stuck_disk_is_told_at_once():
    """While the disk does not answer, who comes is not kept waiting for it."""
    with Service() as service:
        other = sqlite3.connect(os.path.join(service.desk, "handoff.db"), isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        first = service.client()
        first.send("POST", "/v1/tasks/urgent/classify", {"text": unsure(1)})
        time.sleep(2.3)
        began = time.monotonic()
        refused = service.client().classify(unsure(2), expect=503)
        assert time.monotonic() - began < 1 and refused.headers["retry-after"], time.monotonic() - began
        other.execute("ROLLBACK")
        other.close()
        assert first.receive().status in (202, 503)
        wait_for("answers again", lambda: service.client().classify(unsure(3), expect=(202, 503)).status == 202)


def test_second_server_is_refused():
    with Service() as service:
        second = subprocess.run([SERVER, service.desk], capture_output=True, text=True, timeout=20)
        assert second.returncode == 1 and str(service.process.pid) in second.stderr, second.stderr
        service.client().classify(sure(1), expect=200)


if __name__ == "__main__":
    main(sys.modules["__main__"])
