"""The moment that built files carry, where the environment gives one."""

from __future__ import annotations

import datetime
import os
import re

from reportgen.findings import Origin, refuse

_LAST_SECOND = 253402300799     # of the year 9999


def moment_given() -> datetime.datetime | None:
    """Return the moment that SOURCE_DATE_EPOCH gives, or None where it is not set.

    Raises InputError where it is no number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if not epoch:
        return None
    if not re.fullmatch(r"[0-9]{1,12}", epoch) or int(epoch) > _LAST_SECOND:
        raise refuse(Origin("SOURCE_DATE_EPOCH"), "环境变量应当是 1970 年以来的秒数，例如 1735603200；"
                                                  "请改正，或用 unset SOURCE_DATE_EPOCH 去掉")
    return datetime.datetime.fromtimestamp(int(epoch), datetime.UTC)
