"""Made-up figures for the pages of the mock: the monitor, counts by day, models."""
import random
import time
from datetime import date, datetime, timedelta, timezone


def ago(seconds):
    return datetime.fromtimestamp(time.time() - seconds, timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def monitor(queue):
    return {"since": ago(21 * 86400), "automatic": 24131, "paused": False, "paused_why": None,
            "audits": {"drawn": 486, "right": 478, "wrong": 3, "waiting": 4, "second": 0, "missing": 1},
            "promise": {"max_error": 0.02, "confidence_level": 0.95}, "tested_against": 0.0209, "error": 0.0064, "error_sequence": [0.0009, 0.0178],
            "log_wealth": -3.2, "p": 0.71, "alarm_delta": 0.05, "alarm": False, "coverage": 0.912, "queue": queue}


def days(n, labels):
    rng = random.Random(1)
    out = []
    for back in range(n - 1, -1, -1):
        auto = int(rng.gauss(1150, 130))
        answered = int(rng.gauss(105, 15))
        audits = int(rng.gauss(23, 3))
        wrong = int(rng.random() < 0.12)
        out.append({"day": (date.today() - timedelta(days=back)).isoformat(), "auto": auto, "human": answered + 4,
                    "human.unsure": answered - 12, "human.novel": 16, "answered": answered, "none": 3, "agreed": int(answered * 0.62),
                    "took_ms": answered * 5400, "timed": answered, "waited_ms": answered * 660000, "corrected": 1, "expired": 0,
                    "audit.drawn": audits, "audit.right": audits - wrong, "audit.wrong": wrong, "audit.missing": 0,
                    **{f"label.{label}": auto // max(1, len(labels)) for label in labels[:20]}, "reviewed.ann": answered // 2})
    return {"days": out}


def models(champion, promise=None, card=None):
    card = card or {"trained_at": ago(23 * 86400), "rows": 5000, "labels": 4, "accuracy": 0.931, "accuracy_interval": [0.918, 0.943],
            "kind": "linear, words and characters"}
    out = []
    for i, name in enumerate(("3f9a1c77d20b4e65", "a81b5c0de9f23744", "77c0ffee12345678")):
        out.append({"model": name, "added_by": "root", "added_at": ago((22 + 20 * i) * 86400), "bytes": 8400000 - 900000 * i,
                    "promoted_at": ago((21 + 20 * i) * 86400) if i < 2 else None, "retired_at": ago(21 * 86400) if i == 1 else None,
                    "champion": name == champion, "card": card if name == champion else None,
                    "promise": (promise or {"max_error": 0.02, "confidence_level": 0.95, "threshold": 0.93, "coverage": 0.88, "n": 920,
                                            "k": 9, "kind": "exact"}) if name == champion else None})
    return {"models": out}
