"""Shared by commands: the option that names a document, and errors with a sentence."""

from argparse import ArgumentParser

from django.core.management.base import CommandError

from hztargets.models import Document
from hztargets.queries.catalogue import latest_document


def add_document_argument(parser: ArgumentParser, *, required: bool = False) -> None:
    parser.add_argument("--document", metavar="NUMBER", required=required, help="document number, default the latest")


def chosen_document(number: str | None) -> Document:
    document = Document.objects.filter(number=number).first() if number else latest_document()
    if document is not None:
        return document
    known = "、".join(Document.objects.order_by("number").values_list("number", flat=True)) or "none yet"
    missing = f"There is no document {number!r}" if number else "There is no document"
    raise CommandError(f"{missing}. Known: {known}. Load one with `manage.py import_document fixtures/hangzhou-2024`.")
