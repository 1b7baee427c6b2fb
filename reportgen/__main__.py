"""Run the command line as `python -m reportgen`."""

import sys

from reportgen.cli.main import main

sys.exit(main())
