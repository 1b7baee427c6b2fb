"""Produce the 政府信息公开工作年度报告 of a Chinese government agency from one data file a year.

report = reportgen.read("2024.yaml")
findings = reportgen.check(report)
paths = reportgen.build(report, "out")
"""

from typing import TYPE_CHECKING, Any

from reportgen import api as _api
from reportgen.api import __all__

if TYPE_CHECKING:
    from reportgen.api import *  # noqa: F403 - every name of it is one of this package
else:
    def __getattr__(name: str) -> Any:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(_api, name)
