"""The table of transitions as a Mermaid state diagram, for the README."""

from collections import defaultdict
from collections.abc import Mapping

from hztargets.domain.review import TRANSITIONS, Transition


def mermaid_diagram(transitions: Mapping[str, Transition] = TRANSITIONS) -> str:
    """One arrow for each pair of states, with the actions that lead along it and who may take them."""
    arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
    sources: set[str] = set()
    for rule in transitions.values():
        sources |= rule.sources
        for source in sorted(rule.sources):
            arrows[source, rule.target].append(_label(rule))
    targets = {rule.target for rule in transitions.values()}
    first = f"    [*] --> draft: file ({_people(transitions['edit'])})"
    between = [f"    {source} --> {target}: {', '.join(labels)}" for (source, target), labels in arrows.items()]
    last = [f"    {state} --> [*]" for state in sorted(targets - sources)]
    return "\n".join(["stateDiagram-v2", first, *between, *last])


def _label(rule: Transition) -> str:
    eyes = ", four eyes" if rule.four_eyes else ""
    return f"{rule.action} ({_people(rule)}{eyes})"


def _people(rule: Transition) -> str:
    return ", ".join(sorted(rule.roles)).replace("_", " ")
