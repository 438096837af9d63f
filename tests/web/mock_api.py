#!/usr/bin/env python3
"""A stand-in for the service, for browser tests: the HTTP API of the pages with its state in memory, and the pages as they
lie in src/web/page. It can be told to fail, to be slow, to end sessions. Standard library only.

By hand: mock_api.py [PORT], then log in as ann, ben or root with the password "correct horse".
"""
import itertools
import json
import random
import re
import secrets
import socket
import sys
import threading
import time
import urllib.parse
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from mock_figures import days, models, monitor
from mock_reports import doubt, reports

ALARM = "the monitor raised the alarm: the promise is not kept"  # what the service itself gives as the reason of a pause

ROOT = Path(__file__).resolve().parents[2]
PAGES = ROOT / "src/web/page"
SHARE = Path("/usr/share/javascript")
LIBRARIES = {"bootstrap.min.css": SHARE / "bootstrap5/css/bootstrap.min.css", "chart.min.js": SHARE / "chart.js/chart.min.js"}
TYPES = {".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
         ".svg": "image/svg+xml"}
PASSWORD = "correct horse"
PAGE_PATH = re.compile(r"^/(login|journal|settings|tasks/[^/]+/(review|dashboard|labels|models|settings))?$")


def policy():
    """The value of HO_WEB_POLICY in src/web/web.h, so that the tests hold the pages to the real one."""
    text = (ROOT / "src/web/web.h").read_text(encoding="utf-8")
    define = text[text.index("#define HO_WEB_POLICY"):].split("\n\n")[0]
    return "".join(re.findall(r'"([^"]*)"', define))


def stamp(seconds=None):
    when = datetime.fromtimestamp(time.time() if seconds is None else seconds, timezone.utc)
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Problem(Exception):
    def __init__(self, status, detail):
        super().__init__(detail)
        self.status, self.detail = status, detail


