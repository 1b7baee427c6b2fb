"""Produce the 政府信息公开工作年度报告 of a Chinese government agency from one data file a year.

report = reportgen.read("2024.yaml")
findings = reportgen.check(report)
paths = reportgen.build(report, "out")
"""

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
