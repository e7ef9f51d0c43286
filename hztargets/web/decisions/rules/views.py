"""The rule sets of a document: all versions in words, and the office's form for a new version."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from hztargets import clock
from hztargets.domain.ruleset import RuleSet
from hztargets.models import Document, Role, RuleSetVersion
from hztargets.queries.decisions.plans import is_year_open
from hztargets.queries.decisions.rules import rule_set_versions, rule_sets_in_force, rules_named
from hztargets.services.decisions.rules import add_rule_set_version
from hztargets.services.errors import ServiceError
from hztargets.services.jobs import add_job
from hztargets.tasks import nudge_jobs
from hztargets.web.access import READERS, SignedInRequest, document_or_404, for_roles
from hztargets.web.decisions.backtests import Comparison, NamedRules, compare_rules, rule_choices, version_title
from hztargets.web.decisions.rules.form import RulesForm, initial_of
from hztargets.web.decisions.rules.words import method_word, rules_title, sections, sentences


@dataclass(frozen=True)
class ListedVersion:
    """`months` are those the version applies to; empty when later versions apply to all of them."""

    version: RuleSetVersion
    title: str
    method: str
    sentences: list[str]
    months: list[int]


@for_roles(READERS)
def rules_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    in_force = rule_sets_in_force(document)
    rows = [_listed(version, in_force) for version in rule_set_versions(request.user, document)]
    context = {"document": document, "rows": rows, "may_decide": request.user.role == Role.OFFICE}
    return render(request, "hztargets/pages/rules.html", context)


@for_roles(READERS)
def rules_version_page(request: SignedInRequest, document_id: int, number: int) -> HttpResponse:
    document = document_or_404(request.user, document_id)
    versions = rule_set_versions(request.user, document)
    version = next((row for row in versions if row.version == number), None)
    if version is None:
        raise Http404
    context = {
        "document": document,
        "row": _listed(version, rule_sets_in_force(document)),
        "sections": sections(version.to_rules()),
        "may_decide": request.user.role == Role.OFFICE,
    }
    return render(request, "hztargets/pages/rules_version.html", context)


@for_roles([Role.OFFICE])
def new_rules_page(request: SignedInRequest, document_id: int) -> HttpResponse:
    """The action `try` compares the form's rules with the version in force; `add` stores them as a new version."""
    document = document_or_404(request.user, document_id)
    versions = rule_set_versions(request.user, document)
    latest = versions[0] if versions else None
    shown = str(latest.version) if latest else ""
    if request.method != "POST":
        return _form_page(
            request, document, versions, RulesForm(initial=_initial(document, request, shown), shown=shown)
        )
    form = RulesForm(request.POST, shown=shown)
    form.is_valid()
    if request.POST.get("action") == "try":
        comparison = _try(request, document, latest, form) if form.is_valid() else None
        return _form_page(request, document, versions, form, comparison)
    if form.is_valid() and form.is_current() and _add(request, document, form):
        return redirect("rules", document.pk)
    return _form_page(request, document, versions, form)


def _initial(document: Document, request: SignedInRequest, latest: str) -> dict[str, Any]:
    """Values of the version or example named by `base`; of the latest version when `base` is empty or unknown."""
    base = request.GET.get("base", "")
    rules = rules_named(document, base or latest) or RuleSet()
    return {**initial_of(rules), "name": rules_title(rules.name)}


def _try(request: SignedInRequest, document: Document, latest: RuleSetVersion | None, form: RulesForm) -> Comparison:
    current = (
        NamedRules(version_title(latest), latest.to_rules())
        if latest
        else NamedRules(rules_title("likelihood"), RuleSet())
    )
    return compare_rules(request.user, document, [current, NamedRules(form.cleaned_data["name"], form.rules())])


def _add(request: SignedInRequest, document: Document, form: RulesForm) -> bool:
    """Adds the version and a job that assesses by it; False, with the error in the form, when it is refused."""
    moment = clock.now()
    try:
        version = add_rule_set_version(
            document=document,
            rules=form.rules(),
            effective_month=form.cleaned_data["effective_month"] or 0,
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=moment,
        )
    except ServiceError as error:
        form.refuse(error)
        return False
    ask_for_assessing(document, f"rules:{version.pk}")
    added = _("Added: %(title)s. The lights follow within minutes.") % {"title": version_title(version)}
    messages.success(request, added)
    return True


def ask_for_assessing(document: Document, slot: str) -> None:
    """Adds a job if the year is open; before that there is nothing to assess."""
    today = clock.today()
    if is_year_open(document, today):
        add_job(name="assess", slot=slot, arguments={"document": document.pk, "as_of": str(today)}, now=clock.now())
        nudge_jobs()


def _form_page(
    request: SignedInRequest,
    document: Document,
    versions: list[RuleSetVersion],
    form: RulesForm,
    comparison: Comparison | None = None,
) -> HttpResponse:
    form.offer_months(document)
    context = {
        "document": document,
        "form": form,
        "comparison": comparison,
        "choices": rule_choices(versions),
        "base": request.GET.get("base") or form.current,
    }
    return render(request, "hztargets/pages/rules_new.html", context)


def _listed(version: RuleSetVersion, in_force: Mapping[int, RuleSetVersion]) -> ListedVersion:
    """`in_force`: the version that applies in each month."""
    rules = version.to_rules()
    months = [month for month, applied in in_force.items() if applied.pk == version.pk]
    return ListedVersion(version, rules_title(version.name), method_word(rules.method), sentences(rules), months)
