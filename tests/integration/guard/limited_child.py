"""Runs in the process that opens uploaded files and prints what it was able to do there."""

import json
import os
import resource
import sys

from hztargets.guard.child import prepare

if __name__ == "__main__":
    prepare()
    import openpyxl  # noqa: F401 - for what it drags along

    results = {
        "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
        "seconds": resource.getrlimit(resource.RLIMIT_CPU)[0],
        "names": sorted(name for name in os.environ if name not in ("LC_CTYPE",)),
        "django": "django" in sys.modules,
        "numpy": bool(sys.modules.get("numpy")),
    }
    sys.stdout.write(json.dumps(results))
