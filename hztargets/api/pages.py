from rest_framework.pagination import PageNumberPagination


class Pages(PageNumberPagination):
    """Fifty rows a page; `page_size` asks for more, up to a whole city's goals."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
