"""The properties of each kind of notice."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from hztargets.models import Channel, NoticeKind, Role


@dataclass(frozen=True)
class KindOfNotice:
    """`roles` by the colour of the light; within `quiet` days nothing is repeated unless it got worse."""

    roles: Mapping[str, frozenset[Role]]
    quiet: timedelta
    channels: tuple[Channel, ...]
    template: str


KINDS: Mapping[NoticeKind, KindOfNotice] = {
    NoticeKind.FLAGS: KindOfNotice(
        roles={
            "amber": frozenset({Role.CLERK, Role.OFFICE}),
            "red": frozenset({Role.CLERK, Role.DEPARTMENT_HEAD, Role.OFFICE}),
        },
        quiet=timedelta(days=30),
        channels=(Channel.EMAIL,),
        template="hztargets/emails/flags",
    )
}
