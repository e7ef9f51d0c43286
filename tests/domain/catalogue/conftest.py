from pathlib import Path

import pytest

from hztargets.domain.catalogue import Catalogue, read_catalogue

FOLDER = Path(__file__).parents[3] / "fixtures" / "hangzhou-2024"

SAMPLE = {
    "document.toml": """number = "某政〔2031〕5号"
title = "某市若干政策"
issuer = "某市人民政府"
year = 2031
issued_on = 2031-02-03
source = "样例"
""",
    "text.txt": """某市人民政府文件
某政〔2031〕5号
一、扩大投资政策（由市甲局、市乙局牵头实施）
2031年，完成投资30亿元以上，其中民间投资12亿元。
（一）资金保障。市财政安排资金6.6亿元。其中，道路4.5亿元，水利2.1亿元。（责任单位：市乙局）
（二）重点项目。新增企业20家左右，培育1—2个基地。
新建学校3所，2031年秋季投用。（责任单位：市乙委、市甲局）
二、民生政策（由市丙局牵头实施）
保障民生。
（三）健康服务。完成体检5万人，完成随访5万人。（责任单位：市丙局）
上述2个领域支持总额为6亿元。
抄送：市委各部门。
""",
    "departments.csv": """code,name,aliases,kind
jia,市甲局,,government
yi,市乙局,市乙委；乙管委会,government
bing,市丙局,,government
""",
    "goals.csv": """code,area,clause,kind,name,value,value_max,unit,direction,measure,period,due,departments,parent,quote,frequency,expr,count,precision
A1-01,1,0,goal,完成投资,30,,亿元,>=,cumulative,2031,,,,完成投资30亿元以上,monthly,,,2
A1-02,1,0,goal,民间投资,12,,亿元,=,cumulative,2031,,,A1-01,其中民间投资12亿元,monthly,,,2
C01-01,1,1,budget,资金,6.6,,亿元,=,cumulative,2031,,,,市财政安排资金6.6亿元,monthly,,,
C01-02,1,1,budget,道路,4.5,,亿元,=,cumulative,2031,,,C01-01,道路4.5亿元,monthly,,,
C01-03,1,1,budget,水利,2.1,,亿元,=,cumulative,2031,,,C01-01,水利2.1亿元,monthly,,,
C02-01,1,2,goal,企业,20,,家,~,cumulative,2031,,,,新增企业20家左右,monthly,,yes,0
C02-02,1,2,goal,基地,1,2,个,=,cumulative,2031,,,,培育1—2个基地,monthly,,yes,0
C02-03,1,2,milestone,投用,,,,=,milestone,2031,2031-11-30,市甲局、乙管委会,,新建学校3所，2031年秋季投用,monthly,,,
C03-01,2,3,goal,体检,5,,万人,=,cumulative,2031,,,,完成体检5万人,monthly,,,
D04-01,0,4,budget,总额,6,,亿元,=,cumulative,2031,,市乙局,,支持总额为6亿元,monthly,,,
""",
}


@pytest.fixture
def sample() -> dict[str, str]:
    """A small sound folder of another city; tests break one thing in it."""
    return dict(SAMPLE)


@pytest.fixture(scope="session")
def hangzhou_files() -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}


@pytest.fixture(scope="session")
def hangzhou(hangzhou_files: dict[str, str]) -> Catalogue:
    return read_catalogue(hangzhou_files)
