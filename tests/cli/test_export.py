"""Packs from the command line: what is written, where, and what is refused before anything is."""

from __future__ import annotations

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.ledger.meetings import open_meeting
from kpi.ledger.store import Store
from kpi.qbr.choices import Choices
from kpi.qbr.files import write_file
from tests.cli.command import Command, command_on
from tests.qbr.stores import FEBRUARY, JANUARY, filled, source_of
from tests.qbr.workbook.books import read
from tests.support import order_lines, submit_rows


@pytest.fixture
def store(empty_store: Store) -> Store:
    return filled(empty_store)


@pytest.fixture
def on(store: Store, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_on(store, capsys)


def about(content: bytes) -> dict[str, object]:
    """The first sheet of a workbook: {label: value}."""
    sheet = read(content)["About"]
    return {row[0].value: row[1].value for row in sheet.iter_rows()}


@pytest.mark.parametrize("kind", ["pptx", "xlsx", "pdf"])
def test_the_file_is_the_one_that_the_screens_give(on: Command, store: Store, tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"pack.{kind.upper()}"
    ended = on("export", "qbr", "--partner", "HELIX", "--month", "2025-02", "--as-of", "6", "--to", file)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"Wrote {file}: HELIX, February 2025. Ledger version 6 of 1 January 2026, 12:00 UTC.\n"
    assert file.read_bytes() == write_file(source_of(store, as_of=6), Choices("HELIX", FEBRUARY), kind)


def test_an_earlier_version_gives_what_it_gave_then(on: Command, store: Store, tmp_path: Path) -> None:
    words = ("export", "qbr", "--partner", "HELIX", "--month", "2025-02", "--as-of", "6", "--to")
    on(*words, tmp_path / "before.xlsx")
    submit_rows(store, "deliveries", order_lines("HELIX", FEBRUARY, late=9), FEBRUARY)
    on(*words, tmp_path / "after.xlsx")
    assert (tmp_path / "before.xlsx").read_bytes() == (tmp_path / "after.xlsx").read_bytes()
    on("export", "qbr", "--partner", "HELIX", "--month", "2025-02", "--to", tmp_path / "now.xlsx")
    assert about((tmp_path / "now.xlsx").read_bytes())["Ledger version"] == 7


def test_every_partner_goes_into_a_zip(on: Command, tmp_path: Path) -> None:
    ended = on("export", "qbr", "--all", "--month", "2025-02", "--format", "xlsx", "--to", tmp_path / "all.zip")
    assert ended.code == 0
    assert "3 partners, 3 files." in ended.err
    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert archive.namelist() == [
            "qbr_01234_2025-02_v6.xlsx", "qbr_HELIX_2025-02_v6.xlsx", "qbr_NOVA_2025-02_v6.xlsx",
            "manifest.json", "README.txt",
        ]  # fmt: skip


def test_a_zip_holds_every_kind_unless_some_are_named(on: Command, tmp_path: Path) -> None:
    on("export", "qbr", "--partner", "HELIX", "--month", "2025-02", "--to", tmp_path / "one.zip")
    with zipfile.ZipFile(tmp_path / "one.zip") as archive:
        assert [name.rpartition(".")[2] for name in archive.namelist()] == ["pdf", "pptx", "xlsx", "json", "txt"]


def test_a_pack_that_cannot_be_made_is_told_and_the_others_are_there(on: Command, tmp_path: Path) -> None:
    choices = tmp_path / "choices.toml"
    choices.write_text('pages = ["indicator:batch_yield"]', encoding="utf-8")
    words = ("export", "qbr", "--partner", "HELIX", "--partner", "NOVA", "--month", "2025-02", "--format", "xlsx")
    ended = on(*words, "--choices", choices, "--to", tmp_path / "two.zip")
    assert ended.code == 2
    assert "No pack could be made." in ended.err
    assert not (tmp_path / "two.zip").exists()


def test_choices_are_taken_from_a_file(on: Command, tmp_path: Path) -> None:
    choices = tmp_path / "choices.toml"
    choices.write_text(
        'partner = "HELIX"\nmonth = "2025-02"\nwindow = 3\ntitle = "Spring"\npages = ["scorecard", "indicator"]\n'
        '[comments]\n"indicator:on_time_delivery" = "=2 lines waited at the border"\n',
        encoding="utf-8",
    )
    ended = on("export", "qbr", "--choices", choices, "--to", tmp_path / "pack.xlsx")
    assert ended.code == 0
    book = read((tmp_path / "pack.xlsx").read_bytes())
    assert book.sheetnames == [
        "About", "Scorecard", "Charts", "Control charts data", "Records, deliveries", "Records, reporting days",
    ]  # fmt: skip
    told = about((tmp_path / "pack.xlsx").read_bytes())
    assert told["Period"] == "the 3 months to February 2025"
    assert "=2 lines waited at the border" in told.values()
    refused = on("export", "qbr", "--choices", choices, "--partner", "NOVA", "--to", tmp_path / "pack.xlsx")
    assert (refused.code, "for the partner HELIX" in refused.err) == (2, True)


def test_a_comment_on_a_page_that_is_not_there_is_told(on: Command, tmp_path: Path) -> None:
    choices = tmp_path / "choices.toml"
    choices.write_text('[comments]\n"indicator:on_time_delivry" = "Mistyped"\nscorecard = "Seen"', encoding="utf-8")
    words = ("export", "qbr", "--partner", "HELIX", "--month", "2025-02", "--choices", choices, "--to")
    for name, more in (("pack.xlsx", ()), ("pack.zip", ("--format", "xlsx"))):
        ended = on(*words, tmp_path / name, *more)
        assert ended.code == 0
        assert "HELIX: the pack has no page indicator:on_time_delivry, so the comment on it is left out." in ended.err


def test_mistakes_in_the_choices_are_told_together(on: Command, tmp_path: Path) -> None:
    choices = tmp_path / "choices.toml"
    choices.write_text('windw = 3\npages = ["scorcard"]', encoding="utf-8")
    ended = on("export", "qbr", "--choices", choices, "--to", tmp_path / "pack.xlsx")
    assert ended.code == 1
    assert "choices.toml: 2 mistakes in the choices:" in ended.err
    choices.write_bytes(b"title = \xff")
    assert "not UTF-8" in on("export", "qbr", "--choices", choices, "--to", tmp_path / "pack.xlsx").err


def test_a_meeting_gives_what_it_froze(on: Command, store: Store, tmp_path: Path) -> None:
    meeting = open_meeting(
        store,
        partner_id="HELIX",
        day=date(2026, 1, 20),
        title="Steering committee",
        month=JANUARY,
        window=1,
        definitions=load_catalog().digest,
        actor="tests",
        now=datetime(2026, 1, 5, tzinfo=UTC),
        scope=EVERYTHING,
    )
    words = ("export", "qbr", "--meeting", meeting.id, "--to")
    assert on(*words, tmp_path / "before.xlsx").code == 0
    submit_rows(store, "deliveries", order_lines("HELIX", JANUARY, late=9), JANUARY, received_on=date(2026, 1, 6))
    on(*words, tmp_path / "after.xlsx")
    assert (tmp_path / "before.xlsx").read_bytes() == (tmp_path / "after.xlsx").read_bytes()
    told = about((tmp_path / "after.xlsx").read_bytes())
    assert (told["Partner"], told["Period"], told["Ledger version"]) == ("HELIX", "January 2025", 6)
    assert told["Frozen for"] == f"the meeting of 20 January 2026 ({meeting.id})"
    for wrong in (("--partner", "NOVA"), ("--as-of", "3"), ("--all",)):
        assert on(*words, tmp_path / "pack.zip", *wrong).code == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--partner", "HELIX", "--month", "2025-02", "--to", "pack.docx"), "Allowed: .pptx, .xlsx, .pdf and .zip"),
        (("--partner", "HELIX", "--month", "2025-02", "--to", "pack"), "does not say what to write"),
        (("--partner", "GHOST", "--month", "2025-02", "--to", "pack.pdf"), 'no partner "GHOST"'),
        (("--partner", "HELIX", "--month", "1999-02", "--to", "pack.pdf"), "no figures for 1999-02"),
        (("--partner", "HELIX", "--to", "pack.pdf"), "Of which month?"),
        (("--month", "2025-02", "--to", "pack.pdf"), "Whose pack?"),
        (("--all", "--partner", "HELIX", "--month", "2025-02", "--to", "p.zip"), "contradict each other"),
        (("--all", "--month", "2025-02", "--to", "pack.pdf"), "--to FILE.zip"),
        (("--partner", "A", "--partner", "B", "--month", "2025-02", "--to", "pack.pdf"), "--to FILE.zip"),
        (("--partner", "HELIX", "--month", "2025-02", "--to", "p.pdf", "--format", "pdf"), "Leave it out"),
        (("--meeting", "M-1", "--to", "pack.pdf"), "M-1"),
        (("--partner", "HELIX", "--month", "2025-02", "--to", "nowhere/pack.xlsx"), "cannot be written"),
    ],
)
def test_what_makes_no_sense_is_refused(
    on: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    ended = on("export", "qbr", *words)
    assert ended.code == 2
    assert said in ended.err
    assert sorted(tmp_path.iterdir()) == before


def test_a_template_is_for_decks(on: Command, tmp_path: Path) -> None:
    template = tmp_path / "ours.pptx"
    template.write_bytes(b"no deck")
    words = ("export", "qbr", "--partner", "HELIX", "--month", "2025-02", "--template", template, "--to")
    assert "no deck is asked for" in on(*words, tmp_path / "pack.pdf").err
    for name in ("pack.pptx", "pack.zip"):
        refused = on(*words, tmp_path / name)
        assert refused.code in (1, 2)
        assert "emplate" in refused.err
        assert not (tmp_path / name).exists()


def test_an_empty_ledger_has_no_packs(command: Command, tmp_path: Path) -> None:
    ended = command("export", "qbr", "--all", "--month", "2025-02", "--to", tmp_path / "all.zip")
    assert (ended.code, "no partner yet" in ended.err) == (2, True)