class Desk:
    """The state: users, tasks, items. All methods are called with the lock held."""

    def __init__(self, lease_s=90):
        self.lock = threading.RLock()
        self.users = {"ann": "reviewer", "ben": "reviewer", "root": "admin"}
        self.passwords = {name: PASSWORD for name in self.users}
        self.links = {}
        self.keys = {}
        self.sessions = {}  # cookie -> (user, csrf)
        self.tasks, self.items, self.order = {}, {}, itertools.count(1)
        self.journal = []
        self.reports = {"3f9a1c77d20b4e65": ["explore", "doubt"]}  # kinds by model
        self.promise = self.card = None  # of the model that answers, instead of the made-up ones
        self.monitor = {}  # what differs from the made-up figures
        self.days = None  # how many days have figures; all
        self.lease_s = lease_s
        self.fail_status, self.fail_paths, self.delay_s = 0, None, 0.0
        self.requests = []  # (method, path, user)

    # --- told by tests

    def add_task(self, name, labels, **settings):
        self.tasks[name] = {"task": name, "labels": labels, "paused": False, "paused_why": None, "champion": "3f9a1c77d20b4e65",
                            "settings": {"title": settings.pop("title", None), "instructions": settings.pop("instructions", None),
                                         "show_before": False, "certify_share": 0.02, "audit_share": 0.02, "audit_floor": 5,
                                         "audit_budget": 200, "raised_threshold": 0, "alarm": "pause", "alarm_delta": 0.05, "reviewer_error": 0.03,
                                         "due_s": 0, "due_action": "nothing", "lease_s": self.lease_s, "retention_days": 0,
                                         "callback_hosts": ["hooks.example.org"], "callback_private": False, "event_url": None,
                                         "callback_secret": "whsec_" + secrets.token_urlsafe(24), "reviewer_error": 0.03,
                                         **settings}}
        self.note("root", "deployed", name, "the model 3f9a1c77d20b4e65 was deployed")

    def add_item(self, task, text, suggestion=None, meta=None, confidence=None, reason="unsure"):
        labels = self.tasks[task]["labels"]
        number = next(self.order)
        item = f"01J{number:023d}"
        words = [(m.start(), m.end()) for m in re.finditer(r"\w+", text[:20000])][:200]
        rng = random.Random(number)
        pieces = [{"text": text[a:b], "start": len(text[:a].encode()), "end": len(text[:b].encode()), "view": "words",
                   "weight": round(rng.gauss(0.1, 0.5), 3)} for a, b in words]
        self.items[item] = {"item": item, "task": task, "text": text, "meta": meta, "status": "pending", "decision": "human",
                            "reason": reason, "label": None, "none": False, "answered_by": None, "answered_at": None, "note": None,
                            "flagged": False, "suggestion": suggestion or labels[number % len(labels)], "model": "3f9a1c77d20b4e65",
                            "confidence": confidence or round(rng.uniform(0.4, 0.92), 3), "pieces": pieces, "created": time.time(),
                            "not_before": 0, "lease": None, "history": []}
        return item

    def expire_sessions(self):
        self.sessions.clear()

    def answered(self, task):
        return {i["item"]: i for i in self.items.values() if i["task"] == task and i["status"] != "pending"}

    def note(self, actor, kind, task, words, figures=None):
        self.journal.append({"sequence": len(self.journal) + 1, "at": stamp(), "actor": actor, "kind": kind, "task": task,
                             "words": words, "figures": figures})

    # --- what the API does

    def login(self, user):
        cookie, csrf = secrets.token_urlsafe(24), secrets.token_urlsafe(18)
        self.sessions[cookie] = (user, csrf)
        return cookie, {"name": user, "scopes": ["admin", "review"] if self.users[user] == "admin" else ["review"], "csrf": csrf}

    def task(self, name):
        if name not in self.tasks:
            raise Problem(404, "there is no such task")
        return self.tasks[name]

    def item(self, item):
        if item not in self.items:
            raise Problem(404, "there is no such item")
        return self.items[item]

    def task_json(self, task, admin=False):
        waiting = [i for i in self.items.values() if i["task"] == task["task"] and i["status"] == "pending"]
        oldest = min((i["created"] for i in waiting), default=time.time())
        settings = {name: value for name, value in task["settings"].items() if admin or name != "callback_secret"}
        return {**task, "alarm": task["paused"] and task["paused_why"] == ALARM, "settings": settings, "title": task["settings"]["title"] or task["task"],
                "queue": {"waiting": len(waiting), "overdue": 0, "leased": sum(self.holder(i) is not None for i in waiting),
                          "oldest_s": round(time.time() - oldest)}}

    def holder(self, item):
        lease = item["lease"]
        return lease[0] if lease and lease[1] > time.time() else None

    def queue(self, task, user, limit):
        self.task(task)
        now = time.time()
        free = (i for i in self.items.values() if i["task"] == task and i["status"] == "pending" and i["not_before"] <= now
                and self.holder(i) in (None, user))
        return [{"item": i["item"], "text": i["text"], "meta": i["meta"], "age_s": round(now - i["created"], 1)}
                for i in itertools.islice(free, limit)]

    def lease(self, item, user):
        if item["status"] != "pending":
            raise Problem(404, "the item does not wait")
        holder = self.holder(item)
        if holder in (None, user):
            item["lease"] = (user, time.time() + self.lease_s)
            return {"acquired": True, "item": item["item"], "leased_by": user, "expires_at": stamp(item["lease"][1])}
        return {"acquired": False, "item": item["item"], "leased_by": holder, "expires_at": stamp(item["lease"][1])}

    def answer(self, item, user, body):
        label = body.get("label")
        if label is not None and label not in self.tasks[item["task"]]["labels"]:
            raise Problem(422, "the label is not one of the task's")
        if item["status"] != "pending" and not body.get("correct"):
            if item["answered_by"] == user and item["label"] == label:
                return item
            raise Problem(409, "the item was answered already")
        if self.holder(item) not in (None, user):
            raise Problem(409, "the item is being reviewed by somebody else")
        overruled = body.get("correct") and item["decision"] == "auto"
        item.update(status="overruled" if overruled else "answered", label=label, none=label is None, answered_by=user,
                    answered_at=stamp(), lease=None, note=body.get("note") or item["note"])
        self.record(item, "correct" if body.get("correct") else "answer", user, label, body.get("note"), body.get("took_ms"))
        return item

    def withdraw(self, item, user):
        if item["status"] == "pending" or (item["answered_by"] != user and self.users[user] != "admin"):
            raise Problem(409, "another person's answer stands")
        item.update(status="pending", label=None, none=False, answered_by=None, answered_at=None,
                    lease=(user, time.time() + self.lease_s))
        self.record(item, "withdraw", user)
        return item

    def record(self, item, kind, user, label=None, note=None, took_ms=None):
        item["history"].append({"kind": kind, "reviewer": user, "label": label, "none": kind == "answer" and label is None,
                                "note": note, "took_ms": took_ms, "at": stamp()})

    def context(self, item):
        if item["status"] == "pending" and not self.tasks[item["task"]]["settings"]["show_before"]:
            raise Problem(409, "not before the answer")
        words = f"Words like those of “{item['suggestion']}” outweigh the others, but not by much."
        similar = [{"item": i["item"], "similarity": 0.41, "text": i["text"], "label": i["label"]} for i in self.items.values()
                   if i["task"] == item["task"] and i["label"] and i is not item][:3]
        return {"item": item["item"], "reason": item["reason"], "suggestion": item["suggestion"], "confidence": item["confidence"],
                "threshold": 0.93, "novelty_p": 0.4, "decision": item["decision"], "pieces": item["pieces"], "words": words, "similar": similar,
                "outcome": "agrees" if item["label"] == item["suggestion"] else "differs",
                "agrees": item["label"] == item["suggestion"]}

    def item_json(self, item):
        blind = item["status"] == "pending"
        hidden = {"reason": None, "confidence": None} if blind else {"suggestion": item["suggestion"]}
        keys = ("item", "task", "text", "meta", "status", "decision", "reason", "label", "confidence", "answered_by", "answered_at",
                "note", "flagged", "model")
        return {**{k: item[k] for k in keys}, **hidden, "created_at": stamp(item["created"])}

    def search(self, task, query):
        found = [i for i in self.items.values() if i["task"] == task]
        if query.get("search"):
            found = [i for i in found if query["search"].lower() in (i["text"] or "").lower()]
        for name, key in (("label", "label"), ("by", "answered_by"), ("status", "status")):
            if query.get(name):
                found = [i for i in found if i[key] == query[name]]
        if query.get("flagged"):
            found = [i for i in found if i["flagged"]]
        found.sort(key=lambda i: i["item"], reverse=True)
        if query.get("before"):
            found = [i for i in found if i["item"] < query["before"]]
        page = found[:int(query.get("limit", 50))]
        return {"items": [self.item_json(i) for i in page], "before": page[-1]["item"] if len(page) < len(found) else None}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    desk = None

    def log_message(self, *args):
        pass

    def setup(self):
        super().setup()
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # --- plumbing

    def send(self, status, body, kind="application/json", headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if kind.endswith("json") else body.encode()
        self.send_response(status)
        for name, value in (("Content-Type", kind), ("Content-Length", str(len(data))), ("Cache-Control", "no-store"),
                            ("Content-Security-Policy", policy()), ("X-Content-Type-Options", "nosniff"), *headers):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def user(self):
        match = re.search(r"handoff_session=([^;]+)", self.headers.get("Cookie", ""))
        return self.desk.sessions.get(match.group(1)) if match else None

    def handle_any(self):
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        path = urllib.parse.urlsplit(self.path)
        query = dict(urllib.parse.parse_qsl(path.query))
        with self.desk.lock:
            delay, fail, only = self.desk.delay_s, self.desk.fail_status, self.desk.fail_paths
        if delay and path.path.startswith("/v1/"):
            time.sleep(delay)
        if fail and path.path.startswith("/v1/") and (only is None or re.search(only, path.path)):
            return self.send(fail, {"title": "told to fail"}, "application/problem+json", [("Retry-After", "1")])
        try:
            if path.path.startswith("/v1/"):
                with self.desk.lock:
                    self.api(path.path, query, json.loads(raw) if raw else {})
            else:
                self.page(path.path)
        except Problem as problem:
            self.send(problem.status, {"type": "about:blank", "title": problem.detail, "status": problem.status,
                                       "detail": problem.detail}, "application/problem+json")
        return None

    do_GET = do_POST = do_PUT = do_DELETE = handle_any

    def page(self, path):
        if PAGE_PATH.match(path):
            text = (PAGES / "index.html").read_text(encoding="utf-8").replace("@HO_WEB_VERSION@", "dev")
            return self.send(200, text, TYPES[".html"])
        name = path.removeprefix("/assets/dev/")
        file = LIBRARIES.get(name, PAGES / name)
        if path == f"/assets/dev/{name}" and re.fullmatch(r"[\w.]+", name) and file.is_file():
            return self.send(200, file.read_bytes(), TYPES[file.suffix])
        raise Problem(404, "no such page")

    # --- the API

    def api(self, path, query, body):
        desk, method, session = self.desk, self.command, self.user()
        desk.requests.append((method, path, session[0] if session else None))
        steps = [urllib.parse.unquote(s) for s in path.split("/")[2:]]
        if steps[0] == "session":
            return self.session(method, steps, body, session)
        if session is None:
            raise Problem(401, "log in first")
        if method != "GET" and self.headers.get("X-CSRF-Token") != session[1]:
            raise Problem(403, "the CSRF token is missing or wrong")
        user = session[0]
        answer = getattr(self, f"api_{steps[0]}", self.unknown)(method, steps[1:], query, body, user)
        if answer is None:
            return self.send(204, b"")
        return self.send(200, answer)

    def unknown(self, *args):
        raise Problem(404, "no such path")

    def session(self, method, steps, body, session):
        desk = self.desk
        if method == "GET":
            if session is None:
                raise Problem(401, "nobody is logged in")
            return self.send(200, {"name": session[0], "scopes": ["admin", "review"] if desk.users[session[0]] == "admin" else ["review"],
                                   "csrf": session[1]})
        if method == "DELETE":
            desk.sessions = {k: v for k, v in desk.sessions.items() if v != session}
            return self.send(204, b"", headers=[("Set-Cookie", "handoff_session=; Path=/; Max-Age=0")])
        if steps[1:] == ["link"]:
            name = desk.links.pop(body.get("token"), None)
            if name is None:
                raise Problem(401, "this link was used already or is too old; ask for a new one")
            desk.passwords[name] = body["password"]
        else:
            name = body.get("name")
            if desk.passwords.get(name) != body.get("password"):
                raise Problem(401, "wrong name or password")
        cookie, answer = desk.login(name)
        return self.send(200, answer, headers=[("Set-Cookie", f"handoff_session={cookie}; Path=/; HttpOnly; SameSite=Strict")])

    @staticmethod
    def only(body, *known):
        """The service refuses members that it does not know."""
        if set(body) - set(known):
            raise Problem(400, f"unknown member {sorted(set(body) - set(known))[0]}")

    def admin(self, user):
        if self.desk.users[user] != "admin":
            raise Problem(403, "this is for admins")

    def api_tasks(self, method, steps, query, body, user):
        desk = self.desk
        if not steps:
            return {"tasks": [desk.task_json(t) for t in desk.tasks.values()]}
        task = desk.task(steps[0])
        rest = steps[1:]
        if method != "GET":
            self.admin(user)
        if not rest and method == "PUT":
            unknown = set(body) - set(task["settings"])
            if unknown:
                raise Problem(422, f"unknown member {unknown.pop()}")
            if "" in body.values():
                raise Problem(422, "a text must not be empty")
            task["settings"].update(body)
            if task["settings"]["callback_secret"] is None:
                task["settings"]["callback_secret"] = "whsec_" + secrets.token_urlsafe(24)
            desk.note(user, "settings", steps[0], f"changed: {', '.join(sorted(body))}")
        elif rest and rest[0] in ("pause", "resume"):
            self.only(body, "why" if rest[0] == "pause" else "force")
            if body.get("why") == "":
                raise Problem(400, "why must not be empty")
            if rest[0] == "resume" and task["paused_why"] == ALARM and not body.get("force"):
                raise Problem(409, "this model broke its promise and nothing has changed since")
            task.update(paused=rest[0] == "pause", paused_why=body.get("why"))
            desk.note(user, rest[0] + "d", steps[0], body.get("why") or f"automatic answers {rest[0]}d")
        elif rest[2:3] == ["reports"]:
            return self.reports_part(method, rest[1], rest[3:], user)
        elif rest and rest[-1] == "promote":
            task["champion"] = rest[1]
            desk.note(user, "promoted", steps[0], f"the model {rest[1]} answers now")
        return self.task_part(task, rest[0] if rest and rest[-1] != "promote" else "", query, user)

    def reports_part(self, method, model, kind, user):
        self.admin(user)
        there = self.desk.reports.setdefault(model, [])
        if method == "DELETE":
            there.clear()
            return None
        if not kind:
            return reports(there)
        if kind[0] not in there:
            raise Problem(404, "the model has no such report")
        return {"made_at": 1778745600000, "story": ["It does not stand as it is."], "story_about": [None], "findings": doubt()}

    def task_part(self, task, what, query, user):
        desk, name = self.desk, task["task"]
        if what == "queue":
            return desk.queue(name, user, int(query.get("limit", 10)))
        if what == "items":
            return desk.search(name, query)
        if what == "monitor":
            seen = {**monitor(desk.task_json(task)["queue"]), **desk.monitor}
            if desk.users[user] != "admin":  # who labels blind is not told how many audits wait
                seen["audits"] = {name: value for name, value in seen["audits"].items() if name not in ("waiting", "second")}
            return seen
        if what == "days":
            found = days(int(query.get("days", 30)), task["labels"])
            if desk.days is not None:
                found["days"] = [{"day": d["day"], "human": 0} for d in found["days"][:-desk.days]] + found["days"][-desk.days:]
            return found
        if what == "update":
            return {"task": name, "since": stamp(time.time() - 86400), "text": "Update: 1,204 texts came today; 91% were answered automatically.\n• 108 went to people; the median wait was "
                            "11 minutes.\n• 24 audits, none wrong: the promise of at most 2% wrong holds so far.\n\nNext: 36 texts wait; "
                            "at today's pace they take 12 minutes of review."}
        if what == "models":
            return models(task["champion"], desk.promise, desk.card)
        return desk.task_json(task, desk.users[user] == "admin")

    def api_items(self, method, steps, query, body, user):
        desk, item = self.desk, self.desk.item(steps[0])
        what = steps[1] if len(steps) > 1 else ""
        if what == "lease" and method == "PUT":
            return desk.lease(item, user)
        if what == "lease":
            if desk.holder(item) == user:
                item["lease"] = None
            return None
        if what == "answer":
            self.only(body, "label", "note", "took_ms", "correct")
            return desk.item_json(desk.withdraw(item, user) if method == "DELETE" else desk.answer(item, user, body))
        if what == "skip":
            item.update(lease=None, not_before=time.time() + 600)
            desk.record(item, "skip", user)
            return None
        if what == "flag":
            item["flagged"] = True
            desk.record(item, "flag", user, note=body.get("note"))
            return None
        if what == "context":
            return desk.context(item)
        if what == "history":
            if item["status"] == "pending" and desk.users[user] != "admin":
                raise Problem(409, "the history can be seen when the item is answered")
            return {"item": desk.item_json(item), "reviews": item["history"]}
        return desk.item_json(item)

    def api_journal(self, method, steps, query, body, user):
        entries = [e for e in reversed(self.desk.journal) if not query.get("before") or e["sequence"] < int(query["before"])]
        if method == "POST":
            self.desk.note(user, "note", body.get("task"), body["words"])
            return None
        return {"entries": [e for e in entries if not query.get("task") or e["task"] == query["task"]][:int(query.get("limit", 50))]}

    def api_users(self, method, steps, query, body, user):
        self.admin(user)
        desk = self.desk
        if method == "GET":
            return {"users": [{"name": n, "role": r, "disabled": False, "has_password": n in desk.passwords,
                               "created_at": stamp()} for n, r in desk.users.items()]}
        if method == "DELETE":
            desk.users.pop(steps[0])
            return None
        name = steps[0] if steps else body["name"]
        if not steps and name in desk.users:
            raise Problem(409, "there is a user of that name")
        desk.users.setdefault(name, body.get("role", "reviewer"))
        token = secrets.token_urlsafe(16)
        desk.links[token] = name
        return {"name": name, "link": f"/login#token={token}"}

    def api_keys(self, method, steps, query, body, user):
        self.admin(user)
        if method == "GET":
            return {"keys": list(self.desk.keys.values())}
        if method == "DELETE":
            self.desk.keys[steps[0]]["revoked_at"] = stamp()
            return None
        self.only(body, "name", "scopes")
        if body["name"] in self.desk.keys:
            raise Problem(409, "there is a key of that name")
        self.desk.keys[body["name"]] = {"name": body["name"], "scopes": body["scopes"], "created_at": stamp(), "last_used_at": None,
                                        "revoked_at": None}
        return {"name": body["name"], "key": "hk_" + secrets.token_urlsafe(24)}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64
    allow_reuse_address = True

    def __init__(self, *args):
        super().__init__(*args)
        self.open = set()

    def process_request(self, request, client_address):
        self.open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request):
        self.open.discard(request)
        super().shutdown_request(request)

    def stop(self):
        """Like a kill: nobody listens, and open connections break."""
        self.shutdown()
        self.server_close()
        for connection in list(self.open):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], (ConnectionError, BrokenPipeError)):
            super().handle_error(request, client_address)


def serve(desk, port=0):
    """Returns the server; its address is server.url, and server.stop() ends it."""
    handler = type("BoundHandler", (Handler,), {"desk": desk})
    server = Server(("127.0.0.1", port), handler)
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server


def main():
    from texts import fill_desk
    desk = Desk()
    fill_desk(desk)
    server = serve(desk, int(sys.argv[1]) if len(sys.argv) > 1 else 0)
    print(server.url, flush=True)
    threading.Event().wait()


if __name__ == "__main__":
    main()
