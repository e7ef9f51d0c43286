"""Example requests of the OpenAPI description: one goal's report for July, from draft to correction."""

from drf_spectacular.utils import OpenApiExample

FILING = OpenApiExample(
    "新增一期报告 A month's figure",
    value={
        "goal": "A6-05",
        "period": "2024-07",
        "value": 47.88,
        "note": "新签约项目12个",
        "cause": "2个重大项目推迟签约",
        "remedy": "专班每周跟进",
        "expected_on": "2024-10-31",
    },
    request_only=True,
)
NIL = OpenApiExample(
    "本月无进展 No progress this month",
    value={"goal": "A6-05", "document": "杭政函〔2024〕16号", "period": "2024-07", "nil": True, "note": "项目在评审"},
    request_only=True,
)
WITH_UNIT = OpenApiExample(
    "带单位的数值 A figure with its unit",
    value={"goal": "A6-05", "period": "2024-07", "value": "47.88亿美元"},
    request_only=True,
)
CHANGE = OpenApiExample("修改草稿 A change", value={"revision": 1, "value": 48.1}, request_only=True)
CORRECTION = OpenApiExample(
    "更正已核准数据 A correction", value={"value": 47.5, "reason": "重复统计1个项目"}, request_only=True
)
RETURN = OpenApiExample("退回 A return", value={"reason": "口径与上月不一致"}, request_only=True)
