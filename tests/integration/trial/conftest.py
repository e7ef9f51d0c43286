"""One trial service for all tests here: its first start, with loading, is the slow part."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.trial.running import Trial, unused_port


@pytest.fixture(scope="package")
def service() -> Iterator[Trial]:
    yield from _trial()


@pytest.fixture(scope="package")
def servers() -> Iterator[Trial]:
    """For tests of the servers without web and worker."""
    yield from _trial()


@pytest.fixture
def running(service: Trial) -> Trial:
    service.start()
    return service


def _trial() -> Iterator[Trial]:
    """In a folder that root's database account may enter, with a space in its name."""
    parent = Path(tempfile.mkdtemp(prefix="hz trial "))
    parent.chmod(0o755)
    trial = Trial(parent / "data", unused_port())
    try:
        yield trial
    finally:
        trial.stop()
        shutil.rmtree(parent)
