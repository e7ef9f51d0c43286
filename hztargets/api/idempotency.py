"""`Idempotency-Key` on POST: one effect and one answer, however often the request arrives."""

import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from hztargets import clock
from hztargets.services.idempotency import MAX_KEY_LENGTH, Answer, claim_key, remember_answer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

_Handler = Callable[..., Response]


def idempotent(handler: _Handler) -> _Handler:
    """Does the work and keeps its answer in one transaction; a refused request is not kept, as it changed nothing."""

    @wraps(handler)
    def guarded(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = _key_of(request)
        if not key:
            return handler(view, request, *args, **kwargs)
        with transaction.atomic():
            row, answer = claim_key(
                key=key, path=request.path, request_hash=_hash_of(request), by=view.reader, now=clock.real_now()
            )
            if answer is not None:
                return _again(answer)
            response = handler(view, request, *args, **kwargs)
            body = JSONRenderer().render(response.data).decode()
            remember_answer(row=row, answer=Answer(response.status_code, body, response.get("Location", "")))
        return response

    guarded.is_idempotent = True  # type: ignore[attr-defined]
    return guarded


def _key_of(request: Request) -> str:
    key: str = request.headers.get(HEADER, "").strip()
    if len(key) > MAX_KEY_LENGTH:
        message = _("The Idempotency-Key is longer than %(limit)s characters.") % {"limit": MAX_KEY_LENGTH}
        raise serializers.ValidationError({HEADER: [message]}, code="too_long")
    if not (key.isascii() and key.isprintable()):
        message = _("The Idempotency-Key may hold only letters, digits and signs of ASCII.")
        raise serializers.ValidationError({HEADER: [message]}, code="invalid")
    return key


def _hash_of(request: Request) -> str:
    """Equal for requests that ask for the same, whatever the order of their fields."""
    given = [request.method, request.data]
    return sha256(json.dumps(given, sort_keys=True, default=str).encode()).hexdigest()


def _again(answer: Answer) -> Response:
    headers = {REPLAYED: "true", **({"Location": answer.location} if answer.location else {})}
    return Response(json.loads(answer.body), status=answer.status, headers=headers)
