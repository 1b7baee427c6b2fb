"""Show how work on many files gets on: a bar on a terminal, a line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from typing import Any

from reportgen.cli.messages import say_error

SECONDS_A_LINE = 10.0   # where output goes to a file, how often a line tells of the progress


class Progress:
    """Count files as they are done; `failure` is what became of those that went wrong (没有生成)."""

    def __init__(self, failure: str, total: int = 0) -> None:
        self.failure, self.total, self.done, self.wrong = failure, total, 0, 0
        self.started = self.told = time.monotonic()
        self.bar: Any = None
        if total:
            self.expect(total)

    def __enter__(self) -> Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self.bar is not None:
            self.bar.close()

    def expect(self, total: int) -> None:
        """Take over how many files there are to do, which may show only once they have been looked at."""
        self.total = total
        self.started = self.told = time.monotonic()
        if sys.stderr.isatty():
            from tqdm import tqdm

            self.bar = tqdm(total=total, file=sys.stderr, unit="份", dynamic_ncols=True,
                            bar_format="{bar} {n}/{total} 份，{rate_noinv_fmt}，还需 {remaining}，{desc}",
                            desc=f"{self.failure} 0 份")

    def count(self, wrong: bool) -> None:
        """Count one file and show where things stand."""
        self.done += 1
        self.wrong += wrong
        if self.bar is not None:
            self.bar.set_description_str(f"{self.failure} {self.wrong} 份", refresh=False)
            self.bar.update()
            return
        now = time.monotonic()
        if now - self.told >= SECONDS_A_LINE:
            self.told = now
            rate = self.done / (now - self.started)
            say_error(f"{self.done}/{self.total} 份，{self.failure} {self.wrong} 份，"
                      f"每秒 {rate:.1f} 份，还需 {(self.total - self.done) / rate:.0f} 秒")
