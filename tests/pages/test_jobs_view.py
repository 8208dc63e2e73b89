"""What a reader sees of work in the background: its bar, its end, and which partners got nothing."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.shared.jobs import Job, Jobs, Progress

ANN, ALL = "ann tab", "*"


def screen() -> None:
    import streamlit as st

    from kpi.access import EVERYBODY_HERE
    from pages.shared import jobs_view
    from pages.shared.session import JOBS_OWNER

    class Scope:
        key = "*"

    class Here:
        scope = Scope()
        person = EVERYBODY_HERE("ann")

    st.session_state[JOBS_OWNER] = "tab"
    with st.sidebar:
        jobs_view.in_sidebar(Here())  # type: ignore[arg-type]
    jobs_view.cards(Here())  # type: ignore[arg-type]


@pytest.fixture
def jobs(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Jobs:
    own = Jobs(tmp_path)
    monkeypatch.setattr("pages.shared.jobs._jobs", own)
    monkeypatch.setattr("pages.shared.navigation.is_installed", lambda file: False)  # there is one page only
    return own


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    event = threading.Event()
    yield event
    event.set()


def finished(job: Job) -> Job:
    deadline = time.monotonic() + 20
    while not job.is_over:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return job


def shown() -> AppTest:
    app = AppTest.from_function(screen, default_timeout=60).run()
    assert not app.exception
    return app


def test_nothing_is_shown_without_a_job(jobs: Jobs) -> None:
    app = shown()
    assert not app.markdown
    assert not app.caption


def test_a_running_job_has_a_bar_and_can_be_cancelled(jobs: Jobs, gate: threading.Event) -> None:
    def work(progress: Progress) -> Path:
        progress.report(2, 8, "Muster & Co")
        while not gate.wait(0.01) and not progress.cancelled.is_set():
            pass
        return progress.folder / "packs.zip"

    job = jobs.start(ANN, ALL, "8 QBR packs", work)
    while job.progress.done != 2:
        time.sleep(0.01)
    app = shown()
    assert [bar.proto.value for bar in app.get("progress")] == [25, 25]
    (cancel,) = [button for button in app.button if button.label == "Cancel"]
    cancel.click().run()
    assert job.progress.cancelled.is_set()
    finished(job)
    assert "Cancelled; nothing was kept." in [text.value for text in shown().markdown]


def test_a_finished_job_offers_its_file_and_names_those_without_a_pack(jobs: Jobs) -> None:
    def work(progress: Progress) -> Path:
        for number in range(12):
            progress.problem(f"*Partner* {number}", "There are no figures.")
        progress.report(20, 20)
        (progress.folder / "packs.zip").write_bytes(b"zip")
        return progress.folder / "packs.zip"

    job = finished(jobs.start(ANN, ALL, "20 QBR packs", work))
    app = shown()
    assert [button.label for button in app.download_button] == ["Save 8 packs as a zip, 3 bytes"]
    (warning,) = app.warning
    assert "\\*Partner\\* 0" in warning.value
    assert "and 2 more" in warning.value
    next(button for button in app.button if button.label == "Put away").click().run()
    assert not app.download_button
    assert not job.progress.folder.exists()


def test_a_file_that_was_removed_is_not_offered(jobs: Jobs) -> None:
    def work(progress: Progress) -> Path:
        (progress.folder / "packs.zip").write_bytes(b"zip")
        return progress.folder / "packs.zip"

    job = finished(jobs.start(ANN, ALL, "1 QBR pack", work))
    assert job.file is not None
    job.file.unlink()
    app = shown()
    assert not app.download_button
    assert any("The file was removed" in text.value for text in app.markdown)
