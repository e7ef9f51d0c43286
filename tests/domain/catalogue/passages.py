"""The document in pieces, and where in them goals and explained numbers stand."""

import csv
import io
import re

from hztargets.domain.catalogue import Catalogue

Place = tuple[int, int]
FRONT, IMPRINT = (0, 0), (0, 78)


def passages(catalogue: Catalogue) -> dict[Place, str]:
    texts = {(clause.area, clause.number): clause.text for clause in catalogue.clauses}
    return {FRONT: catalogue.document.front, **texts, IMPRINT: catalogue.document.imprint}


def not_goals(files: dict[str, str]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files["not_goals.csv"])))


def spans_of_not_goals(catalogue: Catalogue, files: dict[str, str]) -> list[tuple[Place, range]]:
    found = []
    for row in not_goals(files):
        place = (int(row["area"]), int(row["clause"]))
        text = passages(catalogue)[place]
        assert text.count(row["context"]) == 1, row
        inside = [match.start() for match in re.finditer(rf"(?<![0-9.]){re.escape(row['number'])}", row["context"])]
        assert len(inside) == 1, row
        start = text.index(row["context"]) + inside[0]
        found.append((place, range(start, start + len(row["number"]))))
    return found


def spans_of_goals(catalogue: Catalogue) -> dict[Place, set[int]]:
    covered: dict[Place, set[int]] = {}
    for goal in catalogue.goals:
        covered.setdefault((goal.area, goal.clause), set()).update(range(goal.start, goal.start + goal.length))
    return covered
