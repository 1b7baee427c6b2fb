"""A plugin of pytest for mutants: no test takes from a cache what was made before the mutant was there."""

import sys


def pytest_runtest_setup() -> None:
    """Empty every cache of the package."""
    for name, module in list(sys.modules.items()):
        if name.startswith("reportgen."):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
    if vocabulary := sys.modules.get("reportgen.checks.prose.vocabulary"):
        vocabulary._KNOWN.clear()
