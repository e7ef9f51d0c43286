from typing import Any

from django.core.management.base import BaseCommand

from hztargets.domain.review_diagram import mermaid_diagram


class Command(BaseCommand):
    help = "Prints the states of a report as a Mermaid diagram. The README holds exactly this text."
    requires_system_checks: list[str] = []

    def handle(self, *_args: Any, **_options: Any) -> None:
        self.stdout.write(mermaid_diagram())
