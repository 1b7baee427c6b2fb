"""Hostile requests to the page in the browser: refused, or survived."""

import contextlib
import http.client
import socket
import threading
import time

import pytest
import uvicorn
from conftest import GOOD
from pages_client import HOST, OWN, NoPrinter
from starlette.testclient import TestClient

from reportgen.files import limits
from reportgen.findings import InputError
from reportgen.serve import listen
from reportgen.serve.guard import Guard
from reportgen.serve.routes import application
from reportgen.serve.shelf import Shelf


@pytest.fixture
def app(tmp_path, monkeypatch):
    monkeypatch.setattr("reportgen.serve.routes.PageMaker", NoPrinter)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "2024.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "2023.yaml").write_text("year: 2023\nagency: {name: 外面的机关}\n", encoding="utf-8")
    (tmp_path / "in" / "link.yaml").symlink_to(tmp_path / "2023.yaml")
    return application(Shelf(tmp_path / "in"))


@pytest.fixture
def client(app):
    with TestClient(Guard(app, "secret", 8000), base_url=f"http://{HOST}") as client:
        client.get("/?token=secret")
        yield client


def test_the_token_becomes_a_strict_cookie_and_leaves_the_address(client):
    first = client.get("/?token=secret", follow_redirects=False)
    assert first.headers["location"] == "/"
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert client.get("/").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8000", "127.0.0.1", "127.0.0.1:80", "[::1]:8000", "", "127.0.0.1:8000."])
def test_another_host_is_refused(client, host):
    assert client.get("/api/files", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://127.0.0.1:8000", "http://127.0.0.1:8001", ""])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_another_origin_is_refused(client, method, origin):
    assert client.request(method, "/api/files", headers={"origin": origin}).status_code == 403


def test_a_post_without_origin_is_refused(client):
    assert client.post("/api/edit", json={}).status_code == 403


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_request_from_another_site_is_refused(client, site):
    assert client.get("/", headers={"sec-fetch-site": site}).status_code == 403


@pytest.mark.parametrize("cookie", ["", "reportgen-8000=", "reportgen-8000=Secret", "reportgen-8001=secret", "=;;;=", "reportgen-8000=秘密"])
def test_without_the_token_nothing_is_shown(app, cookie):
    with TestClient(Guard(app, "secret", 8000), base_url=f"http://{HOST}") as stranger:
        headers = {"cookie": cookie.encode()} if cookie else {}
        for path in ("/", "/api/files", "/static/book.js", "/faces/heiti.ttf", "/?token=wrong"):
            assert stranger.get(path, headers=headers).status_code == 403


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_other_methods_are_refused(client, method):
    assert client.request(method, "/api/files", headers=OWN).status_code == 405


@pytest.mark.parametrize("name", [
    "../2023.yaml", "link.yaml", "/etc/passwd", "..", ".", "", "in/../../2023.yaml", "2024.yaml\x00.yaml", "a" * 5000,
    "../in/../2023.yaml", "\\\\server\\share\\2024.yaml", "2024.xlsx", "nothing.yaml"])
def test_a_path_out_of_the_folder_is_refused(client, name):
    answer = client.get("/api/book", params={"file": name})
    assert answer.status_code == 422
    assert "外面的机关" not in answer.text


@pytest.mark.parametrize("path", ["/static/../book.py", "/static/%2e%2e/book.py", "/static/..%2fbook.py", "/faces/..%2f..%2fbook.py", "/faces/coverage.txt"])
def test_only_what_the_page_needs_is_served(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"file": 1}', b"\xff\xfe", b'{"file": "2024.yaml", "version": "", "more": 1}', b"[" * 100_000])
def test_what_is_no_request_of_the_page_is_refused(client, body):
    assert client.post("/api/edit", content=body, headers=OWN).status_code == 400


def test_a_body_that_is_too_large_is_refused_by_its_length(client):
    answer = client.post("/api/import", content=b"", headers={**OWN, "content-length": str(1024 ** 3)})
    assert answer.status_code == 413


def test_a_body_that_is_too_large_is_refused_without_its_length(client):
    answer = client.post("/api/import", content=(b"x" * 1_000_000 for _ in range(limits.REQUEST_BYTES // 1_000_000 + 2)), headers=OWN)
    assert answer.status_code == 413


def test_a_browser_that_sends_too_much_is_told_so(app):
    """One that is answered before it has sent all sees a connection that breaks off."""
    with listening(app) as port:
        connection = http.client.HTTPConnection(listen.HOST, port, timeout=20)
        connection.request("POST", "/api/import", b"x" * (limits.REQUEST_BYTES + 5_000_000),
                           {"Origin": f"http://127.0.0.1:{port}", "Cookie": f"reportgen-{port}=secret"})
        answer = connection.getresponse()
        assert (answer.status, answer.read().decode()) == (413, "文件太大（超过 32 MB），没有收；请把里面的图片压缩后另存，再试")
        connection.close()


def test_every_answer_forbids_scripts_of_others_frames_and_sharing(client):
    for path in ("/", "/api/files", "/static/book.js", "/nowhere"):
        headers = client.get(path).headers
        assert "script-src 'self'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert "access-control-allow-origin" not in headers


def test_what_a_file_is_called_is_no_markup(client):
    page = client.get("/book", params={"file": '"><script>alert(1)</script>'})
    assert "<script>alert" not in page.text


@contextlib.contextmanager
def listening(app):
    """Run a server on a real socket and give its port."""
    listener = socket.socket()
    listener.bind((listen.HOST, 0))
    port = listener.getsockname()[1]
    # What connects before the server runs is answered when it does.
    listener.listen()
    config = uvicorn.Config(Guard(app, "secret", port), log_level="critical", http=listen.Protocol, loop="asyncio", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(10)
        listener.close()


def answered(connection):
    connection.settimeout(10)
    return connection.recv(65536)


def test_slow_clients_are_let_go(app, monkeypatch):
    monkeypatch.setattr(limits, "REQUEST_SECONDS", 0.3)
    with listening(app) as port:
        own = f"Host: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nCookie: reportgen-{port}=secret\r\n"
        with socket.create_connection((listen.HOST, port)) as silent:
            assert answered(silent) == b""
        with socket.create_connection((listen.HOST, port)) as half:
            half.sendall(b"GET / HTTP/1.1\r\nHost:")
            assert answered(half) == b""
        with socket.create_connection((listen.HOST, port)) as again:
            again.sendall(f"HEAD /api/nothing HTTP/1.1\r\n{own}\r\n".encode())
            assert b" 404 " in answered(again)
            again.sendall(b"GET / HTTP/1.1\r\nHost:")
            assert answered(again) == b""
        with socket.create_connection((listen.HOST, port)) as slow:
            slow.sendall(f"POST /api/edit HTTP/1.1\r\n{own}Content-Length: 100\r\n\r\n{{".encode())
            assert b" 408 " in answered(slow).split(b"\r\n")[0]


def test_noise_on_the_socket_is_survived(app):
    with listening(app) as port:
        for noise in (b"\x16\x03\x01\x02\x00", b"GET /\r\n\r\n", b"A" * 100_000 + b"\r\n\r\n", b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                      b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"):
            with socket.create_connection((listen.HOST, port)) as connection, contextlib.suppress(OSError):
                connection.sendall(noise)
                assert b" 200 " not in answered(connection).split(b"\r\n")[0]
        with socket.create_connection((listen.HOST, port)) as sound:
            sound.sendall(f"GET /api/files HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nCookie: reportgen-{port}=secret\r\n\r\n".encode())
            assert b" 200 " in answered(sound).split(b"\r\n")[0]


def test_it_listens_on_this_machine_alone_and_holds_no_answer_back(tmp_path, monkeypatch):
    bound = []

    class Server:
        def __init__(self, config):
            pass

        def run(self, sockets):
            # asyncio sets TCP_NODELAY where the protocol is named.
            bound.extend((one.getsockname()[0], one.proto) for one in sockets)

    monkeypatch.setattr(listen.uvicorn, "Server", Server)
    listen.serve(tmp_path, print, browse=False)
    assert bound == [("127.0.0.1", socket.IPPROTO_TCP)]


def test_a_document_that_is_no_data_file_is_refused(tmp_path):
    (tmp_path / "报告.docx").write_bytes(b"")
    with pytest.raises(InputError, match="不是数据文件"):
        listen.serve(tmp_path / "报告.docx", print, browse=False)


def test_ten_windows_lose_nothing(app):
    """Each window writes its own cell; one that was too late is told and tries again on what is there."""
    cells = [f"applications.{row}.natural" for row in ("new", "carried_in", "granted", "partial", "carried_out")]
    cells += [cell.replace("natural", "enterprise") for cell in cells]
    with TestClient(Guard(app, "secret", 8000), base_url=f"http://{HOST}", headers=OWN) as client:
        client.get("/?token=secret")

        def window(cell):
            version = ""
            while True:
                answer = client.post("/api/edit", json={"file": "2024.yaml", "version": version, "cells": {cell: {"number": "7"}}})
                if answer.status_code == 200:
                    return
                version = answer.json()["now"]["version"]
                time.sleep(0.01)

        threads = [threading.Thread(target=window, args=(cell,)) for cell in cells]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        found = client.get("/api/book", params={"file": "2024.yaml"}).json()["cells"]
    assert [found[cell]["raw"] for cell in cells] == ["7"] * 10
