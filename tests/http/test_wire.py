"""The wire: connections that are kept, cut into pieces, slow, hostile, or many."""
import sys

from harness import *

service = Service("header_s=2", "idle_s=4", "body_s=2", "connections=2100", "connections_per_client=2100", "header_max=8192", "log_all=1")
PATH = "/v1/tasks/urgent/classify"


def raw(data=b"", timeout=15):
    s = socket.create_connection(("127.0.0.1", service.port), timeout=timeout)
    if data:
        s.sendall(data)
    return s


def request(body, headers=b"", path=PATH.encode(), method=b"POST"):
    return (method + b" " + path + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer " + service.keys["all"].encode() +
            b"\r\nContent-Type: application/json\r\n" + headers + b"\r\n" + body)


def read_all(s):
    data = b""
    while True:
        try:
            piece = s.recv(65536)
        except ConnectionResetError:
            return data
        if not piece:
            return data
        data += piece


def closes_within(s, seconds):
    s.settimeout(seconds)
    began = time.monotonic()
    try:
        read_all(s)
    except socket.timeout:
        raise AssertionError(f"still open after {seconds} s")
    return time.monotonic() - began


def test_keep_alive():
    client = service.client()
    client.classify(sure(1))
    first = client.connection.sock
    for i in range(50):
        client.classify(sure(i))
        client.get("/v1/nothing", expect=404)
        client.post(PATH, {"text": 5}, expect=400)
    assert client.connection.sock is first, "the connection was not kept"


def test_pipelined():
    bodies = [json.dumps({"text": sure(i) if i % 2 else unsure(i), "id": str(i)}).encode() for i in range(20)]
    s = raw(b"".join(request(b, b"Content-Length: %d\r\n" % len(b) + (b"Connection: close\r\n" if i == 19 else b""))
                     for i, b in enumerate(bodies)))
    data = read_all(s)
    decisions = re.findall(rb'"decision":"(\w+)"', data)
    assert decisions == [b"auto" if i % 2 else b"human" for i in range(20)], data[-500:]


def test_chunked():
    body = json.dumps({"text": sure(2)}).encode()
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 7]), body[i:i + 7]) for i in range(0, len(body), 7)) + b"0\r\n\r\n"
    data = read_all(raw(request(chunks, b"Transfer-Encoding: chunked\r\nConnection: close\r\n")))
    assert b" 200 OK" in data and b'"label":"outage"' in data, data
    endless = raw(request(b"", b"Transfer-Encoding: chunked\r\n", path=b"/v1/tasks/urgent/pause"))
    try:
        for _ in range(2000):
            endless.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
        raise AssertionError("an endless body was read")
    except (ConnectionError, socket.timeout):
        pass


def test_expect_continue():
    body = json.dumps({"text": sure(3)}).encode()
    s = raw(request(b"", b"Content-Length: %d\r\nExpect: 100-continue\r\nConnection: close\r\n" % len(body)))
    assert b"100 Continue" in s.recv(1000)
    s.sendall(body)
    assert b" 200 OK" in read_all(s)
    s = raw(request(b"", b"Content-Length: 100000000\r\nExpect: 100-continue\r\n"))
    assert b" 413 " in s.recv(1000)


def test_large_bodies_are_refused_early():
    s = raw(request(b"x" * 1000, b"Content-Length: 100000000\r\n"))
    data = s.recv(4096)
    assert b" 413 " in data and b"application/problem+json" in data
    client = service.client("hk_unknown")
    assert client("POST", PATH, {"text": "x" * 100000}).status == 401
    assert client.connection, "a small body is read, and the connection goes on"


def test_huge_headers():
    for header in (b"X-Long: " + b"a" * 100000, b"\r\n".join(b"X-%d: a" % i for i in range(5000)), b"Cookie: " + b"c=d; " * 20000):
        s = raw()
        try:
            s.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + header + b"\r\n\r\n")
        except ConnectionError:
            pass
        data = read_all(s)
        assert data == b"" or b" 431 " in data or b" 400 " in data or b" 413 " in data, data[:200]
    s = raw(b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b" 200 " not in read_all(s)


def test_garbage():
    rng = random.Random(1)
    for data in (b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), b"GET / HTTP/9.9\r\n\r\n",
                 b"GET / HTTP/1.1\r\nContent-Length: -5\r\n\r\n", b"POST " + PATH.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n"
                 b"Content-Length: 6\r\n\r\nhello!", rng.randbytes(5000)):
        s = raw(data)
        s.shutdown(socket.SHUT_WR)
        read_all(s)
    assert service.client().get("/healthz").status == 200


