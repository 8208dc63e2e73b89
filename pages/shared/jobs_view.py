"""Work in the background as the reader sees it: a line in the sidebar on every screen, a card where it was begun.

While something runs, these parts of the page draw themselves again every second and nothing else does. When it is over
the page runs once more, so that the bar gives way to the file.
"""

from __future__ import annotations

import secrets
from functools import partial
from pathlib import Path

import streamlit as st

from kpi.access import Scope
from kpi.errors import KpiError, StoreUnavailable
from kpi.present.wording import plural
from pages.shared import downloads, navigation
from pages.shared.jobs import CANCELLED, DONE, FAILED, WAITING, Job, Work, all_jobs
from pages.shared.person import still_in
from pages.shared.session import JOBS_OWNER, Session
from pages.shared.standing import Standing, may_take, standing
from pages.shared.text import literal, size_text

SECONDS = 1.0
MOST_PROBLEMS = 10  # named before the rest is counted


def owner(here: Session) -> str:
    """A name for this person in this session that nobody else can guess."""
    if JOBS_OWNER not in st.session_state:
        st.session_state[JOBS_OWNER] = secrets.token_hex(16)
    return f"{here.person.identity} {st.session_state[JOBS_OWNER]}"


def start(here: Session, name: str, work: Work, of: Scope) -> Job:
    """Begins ``work`` for this session, with data of these partners.

    Raises InputRefused for a reader who may not take them out, UsageError as ``Jobs.start``.
    """
    reader = standing(here.store)
    reader.must_take(of, "work in the background")
    return all_jobs().start(
        owner(here),
        here.scope.key,
        name,
        work,
        of=of,
        person=here.person.identity,
        may_go_on=partial(_may_go_on, reader, of),
    )


def _may_go_on(reader: Standing, of: Scope) -> bool:
    """Also while the store is busy: the next step asks again, and so does whoever takes the file."""
    try:
        return may_take(reader.person(), of)
    except StoreUnavailable:
        return True
    except KpiError:
        return False


def mine(here: Session) -> list[Job]:
    """This session's jobs, the newest first."""
    return all_jobs().of(owner(here), here.scope.key)


def in_sidebar(here: Session) -> None:
    """How the newest job stands, wherever the reader is. Nothing while there is none, or it was cancelled."""
    found = mine(here)
    if found and found[0].state != CANCELLED:
        _again_and_again(partial(_line, found[0]), found[0])


def cards(here: Session) -> None:
    """Every job of this session: its bar and a button to cancel it, or what came of it."""
    for job in mine(here):
        _again_and_again(partial(_card, job, owner(here)), job)


def _again_and_again(draw: partial[None], job: Job) -> None:
    """``draw`` now and, while the job goes on, every second."""
    was_over = job.is_over

    def part() -> None:
        still_in()
        draw()
        if job.is_over and not was_over:
            st.rerun()

    st.fragment(part, run_every=None if was_over else SECONDS)()


def _line(job: Job) -> None:
    if job.is_over:
        said = {DONE: "ready to be saved", FAILED: "failed"}.get(job.state, job.state)
        st.caption(f"{literal(job.name)}: {said}.")
    else:
        st.progress(job.progress.share, literal(f"{job.name}: {_standing(job)}"))
    navigation.link_if_there(navigation.QBR_PACK, "To the packs")


def _standing(job: Job) -> str:
    if job.state == WAITING:
        return "waits for its turn"
    return f"{job.progress.done} of {job.progress.total}" if job.progress.total else "begins"


def _card(job: Job, mine: str) -> None:
    with st.container(border=True):
        st.markdown(f"**{literal(job.name)}**")
        if job.is_over:
            _result(job)
        else:
            now = f", {job.progress.now}" if job.progress.now else ""
            st.progress(job.progress.share, literal(f"{_standing(job).capitalize()}{now}"))
            stopping = job.progress.cancelled.is_set()
            st.button(
                "Stops after this pack" if stopping else "Cancel",
                key=f"job_cancel {job.id}",
                disabled=stopping,
                on_click=all_jobs().cancel,
                args=(mine, job.id),
            )
        _problems(job)
        if job.is_over:
            _put_away(job, mine)


def _result(job: Job) -> None:
    if job.state == FAILED:
        st.error(literal(job.message), icon=":material/error:")
    elif job.state == CANCELLED:
        st.markdown("Cancelled; nothing was kept.")
    elif job.file is None or not job.file.exists():
        st.markdown("The file was removed, for nobody asked for it for some time. Make it again.")
    else:
        made = job.progress.done - len(job.progress.problems)
        downloads.download(
            f"Save {plural(made, 'pack')} as a zip, {size_text(job.file.stat().st_size)}",
            partial(_content, job.file),
            file_name=job.file.name,
            mime="application/zip",
            kind="primary",
            icon=":material/folder_zip:",
            of=job.of,
            key=f"job_save {job.id}",
        )


def _content(file: Path) -> bytes:
    return file.read_bytes()


def _problems(job: Job) -> None:
    found = job.progress.problems
    if not found or job.state == CANCELLED:
        return
    lines = [f"- **{literal(about)}**: {literal(what)}" for about, what in found[:MOST_PROBLEMS]]
    if len(found) > MOST_PROBLEMS:
        lines.append(f"- and {len(found) - MOST_PROBLEMS} more")
    st.warning("\n".join(lines), title=f"No pack for {plural(len(found), 'partner')}")


def _put_away(job: Job, mine: str) -> None:
    st.button(
        "Put away",
        key=f"job_away {job.id}",
        type="tertiary",
        help="Removes the file from this machine.",
        on_click=all_jobs().put_away,
        args=(mine, job.id),
    )
