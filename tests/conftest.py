"""What every test rests on: an environment that is the same everywhere, and engines that really run."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator, Iterator

import pytest
from hypothesis import settings

IN_CI = os.environ.get("CI") == "true"

# Git wants an author, and DVC would report home; a person's own settings must not change a test.
os.environ.update(
    GIT_AUTHOR_NAME="Tester",
    GIT_AUTHOR_EMAIL="tester@example.org",
    GIT_COMMITTER_NAME="Tester",
    GIT_COMMITTER_EMAIL="tester@example.org",
    GIT_CONFIG_GLOBAL=os.devnull,
    DVC_NO_ANALYTICS="1",
    NO_COLOR="1",
)

settings.register_profile("pipegen", deadline=None)  # a busy machine is not a failure
settings.register_profile(
    "thorough", deadline=None, max_examples=2000
)  # pytest --hypothesis-profile=thorough
if not IN_CI:  # there hypothesis has a profile of its own
    settings.load_profile("pipegen")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--regenerate", action="store_true", help="write golden files anew; a reviewer reads the diff"
    )


@pytest.fixture
def regenerate(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written anew."""
    return bool(request.config.getoption("--regenerate"))


@pytest.fixture(autouse=True)
def modules_of_one_test(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test imported from its own folder is not there for the next, which may call a module the same."""
    before = set(sys.modules)
    yield
    base = str(tmp_path_factory.getbasetemp())
    for name in set(sys.modules) - before:
        if any(place.startswith(base) for place in _places(sys.modules[name])):
            del sys.modules[name]


def _places(module: object) -> list[str]:
    return [str(one) for one in (getattr(module, "__file__", None), *getattr(module, "__path__", ())) if one]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a test of an engine that skips has failed: nothing else would notice that it never runs."""
    report = yield
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if IN_CI and skipped and item.get_closest_marker("engine"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} runs an engine and must not be skipped in CI: {_reason(report)}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips as a whole may hold tests of engines, so it fails too."""
    report = yield
    if IN_CI and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"{collector.nodeid} must not be skipped as a whole in CI: {_reason(report)}"
    return report


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    found = report.longrepr
    return str(found[2]) if isinstance(found, tuple) else str(found)
