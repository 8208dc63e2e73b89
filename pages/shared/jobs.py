"""Work that goes on while the reader looks at something else: one at a time, in one thread of the process.

A job belongs to the person and session that began it and to what they may see; nobody else finds it. It ends where its
owner may not have what it makes any more: at its next step, or with its file. The file lies in a folder of its own,
which goes when the job is put away, when nobody has asked for it for KEPT_SECONDS, or when the process ends. The
work gets a ``Progress`` and nothing of Streamlit: it must not draw.
"""

from __future__ import annotations

import atexit
import secrets
import shutil
import tempfile
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from kpi.access import EVERYTHING, Scope
from kpi.errors import KpiError, UsageError
from kpi.incidents import record

WAITING, RUNNING, DONE, FAILED, CANCELLED = STATES = ("waiting", "running", "done", "failed", "cancelled")
MOST_AT_ONCE = 8  # of all sessions, those waiting and the one that runs
MOST_OF_ONE = 2  # of those, of one person in however many tabs
MOST_KEPT = 32  # finished ones; beyond, the oldest go
KEPT_SECONDS = 2 * 60 * 60


def _always() -> bool:
    return True


@dataclass
class Progress:
    """What the work tells, and whether it shall stop. Safe for threads: each field is replaced as a whole.

    ``may_go_on``: whether its owner may still have what it makes; asked at every step.
    """

    folder: Path
    may_go_on: Callable[[], bool] = _always
    done: int = 0
    total: int = 0
    now: str = ""
    problems: tuple[tuple[str, str], ...] = ()  # (what it is about, what went wrong)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def report(self, done: int, total: int, now: str = "") -> None:
        self.done, self.total, self.now = done, total, now
        self.stop_unless_allowed()

    def stop_unless_allowed(self) -> None:
        if not self.cancelled.is_set() and not self.may_go_on():
            self.cancelled.set()

    def problem(self, about: str, what: str) -> None:
        self.problems = (*self.problems, (about, what))

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return min(self.done / self.total, 1.0) if self.total else 0.0


Work = Callable[[Progress], Path]


@dataclass
class Job:
    """``message``: why it failed, for a person. ``file``: what came of it, None until it is done.

    ``of``: the partners whose data it takes. ``person``: whose it is, in whatever tab it was begun.
    """

    id: str
    owner: str
    scope: object
    name: str
    progress: Progress
    state: str = WAITING
    message: str = ""
    file: Path | None = None
    asked_at: float = field(default_factory=time.monotonic)
    of: Scope = EVERYTHING
    person: str = ""

    @property
    def is_over(self) -> bool:
        return self.state not in (WAITING, RUNNING)


class Jobs:
    """The jobs of one process. Every look-up names the owner and the scope."""

    def __init__(self, folder: Path | None = None) -> None:
        self._lock = threading.Condition()
        self._jobs: dict[str, Job] = {}
        self._waiting: deque[tuple[Job, Work]] = deque()
        self._thread: threading.Thread | None = None
        self._given = folder
        self._folder: Path | None = None
        atexit.register(self._remove_all)

    def start(
        self,
        owner: str,
        scope: object,
        name: str,
        work: Work,
        *,
        of: Scope = EVERYTHING,
        person: str = "",
        may_go_on: Callable[[], bool] = _always,
    ) -> Job:
        """Begins ``work``, or lets it wait for its turn. Raises UsageError when too many wait, or the owner has one.

        ``of``: the partners whose data it takes; ``person``: who begins it, of whose only few may wait, so that nobody
        keeps the others out; "" for nobody to be told apart. ``may_go_on`` as in ``Progress``.
        """
        with self._lock:
            self._sweep()
            running = [job for job in self._jobs.values() if not job.is_over]
            if any(job.owner == owner for job in running):
                raise UsageError("Another export of yours is under way. Wait until it is done, or cancel it first.")
            if person and sum(job.person == person for job in running) >= MOST_OF_ONE:
                raise UsageError(
                    f"{MOST_OF_ONE} exports of yours are under way in other tabs. Wait until one is done, or cancel it."
                )
            if len(running) >= MOST_AT_ONCE:
                raise UsageError(f"{len(running)} exports of other readers are waiting already. Try again later.")
            key = secrets.token_hex(8)
            folder = self._own_folder() / key
            folder.mkdir()
            job = Job(key, owner, scope, name, Progress(folder, may_go_on), of=of, person=person)
            self._jobs[key] = job
            self._waiting.append((job, work))
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(target=self._run, name="exports", daemon=True)
                self._thread.start()
            self._lock.notify_all()
            return job

    def of(self, owner: str, scope: object) -> list[Job]:
        """The owner's jobs, the newest first."""
        with self._lock:
            self._sweep()
            mine = [job for job in self._jobs.values() if job.owner == owner and job.scope == scope]
            for job in mine:
                job.asked_at = time.monotonic()
            return mine[::-1]

    def cancel(self, owner: str, key: str) -> None:
        """Stops a job at its next step; one that waits is over at once. Nothing for one that is over or not there."""
        with self._lock:
            job = self._jobs.get(key)
            if job is None or job.owner != owner or job.is_over:
                return
            job.progress.cancelled.set()
            if job.state == WAITING:
                self._over(job, CANCELLED)

    def put_away(self, owner: str, key: str) -> None:
        """Forgets a job that is over, and removes its file."""
        with self._lock:
            job = self._jobs.get(key)
            if job is not None and job.owner == owner and job.is_over:
                self._forget(job)

    def _run(self) -> None:
        while True:
            with self._lock:
                while not self._waiting:
                    self._lock.wait()
                job, work = self._waiting.popleft()
                if job.is_over:
                    continue
                job.state = RUNNING
            self._do(job, work)

    def _do(self, job: Job, work: Work) -> None:
        file, state, message = None, DONE, ""
        try:
            job.progress.stop_unless_allowed()
            if not job.progress.cancelled.is_set():
                file = work(job.progress)
            job.progress.stop_unless_allowed()
        except KpiError as error:
            state, message = FAILED, str(error)
        except Exception as error:
            state, message = (
                FAILED,
                f"Something went wrong on our side. Please quote incident {record(error, job.name).id}.",
            )
        with self._lock:
            if job.progress.cancelled.is_set():
                state, message, file = CANCELLED, "", None
            job.message, job.file = message, file
            self._over(job, state)

    def _over(self, job: Job, state: str) -> None:
        """Under the lock."""
        job.state, job.asked_at = state, time.monotonic()
        if state != DONE:
            shutil.rmtree(job.progress.folder, ignore_errors=True)

    def _sweep(self) -> None:
        """Under the lock: those whom nobody asks for or may have any more, and the oldest beyond MOST_KEPT."""
        over = sorted((job for job in self._jobs.values() if job.is_over), key=lambda job: job.asked_at)
        now = time.monotonic()
        spare = max(len(over) - MOST_KEPT, 0)
        for place, job in enumerate(over):
            if place < spare or now - job.asked_at > KEPT_SECONDS or not job.progress.may_go_on():
                self._forget(job)

    def _forget(self, job: Job) -> None:
        self._jobs.pop(job.id, None)
        shutil.rmtree(job.progress.folder, ignore_errors=True)

    def _own_folder(self) -> Path:
        if self._folder is None:
            self._folder = self._given or Path(tempfile.mkdtemp(prefix="kpi-exports-"))
        return self._folder

    def _remove_all(self) -> None:
        if self._folder is not None and self._given is None:
            shutil.rmtree(self._folder, ignore_errors=True)


_jobs = Jobs()


def all_jobs() -> Jobs:
    """Those of this process."""
    return _jobs
