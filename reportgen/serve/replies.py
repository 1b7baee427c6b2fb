"""How the page is answered: JSON, with every said_no in Chinese."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

import msgspec
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reportgen import api
from reportgen.files.struct_types import known_type
from reportgen.findings import InputError
from reportgen.serve.book import Opened, OutOfDateError
from reportgen.serve.preview import RefusedError
from reportgen.serve.running import EndedError
from reportgen.serve.saying_here import lost_here, problems_here, said_here
from reportgen.serve.shown import layout, state

_LOG = logging.getLogger(__name__)

Answer = Callable[[Request], Awaitable[Response]]
Asked = TypeVar("Asked")


def answering(answer: Answer) -> Answer:
    """Return an answer that tells of what was refused, as JSON with a message."""
    async def replied(request: Request) -> Response:
        try:
            return await answer(request)
        except OutOfDateError as error:
            return await run_in_threadpool(_out_of_date, error.now)
        except InputError as error:
            return said_no([problems_here(error)], 422)
        except api.ValuesLostError as error:
            return said_no([lost_here(error)], 422)
        except (RefusedError, api.BuildRefusedError, api.EngineMissingError) as error:
            return said_no([str(error)], 422)
        except msgspec.DecodeError:
            return said_no(["请求的内容不对，请刷新页面再试"], 400)
        except EndedError:
            return JSONResponse({"cancelled": True})
        except asyncio.CancelledError:
            return said_no(["已经取消，没有生成"], 409)
        except TimeoutError:
            return said_no(["用了太久，没有完成"], 503)
    return replied


def _out_of_date(now: Opened) -> Response:
    said = "文件在别处改过了，没有覆盖"
    return JSONResponse({"message": said, "layout": layout(now), "now": state(now)}, 409)


def said_no(messages: list[str], status: int) -> Response:
    """Return the answer that says why something was not done."""
    return JSONResponse({"message": said_here("；".join(messages))}, status)


async def broken_off(request: Request, error: Exception) -> Response:
    """Return the answer to what went wrong in the program itself, which the terminal has more of."""
    _LOG.error("程序出错了（%s %s），请把下面的内容交给维护程序的人：", request.method, request.url.path,
               exc_info=error)
    return said_no(["程序出错了，没有完成；文件里是最后一次显示“已保存”时的内容，请刷新页面再试"], 500)


async def body_of(request: Request, shape: type[Asked]) -> Asked:
    """Return what a request says, read strictly; raises msgspec.DecodeError."""
    try:
        return msgspec.json.decode(await request.body(), type=known_type(shape))
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(str(error)) from error
