"""Let the Python of this folder find what lies in it."""

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[3] / "site"))
