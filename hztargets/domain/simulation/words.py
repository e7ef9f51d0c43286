"""The texts of a simulated report. They are data in the city's language, like all texts of departments."""

from dataclasses import dataclass
from datetime import date, timedelta

from hztargets.domain.calendar import first_of_next_month
from hztargets.domain.measures import measure_of
from hztargets.domain.simulation.draws import Draws
from hztargets.domain.simulation.outline import Figure, Outline

_CAUSES = (
    "部分项目前期手续办理时间较长，实际开工比计划晚",
    "上级认定批次尚未公布，已申报的数量暂不能计入",
    "受节假日和连续阴雨影响，现场进度偏慢",
    "资金按工程节点拨付，前几个月支付较少",
    "企业申报意愿低于年初摸底的预期",
)
_REMEDIES = (
    "已逐项列出清单并明确责任人，每周调度一次",
    "会同区县加快前期审批，本季度内完成剩余项目开工",
    "已组织两轮上门辅导，下月集中申报一批",
    "与主管部门核对口径和拨付节点，按月补齐",
)
_RETURNS = ("与台账数不一致，请核对是否重复计入", "请补充佐证材料后重新报送", "请核对统计口径并说明与上月的差异")
RESTATED = "更正：经核对，原报数重复计入，现按台账更正。"


@dataclass(frozen=True, slots=True)
class SimulatedWords:
    """`cause`, `remedy` and `expected_on` only where the figure is behind."""

    note: str
    cause: str = ""
    remedy: str = ""
    expected_on: date | None = None
    return_reason: str = ""


def words_for(outline: Outline, month: int, figure: Figure, draws: Draws) -> SimulatedWords:
    draws = draws.within("words", month)
    note, reason = _note(outline, month, figure), draws.choose("return", dict.fromkeys(_RETURNS, 1.0))
    if not figure.is_behind:
        return SimulatedWords(note, expected_on=figure.expected_on, return_reason=reason)
    return SimulatedWords(
        note=note,
        cause=draws.choose("cause", dict.fromkeys(_CAUSES, 1.0)),
        remedy=draws.choose("remedy", dict.fromkeys(_REMEDIES, 1.0)),
        expected_on=figure.expected_on or _catches_up_on(outline.year, month, draws),
        return_reason=reason,
    )


def _catches_up_on(year: int, month: int, draws: Draws) -> date:
    """Some months ahead, at a month's end; from autumn on the end of the year, in December the spring after."""
    if month == 12:
        return first_of_next_month(year + 1, 3) - timedelta(days=1)
    return first_of_next_month(year, min(12, month + draws.whole("months", 2, 4))) - timedelta(days=1)


def _note(outline: Outline, month: int, figure: Figure) -> str:
    if figure.done_on is not None:
        return f"{figure.done_on:%Y年%m月%d日}已完成。"
    if measure_of(outline).is_milestone:
        return f"{month}月末完成{figure.value}%，各项工作按节点推进中。"
    span = f"1—{month}月" if month > 1 else "1月"
    notes = {
        "cumulative": f"{span}累计{figure.value}{outline.unit}",
        "growth": f"{span}同比增长{figure.value}%",
        "relative": f"{span}为{figure.value}%，对照数为{figure.comparator}%",
    }
    return notes.get(outline.measure, f"{month}月末为{figure.value}{outline.unit}") + "，数据来自部门台账。"
