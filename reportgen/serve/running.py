"""What takes long and goes on in the other process, each under a name, by which it can be ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from reportgen.findings import Origin, refuse
from reportgen.serve.preview import PageMaker


class EndedError(Exception):
    """Say that something was ended by who asked for it."""


class Running:
    """Run things in the other process, one at a time under each name."""

    def __init__(self, maker: PageMaker) -> None:
        self._maker = maker
        self._futures: dict[str, Any] = {}

    async def outcome(self, name: str, function: Callable[..., Any], *args: Any) -> Any:
        """Return what a function returns there.

        Raises InputError where something goes on under the name, EndedError where it was ended, RefusedError
        for what the function refuses.
        """
        if name in self._futures:
            raise refuse(Origin(name), "上一次的还没有完成，请等它完成，或先取消它，再做一次")
        future = self._maker.run(function, *args)
        self._futures[name] = future
        try:
            return await asyncio.wrap_future(future)
        except asyncio.CancelledError:
            if not future.cancelled():
                raise
            raise EndedError from None
        finally:
            del self._futures[name]

    @property
    def idle(self) -> bool:
        """Say whether nothing goes on."""
        return not self._futures

    def end(self, name: str) -> bool:
        """End what goes on under a name and say whether there was anything to end."""
        future = self._futures.get(name)
        return bool(future and future.cancel())
