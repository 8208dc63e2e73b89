"""Every command, every role, every side: nothing of another partner, and no telling it from one that is not there.

Reading is the same for all roles, so reading commands go over command × row × as-of with the people taking turns;
commands that change something go over all people. About a partner that there is not one of them asks.
"""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

import click
import pytest

from kpi.cli.app import cli
from kpi.cli.run import DEFECT
from kpi.ledger.store import Store
from tests.matrix.asked import INVENTED, Desk
from tests.matrix.command_rows import READS, WITHOUT_A_STORE, WRITES
from tests.matrix.marks import NOBODY, OURS, QUIET, THEIRS, foreign, leaks
from tests.matrix.pack import ADMINISTRATOR, PEOPLE, Pack, address

TURNS = count()
ROWS = [(command, row) for command, rows in READS.items() for row in rows]
LIGHT = ("mappings", "submissions", "audit", "look-ahead", "meetings", "decisions", "agreed-actions", "access")
MANAGERS = ("sponsor_alliance_manager", "sponsor_quality_lead", "partner_alliance_manager")
FROM_THE_QUIET = ("indicators", "escalations", "audit", "look-ahead", "meetings", "submissions", "export")


@pytest.fixture
def desk(pack: Pack, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("KPI_LOG", str(tmp_path / "kpi.log"))
    store = Store(Path(shutil.copy(pack.store.path, tmp_path / "copy.duckdb")))
    return Desk(pack, store, tmp_path, capsys)


def log_of(desk: Desk) -> str:
    log = desk.folder / "kpi.log"
    return log.read_text(encoding="utf-8") if log.exists() else ""


def as_ofs(pack: Pack) -> list[str]:
    """The newest, one before theirs existed, and a day on which theirs came."""
    return [str(pack.ids[QUIET]["grant"]), str(pack.versions["before theirs"]), "2026-01-03"]


def names_something(row: str) -> bool:
    """Whether the row names anything of a partner."""
    return any(f"{{{name}}}" in row for name in ("partner", *INVENTED))


def takes_a_store(command: click.Command) -> bool:
    if isinstance(command, click.Group):
        return any(takes_a_store(one) for one in command.commands.values())
    return any("--store" in option.opts for option in command.params)


def test_every_command_has_a_row() -> None:
    assert set(READS) | set(WRITES) | set(WITHOUT_A_STORE) == set(cli.commands)
    assert not [name for name in WITHOUT_A_STORE if takes_a_store(cli.commands[name])]


@pytest.mark.parametrize(("command", "row"), ROWS)
def test_a_reading_command_shows_nothing_of_others(desk: Desk, pack: Pack, command: str, row: str) -> None:
    """Nor does it tell what is hidden from what is not there."""
    newest, *others = as_ofs(pack)
    for as_of in [newest, *others] if "{as_of}" in row else [newest]:
        person = address(OURS, list(PEOPLE)[next(TURNS) % len(PEOPLE)])
        said = desk.ask(person, command, row, THEIRS, as_of)
        assert not foreign(said.untold, {OURS}), f"at {as_of!r} as {person}"
        assert said.code != DEFECT, said.text
        if names_something(row) and as_of == newest:
            nobodys = desk.ask(person, command, row, NOBODY, as_of)
            assert (said.code, said.neutral) == (nobodys.code, nobodys.neutral)
    assert not foreign(log_of(desk), {OURS})


@pytest.mark.parametrize("command", READS)
def test_what_is_said_of_their_own_partner_holds_nothing_of_others(desk: Desk, pack: Pack, command: str) -> None:
    own = ""
    for row in READS[command]:
        person = address(OURS, list(PEOPLE)[next(TURNS) % len(PEOPLE)])
        said = desk.ask(person, command, row, OURS, as_ofs(pack)[0])
        assert not foreign(said.text, {OURS}), f"{row} as {person}"
        assert said.code != DEFECT, said.text
        own += said.text
    if command != "access":
        assert leaks(own, OURS), "nothing of their own was shown: the silence about others would prove nothing"
    assert not foreign(log_of(desk), {OURS})


@pytest.mark.parametrize("command", WRITES)
def test_a_writing_command_tells_and_changes_nothing_of_others(desk: Desk, command: str) -> None:
    """For every role and side; one who may do more than others is told the same about what is not there."""
    for row in WRITES[command]:
        manager = MANAGERS[next(TURNS) % len(MANAGERS)]
        for person in PEOPLE:
            newest = version_of(desk)
            theirs = desk.ask(address(OURS, person), command, row, THEIRS)
            assert not foreign(theirs.untold, {OURS}), f"{row} as {person}"
            assert version_of(desk) == newest or "{own}" in row, f"{row} as {person}"
            if person == manager:
                nobodys = desk.ask(address(OURS, person), command, row, NOBODY)
                assert (theirs.code, theirs.neutral) == (nobodys.code, nobodys.neutral), f"{row} as {person}"
        said = desk.ask(address(OURS, manager), command, row, OURS)
        assert not foreign(said.text, {OURS}), f"{row} as {manager}"
        assert said.code != DEFECT, said.text
    assert not foreign(log_of(desk), {OURS})


def version_of(desk: Desk) -> int:
    from kpi.ledger.reads import version_now

    return version_now(desk.store)


@pytest.mark.parametrize("command", FROM_THE_QUIET)
def test_somebody_of_a_partner_without_data_sees_nothing_of_the_others(desk: Desk, command: str) -> None:
    for row in READS[command]:
        said = desk.ask(address(QUIET, "partner_viewer"), command, row, THEIRS, "")
        assert not foreign(said.untold, {QUIET})
        stranger = desk.ask("nobody@x.example", command, row, THEIRS, "")
        assert stranger.code == 1
        assert not foreign(stranger.untold, ())


@pytest.mark.parametrize("command", LIGHT)
def test_the_markers_are_there_for_whoever_may_see_all(desk: Desk, command: str) -> None:
    said = [desk.ask(ADMINISTRATOR, command, row, THEIRS, "2026-01-06") for row in READS[command]]
    assert leaks("\n".join(one.untold for one in said), THEIRS)
