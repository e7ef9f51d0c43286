import re
from io import StringIO

from django.conf import settings
from django.core.management import call_command

from hztargets.models import Report, Role


def printed() -> str:
    out = StringIO()
    call_command("diagram_states", stdout=out)
    return out.getvalue()


def test_the_readme_holds_exactly_what_the_command_prints() -> None:
    readme = (settings.ROOT / "README.md").read_text(encoding="utf-8")
    diagrams = re.findall(r"```mermaid\n(stateDiagram.*?)```", readme, re.DOTALL)
    assert diagrams == [printed()]


def test_the_diagram_knows_every_state_and_only_real_roles() -> None:
    lines = printed().splitlines()
    assert lines[0] == "stateDiagram-v2"
    arrow = re.compile(r"    (\S+) --> (\w+|\[\*\])(?:: (.*))?")
    found = [arrow.fullmatch(line) for line in lines[1:]]
    assert all(found)
    states = {state for match in found if match for state in match.groups()[:2]} - {"[*]"}
    assert states == set(Report.State.values)
    named = {name for line in lines for part in re.findall(r"\((.*?)\)", line) for name in part.split(", ")}
    assert named - {"four eyes"} <= {role.replace("_", " ") for role in Role.values}
