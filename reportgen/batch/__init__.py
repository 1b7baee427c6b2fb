"""Check and build the reports of many agencies at once: no failure stops the others, no work is done twice."""

from reportgen.batch.run import Batch, run_batch
from reportgen.batch.work import Outcome, Status
from reportgen.folders import find_files

__all__ = ["Batch", "Outcome", "Status", "find_files", "run_batch"]
