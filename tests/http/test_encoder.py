"""A task whose model has an encoder: answers, what is remembered, similar texts by meaning, and a lost encoder."""
import glob
import sys

from harness import *

HERE = os.path.dirname(os.path.abspath(__file__))
MAKE = os.path.join(HERE, "..", "cli", "make-encoder.py")
BASE = tempfile.mkdtemp(prefix="handoff-http-encoder-")
ENCODER = os.path.join(BASE, "tiny")


def made(*arguments):
    return subprocess.run([sys.executable, MAKE, *arguments], check=True, capture_output=True, text=True).stdout


def rows(n, seed):
    return [line.split(",") for line in made("texts", str(n), str(seed)).splitlines()[1:]]


def train(name, *options):
    data, model = os.path.join(BASE, "train.csv"), os.path.join(BASE, name)
    with open(data, "w", encoding="utf-8") as out:
        out.write(made("texts", "120", "1"))
    handoff("train", data, "--target", "label", "--promise", "cross-fit", "--encoder", ENCODER, "-o", model, "--quiet", *options)
    return model


made("encoder", ENCODER)
WITHIN = train("within.handoff")


def metric(client, name):
    for line in client.get("/metrics").raw.decode().splitlines():
        if line.startswith(name + " "):
            return float(line.split()[-1])
    raise AssertionError(f"no metric {name}")


def deploy(service, model, task):
    handoff("deploy", model, "--workspace", service.desk, "--task", task, "--quiet")


def classify(client, task, text):
    return client.post(f"/v1/tasks/{task}/classify", {"text": text}, expect=(200, 202)).json


def test_two_tasks_share_an_encoder_and_what_it_remembers():
    with Service() as service:
        client = service.client()
        assert metric(client, "handoff_encoders") == 0
        deploy(service, WITHIN, "sides")
        deploy(service, WITHIN, "again")
        os.rename(ENCODER, ENCODER + ".away")  # the file holds it
        try:
            wait_for("the tasks", lambda: client("GET", "/v1/tasks/again/queue?limit=1").status == 200)
            text = rows(1, 9)[0][0]
            classify(client, "sides", text)
            before = metric(client, 'handoff_vectors_total{remembered="yes"}')
            classify(client, "again", text)
            assert metric(client, 'handoff_vectors_total{remembered="yes"}') > before
            assert metric(client, "handoff_encoders") == 1
            assert metric(client, "handoff_vectors_remembered") == 1
        finally:
            os.rename(ENCODER + ".away", ENCODER)


def test_similar_texts_are_near_in_meaning():
    """No word is shared between most of these texts: words find nothing, vectors the texts of the same side."""
    with Service() as service:
        client, second = service.client(), service.client("second")
        deploy(service, WITHIN, "sides")
        wait_for("the task", lambda: client("GET", "/v1/tasks/sides/queue?limit=1").status == 200)
        items = []
        for text, label in rows(40, 7):
            answer = classify(client, "sides", text)
            if answer["decision"] == "human":
                items.append((answer["item"], text, label))
        assert len(items) > 10
        for item, _, label in items[:-1]:
            client.post(f"/v1/items/{item}/answer", {"label": label})
        item, text, label = items[-1]
        second.get(f"/v1/items/{item}/context", expect=409)  # blind until it is answered
        second.post(f"/v1/items/{item}/answer", {"label": label})
        similar = second.get(f"/v1/items/{item}/context").json["similar"]
        assert len(similar) == 3 and item not in [s["item"] for s in similar]
        assert [s["similarity"] for s in similar] == sorted((s["similarity"] for s in similar), reverse=True)
        assert {s["label"] for s in similar} == {label}, similar
        given = {i: (t, l) for i, t, l in items}
        assert all((s["text"], s["label"]) == given[s["item"]] for s in similar)


def test_a_lost_encoder_is_looked_for_less_and_less_often():
    beside = train("beside.handoff", "--encoder-beside")
    with Service() as service:
        client = service.client()
        deploy(service, beside, "sides")
        wait_for("the task", lambda: client("GET", "/v1/tasks/sides/queue?limit=1").status == 200)
        service.stop()
        os.rename(ENCODER, ENCODER + ".away")
        try:
            service.start()
            client = service.client()
            assert client.get("/healthz").json["status"] == "degraded"
            answer = classify(client, "sides", "some text")
            assert answer["decision"] == "human" and answer["reason"] == "no_promise"
            assert client.classify(sure(1)).json["decision"] == "auto", "the other task is served"
        finally:
            os.rename(ENCODER + ".away", ENCODER)
        wait_for("the encoder", lambda: client.get("/healthz").json["status"] == "ok", 15)


if __name__ == "__main__":
    try:
        main(sys.modules["__main__"])
    finally:
        shutil.rmtree(BASE, ignore_errors=True)
