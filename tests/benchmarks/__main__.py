"""`make bench`: our paths against hand-written SQL doing the same reads and writes, in the same run."""

import json
import logging
import os
import sys
from pathlib import Path

import django

from tests.benchmarks.timing import Figure


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    django.setup()
    logging.disable(logging.INFO)
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment, teardown_test_environment

    from tests.benchmarks.figures import GROUPS, measure

    chosen = sys.argv[1:]
    if unknown := set(chosen) - GROUPS.keys():
        sys.exit(f"No such figures: {', '.join(sorted(unknown))}. There are {', '.join(GROUPS)}.")
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        figures = measure(chosen)
    finally:
        connection.creation.destroy_test_db(settings.DATABASES["default"]["NAME"], verbosity=0)
        teardown_test_environment()
    print_table(figures)
    out = Path(os.environ.get("BENCH_OUT") or settings.DATA_DIR) / "bench.json"
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([figure.to_json() for figure in figures], ensure_ascii=False, indent=1) + "\n")
    print(f"written to {out}")


def print_table(figures: list[Figure]) -> None:
    print(f"{'figure':<52}{'value':>10} {'unit':<5}{'SQL floor':>10}{'ratio':>8}{'n':>8}")
    for figure in figures:
        print(
            f"{figure.name:<52}{figure.value:>10.2f} {figure.unit:<5}{figure.floor:>10.2f}"
            f"{figure.ratio:>8.2f}{figure.n:>8}"
        )
        for name, value in figure.notes.items():
            print(f"    {name:<48}{value:>10.2f}")
    print("ms: medians of n runs; s: one run over n rows. ratio = value / floor, so smaller is better")


if __name__ == "__main__":
    main()
