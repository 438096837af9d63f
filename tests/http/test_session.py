"""People: first link, password, cookie, CSRF token, slowed guessing, and what admins do with people."""
import sys

from harness import *

service = Service("trust_proxy=1")
PASSWORD = "a long enough password"


class Person(Client):
    """A client with a cookie instead of a key."""

    def __init__(self):
        super().__init__(service, key=None)
        self.cookie = self.csrf = None

    def enter(self, answer):
        self.set_cookie = answer.headers["set-cookie"]
        self.cookie = self.set_cookie.split(";")[0]
        self.csrf = answer.json["csrf"]
        self.extra = {"Cookie": self.cookie, "X-CSRF-Token": self.csrf}
        return answer.json

    def log_in(self, name, password=PASSWORD):
        return self.enter(self.post("/v1/session", {"name": name, "password": password}))

    def use_link(self, link, password=PASSWORD):
        return self.enter(self.post("/v1/session/link", {"token": link.split("token=")[1], "password": password}))


root = service.client("admin")


def test_link_password_login():
    made = root.post("/v1/users", {"name": "ann", "role": "reviewer"}, expect=201).json
    assert made["name"] == "ann" and made["link"].startswith("/login#token=")
    ann = Person()
    ann.post("/v1/session/link", {"token": made["link"].split("token=")[1], "password": "short"}, expect=422)
    who = ann.use_link(made["link"])
    assert who == {"name": "ann", "scopes": ["review"], "session": True, "csrf": who["csrf"]}
    for part in ("HttpOnly", "SameSite=Strict", "Path=/"):
        assert part in ann.set_cookie
    assert "Secure" not in ann.set_cookie
    Person().post("/v1/session/link", {"token": made["link"].split("token=")[1], "password": PASSWORD}, expect=(401, 429))
    again = Person()
    assert again.log_in("ann")["name"] == "ann"
    assert again.get("/v1/session").json["csrf"] == again.csrf
    secure = Person().post("/v1/session", {"name": "ann", "password": PASSWORD}, headers={"X-Forwarded-Proto": "https"})
    assert "; Secure" in secure.headers["set-cookie"]


def test_what_a_session_may():
    ann = Person()
    ann.log_in("ann")
    ann.get("/v1/tasks/urgent/queue")
    ann.get("/v1/users", expect=403)
    ann.classify("text", expect=403)
    item = service.client().classify(unsure(1), expect=202).json["item"]
    assert ann.put(f"/v1/items/{item}/lease").json["leased_by"] == "ann"
    assert ann.post(f"/v1/items/{item}/answer", {"label": "outage"}).json["answered_by"] == "ann"


def test_csrf_and_origin():
    ann = Person()
    ann.log_in("ann")
    item = service.client().classify(unsure(2), expect=202).json["item"]
    for headers in ({"X-CSRF-Token": None}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "x" * 43}, {"X-CSRF-Token": ann.csrf + "x"}):
        ann.put(f"/v1/items/{item}/lease", headers=headers, expect=403)
        ann.delete("/v1/session", headers=headers, expect=403)
    ann.put(f"/v1/items/{item}/lease", headers={"Origin": "https://evil.example"}, expect=403)
    ann.get("/v1/tasks", headers={"Host": "evil.example"}, expect=421)
    ann.put(f"/v1/items/{item}/lease", headers={"Origin": f"http://127.0.0.1:{service.port}"}, expect=200)
    ann.put(f"/v1/items/{item}/lease", headers={"Host": "handoff.example.org", "Origin": "https://handoff.example.org"}, expect=200)


def test_log_out():
    ann = Person()
    ann.log_in("ann")
    assert "Max-Age=0" in ann.delete("/v1/session").headers["set-cookie"]
    wait_for("the session's end", lambda: ann("GET", "/v1/session").status == 401, 3)


def test_wrong_passwords():
    Person().post("/v1/session", {"name": "ann", "password": ""}, expect=400)
    Person().post("/v1/session", {"name": "ann"}, expect=400)
    Person().post("/v1/session", {"name": "ann", "password": "x", "more": 1}, expect=400)
    unknown = Person().post("/v1/session", {"name": "nobody", "password": PASSWORD}, expect=401)
    wrong = Person().post("/v1/session", {"name": "ann", "password": "not the password"}, expect=(401, 429))
    if wrong.status == 401:
        assert wrong.json["detail"] == unknown.json["detail"], "the answer tells names that exist"


