"""Template context of every page: title, navigation, and whether the data is simulated."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from hztargets.domain.review import DEPARTMENT_ROLES, OVERSIGHT_ROLES
from hztargets.models import Document, Report, Role, User
from hztargets.queries.catalogue import latest_document
from hztargets.queries.filing.reports import review_queue


@dataclass(frozen=True)
class Link:
    """An entry of the navigation; `count` is the number of reports waiting there."""

    name: str
    label: str
    url: str
    is_current: bool
    count: int = 0


def frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    match = request.resolver_match
    if match is not None and match.app_name == "admin":
        return {}
    document = _document(match.kwargs.get("document_id") if match else None)
    if document is None or not isinstance(user, User):
        return {"frame_document": document, "navigation": [], "is_simulated": False}
    return {
        "frame_document": document,
        "navigation": _navigation(user, document, match.url_name if match else None),
        "is_simulated": Report.objects.filter(document=document, source=Report.Source.SIMULATED).exists(),
    }


def _document(document_id: object) -> Document | None:
    if isinstance(document_id, int):
        return Document.objects.filter(pk=document_id).first()
    return latest_document()


def _navigation(user: User, document: Document, current: str | None) -> list[Link]:
    def link(name: str, label: str, also: tuple[str, ...] = (), count: int = 0) -> Link:
        return Link(name, label, reverse(name, args=[document.pk]), current in (name, *also), count)

    links = []
    if user.role in DEPARTMENT_ROLES:
        links.append(link("filing", _("Filing"), also=("grid", "report", "sheet_upload", "sheet_preview")))
    if user.role in DEPARTMENT_ROLES | OVERSIGHT_ROLES:
        links.append(link("board", _("Lights"), also=("goal", "revise")))
    if user.role == Role.OFFICE or _endorses(user):
        waiting = review_queue(user).filter(document=document).count()
        label = _("Review") if user.role == Role.OFFICE else _("Endorsing")
        links.append(link("review", label, also=("approve", "return", "review_decide"), count=waiting))
    if user.role == Role.OFFICE:
        managing = ("period_extend", "period_close", "period_reopen", "periods_due_day", "periods_goal_due_day")
        links.append(link("periods", _("Reporting periods"), also=managing))
    if user.role in DEPARTMENT_ROLES | OVERSIGHT_ROLES:
        links.append(link("plans", _("Plans"), also=("plan", "past_year", "plans_import")))
        links.append(link("rules", _("Rules"), also=("rules_version", "rules_new", "backtest")))
        links.append(link("calendar", _("Calendar"), also=("calendar_notice",)))
    if user.role == Role.AUDITOR:
        links.append(Link("audit", _("Audit trail"), reverse("audit"), current == "audit"))
    if user.role == Role.SECURITY_ADMIN:
        is_current = current in ("tokens", "token_new", "token_replace")
        links.append(Link("tokens", _("API tokens"), reverse("tokens"), is_current))
    if user.is_staff:
        links.append(Link("admin", _("Administration"), reverse("admin:index"), False))
    return [*links, Link("help", _("Help"), reverse("help"), current == "help")]


def _endorses(user: User) -> bool:
    return user.role == Role.DEPARTMENT_HEAD and user.department is not None and user.department.endorses
