"""Produce the 政府信息公开工作年度报告 of a Chinese government agency from one data file a year.

report = reportgen.read("2024.yaml")
findings = reportgen.check(report)
paths = reportgen.build(report, "out")
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reportgen.checks import check
    from reportgen.findings import Finding, InputError, Origin, Severity
    from reportgen.outputs.build import BuildRefusedError, build, context
    from reportgen.report.model import Report
    from reportgen.sources import read
    from reportgen.version import __version__

__all__ = [
    "BuildRefusedError", "Finding", "InputError", "Origin", "Report", "Severity", "__version__", "build",
    "check", "context", "read",
]

# Loaded when asked for: the command line has to listen to signals before it loads what takes long.
_MODULES = {
    "reportgen.checks": ("check",),
    "reportgen.findings": ("Finding", "InputError", "Origin", "Severity"),
    "reportgen.outputs.build": ("BuildRefusedError", "build", "context"),
    "reportgen.report.model": ("Report",),
    "reportgen.sources": ("read",),
    "reportgen.version": ("__version__",),
}


def __getattr__(name: str) -> Any:
    for module, names in _MODULES.items():
        if name in names:
            return getattr(import_module(module), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
