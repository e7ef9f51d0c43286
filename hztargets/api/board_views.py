from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from hztargets import clock
from hztargets.api.inputs import BoardQuerySerializer
from hztargets.api.lights import BoardSerializer
from hztargets.api.problems import UnknownReferenceError
from hztargets.api.references import find_document, find_period
from hztargets.api.views import ApiView
from hztargets.models import Document, Period
from hztargets.queries.board.board import read_board
from hztargets.queries.catalogue import open_periods


class BoardView(ApiView):
    @extend_schema(operation_id="board_retrieve", parameters=[BoardQuerySerializer], responses=BoardSerializer)
    def get(self, request: Request) -> Response:
        """Counters and rows of one month, the same figures as the page."""
        query = BoardQuerySerializer(data={name: text for name, text in request.query_params.items() if text})
        query.is_valid(raise_exception=True)
        label = query.validated_data["period"]
        document = find_document(self.reader, query.validated_data["document"], label)
        period = find_period(document, label) if label else _last_open(document)
        board = read_board(self.reader, period, as_of=query.validated_data.get("as_of"))
        return Response(BoardSerializer(board).data)


def _last_open(document: Document) -> Period:
    periods = open_periods(document, clock.today())
    if not periods:
        raise UnknownReferenceError("period", _("No period of this document is open yet."))
    return periods[-1]
