"""Download of an evidence file."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from hztargets.queries.filing.evidence import evidence_for, headers_of
from hztargets.web.access import READERS, SignedInRequest, for_roles


@require_safe
@for_roles(READERS)
def download(request: SignedInRequest, evidence_id: int) -> HttpResponse:
    file = evidence_for(request.user).filter(pk=evidence_id).select_related("content").first()
    if file is None:
        raise Http404
    return HttpResponse(file.content.data, content_type=file.content_type, headers=headers_of(file))
