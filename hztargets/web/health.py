"""`/healthz`: the process runs. `/readyz`: database and broker are reachable too. This middleware comes first."""

from collections.abc import Callable

import redis
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse


class HealthMiddleware:
    """Answers before host checks and sessions, because a probe has no valid host name and no session."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "ok"})
        if request.path == "/readyz":
            return readiness()
        return self.get_response(request)


def readiness() -> JsonResponse:
    """200 when pages can be served, else 503. A missing broker does not cause 503: filing works without it."""
    checks = {"database": _check(_database), "migrations": _check(_migrations), "broker": _check(_broker)}
    ready = checks["database"] == checks["migrations"] == "ok"
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def _check(probe: Callable[[], None]) -> str:
    try:
        probe()
    except Exception as error:  # the answer names any kind of error
        return type(error).__name__
    return "ok"


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> None:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are missing")


def _broker() -> None:
    client = redis.Redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    finally:
        client.close()
