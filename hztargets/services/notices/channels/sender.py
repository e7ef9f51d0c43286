"""What each channel gives to `delivering`."""

from collections.abc import Callable
from dataclasses import dataclass

from hztargets.models import Delivery, User
from hztargets.services.working_off import RetryPolicy


@dataclass(frozen=True)
class Sender:
    """`address_of` is empty for an account that cannot be reached; `send` sends to the delivery's address or raises."""

    address_of: Callable[[User], str]
    send: Callable[[Delivery], None]
    policy: RetryPolicy
