#!/usr/bin/env python3
"""What a user would otherwise put into production: FastAPI, uvicorn and a scikit-learn pipeline. Stores nothing.

fastapi_peer.py TRAIN PORT [WORKERS]    needs the PyPI packages fastapi, uvicorn and scikit-learn
"""
import csv
import gzip
import pickle
import sys
import tempfile
import os

from fastapi import FastAPI
from pydantic import BaseModel


def rows(path):
    opener = gzip.open if path.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        return zip(*((row["text"], row["label"]) for row in reader))


def fit(path):
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline, make_union
    texts, labels = rows(path)
    views = make_union(TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True),
                       TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True))
    return make_pipeline(views, LogisticRegression(C=10, max_iter=1000)).fit(texts, labels)


class Incoming(BaseModel):
    text: str


def application():
    app = FastAPI()
    with open(os.environ["PEER_MODEL"], "rb") as file:
        pipeline = pickle.load(file)

    @app.post("/classify")
    def classify(incoming: Incoming):
        p = pipeline.predict_proba([incoming.text])[0]
        best = p.argmax()
        return {"label": str(pipeline.classes_[best]), "confidence": float(p[best])}

    return app


def main():
    import uvicorn
    train, port = sys.argv[1], int(sys.argv[2])
    workers = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    with tempfile.NamedTemporaryFile(suffix=".pickle", delete=False) as file:
        pickle.dump(fit(train), file)
    os.environ["PEER_MODEL"] = file.name
    sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
    try:
        uvicorn.run("fastapi_peer:application", factory=True, host="127.0.0.1", port=port, workers=workers,
                    log_level="error", access_log=False)
    finally:
        os.unlink(file.name)


if __name__ == "__main__":
    main()
