"""`Idempotency-Key` on POST: a repeated request has no second effect and gets the first answer."""

import json
from collections.abc import Callable
from functools import wraps
from hashlib import sha256
from typing import Any

from django.db import transaction
from rest_framework import serializers
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from hztargets import clock
from hztargets.domain.problems import Problem
from hztargets.messages import sentence
from hztargets.services.idempotency import MAX_KEY_LENGTH, Answer, claim_key, remember_answer

HEADER = "Idempotency-Key"
REPLAYED = "Idempotency-Replayed"

_Handler = Callable[..., Response]


def idempotent(handler: _Handler) -> _Handler:
    """Stores the answer in the transaction of the work; the answer of a refused request is not stored."""

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
        raise _refused(Problem("key_too_long", facts={"limit": MAX_KEY_LENGTH}))
    if not (key.isascii() and key.isprintable()):
        raise _refused(Problem("key_not_ascii"))
    return key


def _refused(problem: Problem) -> serializers.ValidationError:
    return serializers.ValidationError({HEADER: [sentence(problem)]}, code=problem.code)


def _hash_of(request: Request) -> str:
    """Equal for requests with the same method and content; the order of fields does not matter."""
    content = [request.method, request.data]
    return sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()


def _again(answer: Answer) -> Response:
    headers = {REPLAYED: "true", **({"Location": answer.location} if answer.location else {})}
    return Response(json.loads(answer.body), status=answer.status, headers=headers)