def test_guessing_is_slowed():
    statuses = [Person().post("/v1/session", {"name": "guessed", "password": f"guess number {i}"}, expect=(401, 429, 503)) for i in range(15)]
    slowed = [a for a in statuses if a.status == 429]
    assert slowed and all(int(a.headers["retry-after"]) >= 1 for a in slowed), [a.status for a in statuses]
    assert service.client().classify(sure(1)).status == 200


def test_passwords_hold_up_nobody():
    """While passwords are hashed one after the other, texts are answered."""
    def guess(i):
        client = Person()
        return client("POST", "/v1/session", {"name": f"person{i}", "password": "x" * 20}, {"X-Forwarded-For": f"192.0.2.{i}"}).status

    slowest = []

    def texts():
        client = service.client()
        for i in range(40):
            began = time.monotonic()
            client.classify(sure(i))
            slowest.append(time.monotonic() - began)

    thread = threading.Thread(target=texts)
    thread.start()
    statuses = in_threads(12, guess)
    thread.join()
    assert set(statuses) <= {401, 429, 503} and max(slowest) < 1.5, max(slowest)


def test_addresses_are_taken_from_a_proxy_only():
    """Without --trust-proxy a client cannot choose the address that its guesses are counted under."""
    def guesses(where, name):
        at = where.client(None)
        return [at("POST", "/v1/session", {"name": name, "password": "x" * 20}, {"X-Forwarded-For": f"198.51.100.{i}"}).status
                for i in range(8)]

    with Service() as direct:
        assert 429 in guesses(direct, "guessed")
    with Service("trust_proxy=1") as behind:
        assert 429 not in guesses(behind, "guessed")


def test_one_place_cannot_fill_the_line():
    """Many guesses at once from one address; somebody else logs in meanwhile, and nobody is told 503."""
    made = root.post("/v1/users", {"name": "kim", "role": "reviewer"}, expect=201).json
    Person().use_link(made["link"])

    def guess(i):
        if i == 20:
            time.sleep(0.05)
            return Person()("POST", "/v1/session", {"name": "kim", "password": PASSWORD}, {"X-Forwarded-For": "192.0.2.77"}).status
        return Person()("POST", "/v1/session", {"name": f"bogus{i}", "password": "x" * 20}, {"X-Forwarded-For": "192.0.2.66"}).status

    statuses = in_threads(40, guess)
    assert statuses[20] == 200 and set(statuses) == {200, 401, 429}, statuses


def test_people():
    root.post("/v1/users", {"name": "ann", "role": "reviewer"}, expect=409)
    root.post("/v1/users", {"name": "a b", "role": "reviewer"}, expect=422)
    root.post("/v1/users", {"name": "ben", "role": "king"}, expect=422)
    root.post("/v1/users", {"name": "ben"}, expect=400)
    root.post("/v1/users", {"name": "ben", "role": "admin"}, expect=201)
    link = root.post("/v1/users/ben/link").json["link"]
    ben = Person()
    assert set(ben.use_link(link)["scopes"]) >= {"admin"}
    assert {u["name"]: u["role"] for u in ben.get("/v1/users").json["users"]}["ben"] == "admin"
    ben.delete("/v1/users/ann")
    Person().post("/v1/session", {"name": "ann", "password": PASSWORD}, expect=(401, 429))
    assert [u["disabled"] for u in ben.get("/v1/users").json["users"] if u["name"] == "ann"] == [True]
    ben.post("/v1/users/nobody/link", expect=404)
    ben.delete("/v1/users/nobody", expect=404)


def test_secrets_are_not_logged():
    log = service.logged()
    assert PASSWORD not in log and "token=" not in log and "handoff_session" not in log
    entries = json.dumps(root.get("/v1/journal?limit=1000").json)
    assert PASSWORD not in entries and "token=" not in entries


if __name__ == "__main__":
    try:
        main(sys.modules["__main__"])
    finally:
        service.close()