def test_slow_header_ends():
    s = raw(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
    began = time.monotonic()
    try:
        while time.monotonic() - began < 10:
            s.sendall(b"X-A: b\r\n")
            time.sleep(0.2)
        raise AssertionError("a header that never ends was waited for")
    except ConnectionError:
        assert time.monotonic() - began < 8
    s = raw()
    assert closes_within(s, 8) < 6, "a connection that says nothing was kept"


def test_slow_body_ends():
    s = raw(request(b"", b"Content-Length: 5000\r\n"))
    began = time.monotonic()
    try:
        while time.monotonic() - began < 12:
            s.sendall(b" ")
            time.sleep(0.2)
        raise AssertionError("a body that never ends was waited for")
    except ConnectionError:
        assert time.monotonic() - began < 9


def test_slow_reader_hurts_nobody():
    """Clients that never read their answers: others are served."""
    readers = []
    for _ in range(50):
        s = raw()
        s.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        s.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n" * 20)
        readers.append(s)
    began = time.monotonic()
    client = service.client()
    for i in range(50):
        client.classify(sure(i))
    assert time.monotonic() - began < 5
    for s in readers:
        s.close()


def test_a_thousand_idle_connections():
    """They are open and say nothing, or have said half a request; others are served at full speed; then they are ended."""
    idle = [raw(b"" if i % 2 else b"POST " + PATH.encode() + b" HTTP/1.1\r\n") for i in range(1000)]
    client = service.client()
    slowest = 0
    for i in range(100):
        began = time.monotonic()
        client.classify(sure(i))
        slowest = max(slowest, time.monotonic() - began)
    assert slowest < 1, f"the slowest answer took {slowest:.3f} s"
    assert b"handoff_connections 100" in client.get("/metrics").raw or b"handoff_connections 99" in client.get("/metrics").raw
    client.close()
    wait_for("the idle ones to be ended", lambda: re.search(rb"handoff_connections [0-9]\n", service.client().get("/metrics").raw), 12)
    for s in idle:
        s.close()


def test_connections_are_bounded():
    small = Service("connections=40", "connections_per_client=30", "header_s=5", workspace=None)
    with small:
        held = []
        for _ in range(60):
            try:
                s = socket.create_connection(("127.0.0.1", small.port), timeout=2)
                s.sendall(b"GET /healthz HTTP/1.1\r\n")
                held.append(s)
            except OSError:
                break
        served = 0
        for s in held:
            try:
                s.sendall(b"Host: x\r\n\r\n")
                served += b" 200 OK" in s.recv(4096)
            except OSError:
                pass
        assert 1 <= served <= 30, served
        for s in held:
            s.close()

        def is_room():
            try:
                return small.client().get("/healthz").status == 200
            except OSError:
                return False

        wait_for("room", is_room)


def test_ambiguous_framing_is_refused():
    """A proxy may see another end of such a request than this server: 400, and the connection ends."""
    body = json.dumps({"text": sure(4)}).encode()
    own = b"POST " + PATH.encode() + b" HTTP/1.1\r\nAuthorization: Bearer " + service.keys["all"].encode() + b"\r\n"
    host, length = b"Host: 127.0.0.1\r\n", b"Content-Length: %d\r\n" % len(body)
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    behind = b"GET /v1/nothing HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    for head, sent in ((host + length + length, body), (host + length + b"Content-Length: 3\r\n", body),
                       (host + length + b"Transfer-Encoding: chunked\r\n", chunks),
                       (host + b"Transfer-Encoding: chunked\r\n" + length, chunks),
                       (host + b"Transfer-Encoding : chunked\r\n", chunks), (host + b"Content-Length : %d\r\n" % len(body), body),
                       (host + b"Transfer-Encoding: gzip, chunked\r\n", chunks), (host + b"Transfer-Encoding: identity\r\n" + length, body),
                       (host + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunks),
                       (host + b"Host: other\r\n" + length, body), (length, body)):
        s = raw(own + head + b"\r\n" + sent + behind)
        data = read_all(s)
        assert data.startswith(b"HTTP/1.1 400 "), (head, data[:300])
        assert b" 200 " not in data and b" 404 " not in data, (head, data)
    data = read_all(raw(b"GET /healthz HTTP/1.0\r\n\r\n"))
    assert b" 200 OK" in data, data


def test_hosts_and_origins():
    """Sessions and logins: only under this server's own names, only from its own pages."""
    nobody = service.client(None)
    login = {"name": "ann", "password": "wrong password"}
    nobody.post("/v1/session", login, headers={"Host": "evil.example"}, expect=421)
    nobody.post("/v1/session", login, headers={"Host": f"localhost:{service.port}"}, expect=401)
    nobody.post("/v1/session", login, headers={"Host": "handoff.example.org"}, expect=401)
    nobody.post("/v1/session", login, headers={"Origin": "https://evil.example"}, expect=403)
    nobody.post("/v1/session", login, headers={"Origin": "null"}, expect=403)
    nobody.post("/v1/session", login, headers={"Origin": f"http://127.0.0.1:{service.port}"}, expect=(401, 429))
    service.client().get("/v1/session", headers={"Host": "anything.example"})  # keys are not sent by browsers on their own


if __name__ == "__main__":
    try:
        main(sys.modules["__main__"])
    finally:
        service.close()
