"""Reports of a model as the service lists and sends them."""

HOSTILE = "<img src=x onerror=\"document.title='hacked'\">"


def finding(name, verdict, title, **more):
    return {"id": name, "verdict": verdict, "title": title, "figure": None, "interval": None, "evidence": [], "advice": None,
            "section": None, "measure": None, "unit": "number", "exhibits": [], **more}


def doubt():
    texts = {"kind": "texts", "caption": "texts on both sides",
             "texts": [{"id": str(n), "label": "refund" if n % 2 else None, "note": "the same but for blanks" if n == 1 else None,
                        "text": HOSTILE if n == 0 else f"please refund order {n}, it came broken"} for n in range(12)]}
    rows = {"kind": "table", "caption": "by label", "columns": ["label", "copies"], "rows": [[f"label {n}", str(n)] for n in range(30)]}
    lines = {"kind": "lines", "caption": "not for here", "x_name": "x", "y_name": "y", "x_unit": "number", "y_unit": "number", "x_log": False,
             "y_log": False, "series": []}
    return [finding("slices", "holds", "no label is answered worse than the others"),
            finding("leaks", "broken", "41 of 2,000 test texts are copies of training texts", evidence=[f"accuracy 91.0% with {HOSTILE}"],
                    advice="take the copies out: handoff split tickets.csv --test 0.2 -o t", exhibits=[rows, texts, lines]),
            finding("slices", "weak", "short texts are answered worse", evidence=["error 9.3% [6.0, 15.0] of texts below 5 words"])]


def reports(kinds):
    """The list; `kinds`: those that are there."""
    out = []
    for kind in kinds:
        seen, findings = {}, []
        for f in doubt():
            seen[f["id"]] = seen.get(f["id"], 0) + 1
            anchor = f"f-{f['id']}" + (f"-{seen[f['id']]}" if seen[f["id"]] > 1 else "")
            findings.append({"id": f["id"], "anchor": anchor, "verdict": f["verdict"], "severity": None, "title": f["title"]})
        out.append({"kind": kind, "made_at": "2026-05-14T08:00:00.000Z", "bytes": 70000, "title": "Does it hold?", "command": None,
                    "findings": findings})
    return {"reports": out}
