import csv
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from hztargets.domain.plan_table import COLUMNS
from hztargets.management.documents import add_document_argument, chosen_document
from hztargets.models import Goal
from hztargets.queries.decisions.plans import export_profile_rows, profiles_of


class Command(BaseCommand):
    help = "Prints the profile of every goal as CSV, to be filled in and read by import_profiles."

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_document_argument(parser)

    def handle(self, *_args: Any, **options: Any) -> None:
        document = chosen_document(options["document"])
        profiles = profiles_of(document, Goal.objects.filter(document=document).in_document_order())
        writer = csv.DictWriter(self.stdout, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(export_profile_rows(profiles))
        for profile in profiles:
            if profile.points_below_last_year is not None:
                self.stderr.write(
                    f"{profile.goal.code} {profile.goal.name}: by the end of June the plan is "
                    f"{profile.points_below_last_year:.1f} points below last year's shape"
                )
