"""Jobs in the background: bounded, their owner's alone, cancellable, and gone with their files."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from kpi.errors import InputRefused, UsageError
from pages.shared import jobs as module
from pages.shared.jobs import CANCELLED, DONE, FAILED, RUNNING, WAITING, Job, Jobs, Progress

ANN, BOB = "ann", "bob"
ALL = "all partners"


@pytest.fixture
def jobs(tmp_path: Path) -> Jobs:
    return Jobs(tmp_path)


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Held work goes on when it is set; the end of a test sets it."""
    event = threading.Event()
    yield event
    event.set()


def quick(progress: Progress) -> Path:
    progress.report(1, 2, "first")
    path = progress.folder / "made.zip"
    path.write_bytes(b"zip")
    progress.problem("Muster & Co", "has no figures")
    progress.report(2, 2, "second")
    return path


def held(gate: threading.Event) -> Callable[[Progress], Path]:
    def work(progress: Progress) -> Path:
        progress.report(1, 4, "waiting")
        while not gate.wait(0.01):
            if progress.cancelled.is_set():
                break
        return quick(progress)

    return work


def until(met: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def finished(job: Job) -> Job:
    until(lambda: job.is_over)
    return job


def test_a_job_ends_with_its_file_and_what_went_wrong(jobs: Jobs) -> None:
    job = finished(jobs.start(ANN, ALL, "Packs", quick))
    assert (job.state, job.progress.share, job.progress.now) == (DONE, 1.0, "second")
    assert job.file is not None
    assert job.file.read_bytes() == b"zip"
    assert job.progress.problems == (("Muster & Co", "has no figures"),)


def test_nobody_else_finds_or_stops_a_job(jobs: Jobs, gate: threading.Event) -> None:
    job = jobs.start(ANN, ALL, "Packs", held(gate))
    assert jobs.of(ANN, ALL) == [job]
    assert jobs.of(BOB, ALL) == []
    assert jobs.of(ANN, "one partner") == []  # the same session under another scope
    jobs.cancel(BOB, job.id)
    gate.set()
    assert finished(job).state == DONE
    jobs.put_away(BOB, job.id)
    assert jobs.of(ANN, ALL) == [job]
    jobs.put_away(ANN, job.id)
    assert jobs.of(ANN, ALL) == []
    assert not job.progress.folder.exists()


def test_one_job_runs_at_a_time_and_one_a_session(jobs: Jobs, gate: threading.Event) -> None:
    first = jobs.start(ANN, ALL, "Packs", held(gate))
    second = jobs.start(BOB, ALL, "Packs", quick)
    until(lambda: first.state == RUNNING)
    assert second.state == WAITING
    with pytest.raises(UsageError, match="Another export of yours"):
        jobs.start(ANN, ALL, "Packs", quick)
    gate.set()
    assert finished(second).state == DONE
    jobs.start(ANN, ALL, "Packs", quick)


def test_there_is_a_bound_on_those_waiting(jobs: Jobs, gate: threading.Event) -> None:
    for number in range(module.MOST_AT_ONCE):
        jobs.start(f"reader {number}", ALL, "Packs", held(gate))
    with pytest.raises(UsageError, match="Try again later"):
        jobs.start(ANN, ALL, "Packs", quick)


def test_one_person_in_many_tabs_does_not_keep_the_others_out(jobs: Jobs, gate: threading.Event) -> None:
    for number in range(module.MOST_OF_ONE):
        jobs.start(f"{BOB} in tab {number}", ALL, "Packs", held(gate), person=BOB)
    with pytest.raises(UsageError, match="of yours are under way in other tabs"):
        jobs.start(f"{BOB} in one more", ALL, "Packs", quick, person=BOB)
    taken = jobs.start(ANN, ALL, "Packs", quick, person=ANN)
    gate.set()
    assert finished(taken).state == DONE
    jobs.start(f"{BOB} in one more", ALL, "Packs", quick, person=BOB)


def test_a_running_job_is_cancelled_at_its_next_step_and_leaves_nothing(jobs: Jobs, gate: threading.Event) -> None:
    job = jobs.start(ANN, ALL, "Packs", held(gate))
    until(lambda: job.progress.done == 1)
    jobs.cancel(ANN, job.id)
    assert finished(job).state == CANCELLED
    assert job.file is None
    until(lambda: not job.progress.folder.exists())


def test_a_waiting_job_is_cancelled_at_once_and_never_runs(jobs: Jobs, gate: threading.Event) -> None:
    first = jobs.start(ANN, ALL, "Packs", held(gate))
    second = jobs.start(BOB, ALL, "Packs", quick)
    jobs.cancel(BOB, second.id)
    assert second.state == CANCELLED
    gate.set()
    finished(first)
    third = finished(jobs.start(ANN, ALL, "Packs", quick))
    assert (second.progress.done, third.state) == (0, DONE)


def test_what_goes_wrong_is_said_and_the_next_job_runs(
    jobs: Jobs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))

    def refused(progress: Progress) -> Path:
        raise InputRefused("There is no figure for 2031-01.")

    def broken(progress: Progress) -> Path:
        raise RuntimeError("a record's value")

    job = finished(jobs.start(ANN, ALL, "Packs", refused))
    assert (job.state, job.message) == (FAILED, "There is no figure for 2031-01.")
    job = finished(jobs.start(ANN, ALL, "Packs", broken))
    assert job.state == FAILED
    assert "quote incident" in job.message
    assert "record's value" not in job.message + (tmp_path / "kpi.log").read_text(encoding="utf-8")
    assert finished(jobs.start(ANN, ALL, "Packs", quick)).state == DONE


def test_files_nobody_asks_for_are_removed_after_some_time(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    job = finished(jobs.start(ANN, ALL, "Packs", quick))
    monkeypatch.setattr(module, "KEPT_SECONDS", 0.02)
    assert jobs.of(ANN, ALL) == [job]  # asked for again: kept as long again
    time.sleep(0.05)
    jobs.of(BOB, ALL)
    assert not job.progress.folder.exists()


def test_no_more_than_some_are_kept(jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEPT", 2)
    every = [finished(jobs.start(ANN, ALL, f"Packs {number}", quick)) for number in range(4)]
    jobs.of(BOB, ALL)
    assert [job.progress.folder.exists() for job in every] == [False, False, True, True]


def test_a_job_whose_owner_may_not_have_it_any_more_ends_at_its_next_step(jobs: Jobs, gate: threading.Event) -> None:
    allowed = [True]
    job = jobs.start(ANN, ALL, "Packs", held(gate), may_go_on=lambda: allowed[0])
    until(lambda: job.state == RUNNING)
    allowed[0] = False
    gate.set()
    assert finished(job).state == CANCELLED
    assert job.file is None
    assert not job.progress.folder.exists()


def test_one_that_waits_never_begins_and_one_that_is_done_loses_its_file(jobs: Jobs, gate: threading.Event) -> None:
    allowed, begun = [True], []

    def noted(progress: Progress) -> Path:
        begun.append(True)
        return quick(progress)

    done = finished(jobs.start(ANN, ALL, "Packs", quick, may_go_on=lambda: allowed[0]))
    assert done.file is not None
    assert done.file.exists()
    first = jobs.start(BOB, ALL, "Packs", held(gate))
    waiting = jobs.start(ANN, ALL, "Packs", noted, may_go_on=lambda: allowed[0])
    allowed[0] = False
    gate.set()
    assert finished(first).state == DONE
    assert finished(waiting).state == CANCELLED
    assert not begun
    assert jobs.of(ANN, ALL) == []
    assert not done.file.exists()
