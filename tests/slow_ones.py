"""Leave all but the first cases of a test that takes long to script/conformance."""

import pytest


def mostly_slow(cases, quick):
    """Return cases of a parametrised test: the first `quick` as they are, the others marked slow."""
    later = [case if isinstance(case, tuple) else (case,) for case in cases[quick:]]
    return [*cases[:quick], *(pytest.param(*case, marks=pytest.mark.slow) for case in later)]
