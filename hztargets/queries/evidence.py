from django.db.models import Prefetch

from hztargets.models import Evidence, User
from hztargets.models.evidence import EvidenceQuerySet

WITH_EVIDENCE = Prefetch("evidence", Evidence.objects.select_related("uploaded_by").order_by("uploaded_at", "pk"))
"""For reports that were chosen by who may see them."""


def evidence_for(user: User) -> EvidenceQuerySet:
    """Every file the user may see, without its content."""
    return Evidence.objects.visible_to(user).select_related(
        "report__goal__lead", "report__period__document", "uploaded_by"
    )
