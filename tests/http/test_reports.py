"""Reports beside a model: for admins, as page and JSON, with a policy that lets nothing of them run; and away with them."""
import base64
import hashlib

from harness import *

service = Service()
admin = service.client("admin")
MODEL = admin.get("/v1/tasks/urgent/models").json["models"][0]["model"]
BASE = f"/v1/tasks/urgent/models/{MODEL}/reports"
PAGE = "<!doctype html><title>Doubt</title><p>&lt;script&gt;</p>" + "<p>filler</p>" * 500
FINDINGS = [{"id": "leaks", "verdict": "broken", "title": "41 texts are on both sides", "exhibits": []},
            {"id": "slices", "verdict": "holds", "title": "no label is worse", "exhibits": []},
            {"id": "slices", "verdict": "weak", "title": "short texts are", "exhibits": []}]


def lay(kind, made_at=1700000000000):
    stem = os.path.join(service.desk, "models", f"{MODEL}.{kind}")
    with open(stem + ".html", "w", encoding="utf-8") as page:
        page.write(PAGE)
    with open(stem + ".json", "w", encoding="utf-8") as data:
        json.dump({"made_at": made_at, "title": "Does it hold?", "command": "handoff doubt", "findings": FINDINGS}, data,
                  separators=(",", ":"))


def test_none_yet():
    assert admin.get(BASE).json == {"reports": []}
    admin.get(BASE + "/doubt", expect=404)
    admin.get(BASE + "/explore", expect=404)
    admin.get(BASE + "/other", expect=404)


def test_list_and_page():
    lay("doubt")
    report, = admin.get(BASE).json["reports"]
    assert report["kind"] == "doubt" and report["made_at"] == "2023-11-14T22:13:20.000Z" and report["bytes"] == len(PAGE)
    assert [f["anchor"] for f in report["findings"]] == ["f-leaks", "f-slices", "f-slices-2"]
    assert [f["verdict"] for f in report["findings"]] == ["broken", "holds", "weak"]
    page = admin.get(BASE + "/doubt")
    assert page.raw.decode() == PAGE and page.headers["content-type"] == "text/html; charset=utf-8"
    assert admin.get(BASE + "/doubt?form=json").json["findings"] == FINDINGS
    admin.get(BASE + "/doubt?form=pdf", expect=422)


def test_nothing_of_a_page_can_run():
    lay("doubt")
    headers = admin.get(BASE + "/doubt").headers
    policy = [part.strip() for part in headers["content-security-policy"].split(";")]
    assert "default-src 'none'" in policy and "sandbox" in policy and "frame-ancestors 'none'" in policy
    assert not any(part.startswith("script-src") or "unsafe" in part for part in policy)
    assert headers["cache-control"] == "no-store" and headers["x-content-type-options"] == "nosniff"
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../src/report/report.css"), "rb") as sheet:
        digest = base64.b64encode(hashlib.sha256(sheet.read()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy


def test_only_admins():
    lay("doubt")
    for key in ("classify", "review"):
        for path in ("", "/doubt", "/explore"):
            service.client(key).get(BASE + path, expect=403)
        service.client(key).delete(BASE, expect=403)
    service.client(None).get(BASE + "/doubt", expect=401)


def test_only_this_tasks_models():
    lay("doubt")
    for model in ("0123456789abcdef", "..", "%2e%2e%2fhandoff", MODEL + ".doubt"):
        admin.get(f"/v1/tasks/urgent/models/{model}/reports/doubt", expect=404)
    handoff("deploy", MODEL2, "--workspace", service.desk, "--task", "second", "--quiet")
    admin.get(f"/v1/tasks/second/models/{MODEL}/reports/doubt", expect=404)


def test_damaged():
    """A report whose JSON is not what it should be is shown as far as it goes, and nothing falls over."""
    lay("doubt")
    with open(os.path.join(service.desk, "models", f"{MODEL}.doubt.json"), "w", encoding="utf-8") as data:
        data.write('{"made_at":1700000000000,"findings":[{"id":7,"ti')
    report, = admin.get(BASE).json["reports"]
    assert report["findings"] == [] and report["kind"] == "doubt"


def test_removal():
    lay("doubt")
    lay("explore")
    assert [r["kind"] for r in admin.get(BASE).json["reports"]] == ["explore", "doubt"]
    admin.delete(BASE)
    assert admin.get(BASE).json == {"reports": []}
    assert not [f for f in os.listdir(os.path.join(service.desk, "models")) if not f.endswith(".handoff")]
    entry = admin.get("/v1/journal?task=urgent&limit=1").json["entries"][0]
    assert entry["kind"] == "reports_removed" and "admin" in entry["actor"]
    admin.delete(BASE)  # nothing there: nothing happens


if __name__ == "__main__":
    try:
        main(sys.modules["__main__"])
    finally:
        service.close()
