"""The process in which a zipped document is checked: `python -m …package_child EXTENSION MARK`."""

import sys
from typing import Any

from hztargets.guard.child import answer
from hztargets.guard.package import check_package


def main(extension: str) -> None:
    def read(data: bytes) -> dict[str, Any]:
        check_package(data, extension)
        return {"kind": extension}

    answer(read)


if __name__ == "__main__":
    main(sys.argv[1])
