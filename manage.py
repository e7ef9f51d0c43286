#!/usr/bin/env python
"""Entry point of every management command; see README.md."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.base")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit('Django is not installed here. Run `make run` once, or `eval "$(make -s shell-env)"`.')
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
