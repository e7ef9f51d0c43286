"""A country of cities through the production path: scheduled jobs, claimed by worker processes, against the floor."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from django.db.models import Max

from hztargets.models import Assessment, AssessmentRun, Document, Job, JudgedGoal, User
from hztargets.services.job_kinds import schedule_assessment
from tests.benchmarks import floors
from tests.benchmarks.cities import GOALS, add_cities, add_reports
from tests.benchmarks.crew import WORKERS, Work, work
from tests.benchmarks.timing import Figure

_CHANGED = 100
"""One goal in so many has a new report by the next night."""


def measure_scale(template: Document, now: datetime) -> list[Figure]:
    cities = int(os.environ.get("HZ_BENCH_DOCUMENTS") or 333)
    users = {
        "clerk": User.objects.get(username="bench.filing").pk,
        "office": User.objects.get(username="bench.review").pk,
    }
    add_cities(template, cities, **users)
    documents = list(Document.objects.filter(pk__gt=template.pk).order_by("pk").values_list("pk", flat=True))
    year = _whole_year(template, documents, now)
    again = _all_again(template, documents, now + timedelta(days=1))
    night = now + timedelta(days=2)
    add_reports(template, month=12, known_on=night.date(), every=_CHANGED, **users)
    return [year, again, _night(template, documents, night)]


def _whole_year(template: Document, documents: Sequence[int], now: datetime) -> Figure:
    done = _assess_all(template, now)
    rows = Assessment.objects.filter(document__in=documents).count()
    name = f"judge and store {len(documents)} documents × {GOALS} goals × 12 months"
    figure = _figure(name, done, rows, _by_hand("year", documents, now.date()))
    return replace(figure, notes={**figure.notes, **_linearity(done)})


def _all_again(template: Document, documents: Sequence[int], now: datetime) -> Figure:
    """The night after an update of the program: every goal is assessed again, and one day has passed."""
    JudgedGoal.objects.filter(goal__document__in=documents).delete()
    done = _assess_all(template, now)
    assessed = Assessment.objects.current().filter(document__in=documents).count()
    name = f"replay the year of {len(documents) * GOALS} goals, store what changed"
    return _figure(name, done, assessed, _by_hand("night", documents, now.date()))


def _night(template: Document, documents: Sequence[int], now: datetime) -> Figure:
    last = AssessmentRun.objects.aggregate(last=Max("pk"))["last"]
    done = _assess_all(template, now)
    rows = Assessment.objects.filter(document__in=documents, run__gt=last).count()
    name = f"the next night: what changed of {len(documents) * GOALS} goals"
    return _figure(name, done, rows, _by_hand("night", documents, now.date()))


def _figure(name: str, done: Work, rows: int, floor: Work) -> Figure:
    return Figure(name=name, value=done.seconds, unit="s", floor=floor.seconds, n=rows, notes=_notes(done, rows))


def _assess_all(template: Document, now: datetime) -> Work:
    """All jobs of the night but the template's; every one must have been done at the first attempt."""
    schedule_assessment(now=now)
    Job.objects.filter(arguments__document=template.pk).delete()
    done = work("jobs", [{"now": now.isoformat()}] * WORKERS)
    assert not Job.objects.exclude(state=Job.State.DONE, attempts=1).exists()
    assert not AssessmentRun.objects.exclude(failed=[]).exists()
    return done


def _by_hand(mode: str, documents: Sequence[int], day: date) -> Work:
    shares = [list(documents[number::WORKERS]) for number in range(WORKERS)]
    with floors.twin_table():
        return work(mode, [{"documents": share, "day": str(day)} for share in shares])


def _notes(done: Work, rows: int) -> dict[str, float]:
    return {
        "rows/s": rows / done.seconds,
        "peak MB a worker": done.peak_mb,
        "processor s of the workers": sum(done.cpu),
        "load average of the machine": os.getloadavg()[0],
    }


def _linearity(done: Work) -> dict[str, float]:
    """Time per goal over the first so many goals, in the order they were done; a worker's own processor time beside it
    does not know who else was busy on the machine."""
    count = len(done.taken)
    notes = {}
    for size in [*(size for size in (1, 10, 100) if size < count), count]:
        goals = size * GOALS
        notes[f"ms a goal over {goals} goals"] = 1000 * sum(done.taken[:size]) / goals
        notes[f"   of it processor of the worker, {goals}"] = 1000 * sum(done.cpu[:size]) / goals
    return notes
