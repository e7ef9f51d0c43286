from typing import Any

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.pagination import PageNumberPagination
from rest_framework.request import Request


class Pages(PageNumberPagination):
    """Fifty rows a page; `page_size` asks for more, up to a whole city's goals. Rows are never left out silently."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500

    def get_page_size(self, request: Request) -> int:
        size = request.query_params.get("page_size", "")
        if not size:
            return self.page_size
        if not (size.isascii() and size.isdigit() and len(size) <= 3 and 1 <= int(size) <= self.max_page_size):
            message = _("Write a whole number from 1 to %(most)s.") % {"most": self.max_page_size}
            raise serializers.ValidationError({"page_size": [ErrorDetail(message, "out_of_range")]})
        return int(size)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        parameters: list[dict[str, Any]] = super().get_schema_operation_parameters(view)
        for parameter in parameters:
            parameter["schema"]["minimum"] = 1
            if parameter["name"] == "page_size":
                parameter["schema"] |= {"maximum": self.max_page_size, "default": self.page_size}
        return parameters
