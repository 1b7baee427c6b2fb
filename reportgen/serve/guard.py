"""What stands between the network and the page: who may ask, what a browser may load, how much, how long."""

from __future__ import annotations

import asyncio
import hmac
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reportgen.files import limits

COOKIE = "reportgen"
POLICY = ("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
          "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'")
_HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY",
            "Referrer-Policy": "no-referrer", "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin", "Cache-Control": "no-store"}


_SAID = {408: "请求太慢，没有收完；请再试一次",
         413: f"文件太大（超过 {limits.REQUEST_BYTES // 2**20} MB），没有收；请把里面的图片压缩后另存，再试"}
# How many times what a request may bring is let go by unread.
_LET_BY = 8


class _TooMuchError(Exception):
    """A body that is too large or too slow; `status` is what it is answered with."""

    def __init__(self, status: int) -> None:
        self.status = status
        super().__init__(str(status))


class Guard:
    """Let through only requests to this machine's own address, of its own page, with the token.

    `token` stands in the first address and then in a cookie; `port` is what the server listens on.
    """

    def __init__(self, app: ASGIApp, token: str, port: int) -> None:
        self._app, self._token = app, token
        self._hosts = frozenset((f"127.0.0.1:{port}", f"localhost:{port}"))
        self._name = f"{COOKIE}-{port}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or pass it on."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            # Nothing here speaks through a socket.
            await send({"type": "websocket.close", "code": 1008})
            return
        headers = Headers(scope=scope)
        answer = self._refusal(scope, headers)
        guarded = _with_headers(send)
        if answer is not None:
            await answer(scope, receive, guarded)
            return
        try:
            received = await _body(receive, headers)
        except _TooMuchError as error:
            answer = PlainTextResponse(_SAID[error.status], error.status, {"Connection": "close"})
            await answer(scope, receive, guarded)
            return
        await self._app(scope, received, guarded)

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        """Return the answer to a request that is not let through."""
        if headers.getlist("host") not in [[host] for host in self._hosts]:
            # A name that an attacker lets point here (DNS rebinding).
            return PlainTextResponse("只能从本机的地址打开", 421)
        host = headers["host"]
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return PlainTextResponse("不支持这种请求", 405)
        given = QueryParams(scope["query_string"]).get("token", "")
        if scope["path"] == "/" and given:
            return self._first(given)
        origin = headers.get("origin")
        if (origin is not None and origin != f"http://{host}") or headers.get("sec-fetch-site") in (
                "cross-site", "same-site"):
            return PlainTextResponse("别的网页不能用这里", 403)
        if scope["method"] == "POST" and origin is None:
            return PlainTextResponse("缺少 Origin", 403)
        if not self._known(headers.get("cookie", "")):
            return PlainTextResponse("请用启动时给出的完整地址打开（带 token 的那一行）", 403)
        return None

    def _first(self, given: str) -> Response:
        if not hmac.compare_digest(given.encode(), self._token.encode()):
            return PlainTextResponse("地址里的 token 不对，请用启动时给出的完整地址打开", 403)
        response = RedirectResponse("/", 303)
        response.set_cookie(self._name, self._token, httponly=True, samesite="strict", path="/")
        return response

    def _known(self, cookies: str) -> bool:
        try:
            found = SimpleCookie(cookies).get(self._name)
        except CookieError:
            return False
        return found is not None and hmac.compare_digest(found.value.encode(), self._token.encode())


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=message["headers"])
            for name, value in _HEADERS.items():
                if name != "Cache-Control" or "cache-control" not in headers:
                    headers[name] = value
            message["headers"] = headers.raw
        await send(message)
    return sending


async def _body(receive: Receive, headers: Headers) -> Receive:
    """Take a whole body in, bounded in size and time, and return what gives it to the application.

    One that is too large is let go by to its end: a browser that is answered before it has sent all does not
    read the answer.
    """
    length = headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > limits.REQUEST_BYTES * _LET_BY:
        raise _TooMuchError(413)
    pieces: list[bytes] = []
    size, more, too_large = 0, True, int(length) > limits.REQUEST_BYTES

    async def take() -> None:
        nonlocal size, more, too_large
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise _TooMuchError(408)
            piece = message.get("body", b"")
            size += len(piece)
            more = message.get("more_body", False)
            too_large = too_large or size > limits.REQUEST_BYTES
            if size > limits.REQUEST_BYTES * _LET_BY:
                break
            if too_large:
                pieces.clear()
            else:
                pieces.append(piece)

    try:
        await asyncio.wait_for(take(), limits.REQUEST_SECONDS)
    except TimeoutError as error:
        raise _TooMuchError(413 if too_large else 408) from error
    if too_large:
        raise _TooMuchError(413)
    whole: list[Message] = [{"type": "http.request", "body": b"".join(pieces), "more_body": False}]

    async def received() -> Message:
        return whole.pop() if whole else await receive()
    return received
