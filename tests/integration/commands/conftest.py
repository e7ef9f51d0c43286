"""How the tests of commands call one."""

import io

from django.core.management import call_command


def run(name: str, *arguments: object, **options: object) -> tuple[str, str]:
    """What the command printed and what it wrote to the error stream."""
    out, error = io.StringIO(), io.StringIO()
    call_command(name, *map(str, arguments), stdout=out, stderr=error, **options)
    return out.getvalue(), error.getvalue()
