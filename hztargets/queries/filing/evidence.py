from django.db.models import Prefetch
from django.utils.http import content_disposition_header

from hztargets.models import Evidence, User
from hztargets.models.evidence import EvidenceQuerySet

WITH_EVIDENCE = Prefetch("evidence", Evidence.objects.select_related("uploaded_by").order_by("uploaded_at", "pk"))
"""For reports already restricted to those that the user may see."""

_LEAVES_WITH = {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


def evidence_for(user: User) -> EvidenceQuerySet:
    """Every file the user may see, without its content."""
    return Evidence.objects.visible_to(user).select_related(
        "report__goal__lead", "report__period__document", "uploaded_by"
    )


def headers_of(evidence: Evidence) -> dict[str, str]:
    """HTTP headers of its content: saved as a file, never shown as a page of this site, never cached."""
    return {**_LEAVES_WITH, "Content-Disposition": content_disposition_header(True, evidence.name) or "attachment"}
