"""No cell of anything that leaves the product begins a formula: every export is walked with hostile records.

The commands are found by their --format, so a new one is walked too; where it needs words of its own, NEEDED says them.
"""

from __future__ import annotations

import ast
import csv
import io
import json
import tomllib
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import openpyxl
import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.cli.app import cli
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.known import KnownRecords
from kpi.intake.report import annotated_workbook
from kpi.intake.template import template_csv, template_workbook
from kpi.intake.validate import check_file
from kpi.ledger.figure_notes import record_figure_note
from kpi.ledger.four_eyes import set_four_eyes
from kpi.ledger.rebaselines import record_rebaseline
from kpi.ledger.store import Store, open_store
from kpi.present.evidence import bundle
from kpi.present.safe_csv import FORMULA_STARTS
from kpi.signals.evidence import gather
from kpi.signals.load import load_review
from tests.cli.command import Command, command_on
from tests.support import Row, submit_rows, unchecked_rows, withdraw_quickly

ROOT = Path(__file__).resolve().parents[2]
PARTNER, SITE, PRODUCT = "=P1", "+S1", "-AX\t1"
MONTHS = [date(2025, month, 1) for month in range(1, 13)]
KPI = "on_time_delivery"
SERIES = "period,count,n\n=1+1,3,50\n+2,-0,50\n@3,4,50\n"
OF_CHART = ("--kpi", KPI, "--partner", PARTNER)
NEEDED: dict[str, tuple[str, ...]] = {
    "chart": OF_CHART,
    "explain": (*OF_CHART, "--from", "2025-03", "--to", "2025-09", "--by", "product"),
    "look-ahead": ("--until", "2999-01-01"),
    "calendar": ("--from", "2025-01"),
    "compare": ("3", "12"),
}
LEFT_TO_OTHERS = {  # and why
    "accept": "its table is that of submit --dry-run",
    "submit": "its table comes with --dry-run; walked below",
    "submit-all": "takes files; walked below",
    "alarms": "a simulation: it reads no record",
    "spc": "reads a file of its own; walked below",
}


def line(number: int, month: date) -> Row:
    on = date(2025, month.month, 10)
    return {
        "partner_id": PARTNER,
        "site_id": SITE,
        "delivery_id": f"={number}*2",
        "product": PRODUCT if number % 2 else '@PROD;=1+1;"=2',
        "promised_date": on,
        "delivered_date": None if number % 5 == 0 else date(2025, month.month, 9 if number % 3 else 20),
        "ordered_quantity": 100.0,
        "delivered_quantity": None if number % 5 == 0 else 100.0,
        "unit": "＝vial",
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(f"duckdb:///{tmp_path_factory.mktemp('hostile')}/store.duckdb")
    names = {"partner_name": "@Helix", "site_name": "\tBasel", "country": "CH", "functions": "drug_product"}
    site = unchecked_rows("partners", [{"partner_id": PARTNER, "site_id": SITE, **names}])
    submit_rows(store, "partners", site, MONTHS[0])
    for place, month in enumerate(MONTHS):
        rows = [line(place * 20 + number, month) for number in range(20)]
        submit_rows(store, "deliveries", unchecked_rows("deliveries", rows), month, received_on=month.replace(day=28))
    withdraw_quickly(store, "S000013")
    record_rebaseline(
        store, kpi_id=KPI, grain="partner", partner_id=PARTNER, site_id="", product="", currency="",
        month=MONTHS[6], reason="=new line", actor="@me", now=datetime(2026, 1, 2), scope=EVERYTHING,
    )  # fmt: skip
    said: dict[str, Any] = {"actor": "@me", "now": datetime(2026, 1, 2), "scope": EVERYTHING}
    set_four_eyes(store, partner_id=PARTNER, on=False, reason="=off", **said)
    record_figure_note(
        store, partner_id=PARTNER, kpi_id=KPI, currency="", month=MONTHS[6], action="object", side="partner",
        text="=1+1", seen_version=13, **said,
    )  # fmt: skip
    return store


@pytest.fixture
def command(store: Store, capsys: pytest.CaptureFixture[str]) -> Command:
    return command_on(store, capsys)


def is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def formulas(content: str) -> list[str]:
    """The cells of a CSV that a spreadsheet would run."""
    text = content.removeprefix("\ufeff")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    cells = [cell for row in rows for cell in row]
    cells += [cell for line in text.splitlines() for cell in line.split(";")[1:]]  # semicolons separate, quotes don't
    return [cell for cell in cells if cell.lstrip(' "').startswith(FORMULA_STARTS) and not is_number(cell)]


def with_csv() -> Iterator[str]:
    for name, command in cli.commands.items():
        for option in command.params:
            if "--format" in option.opts and isinstance(option.type, click.Choice) and "csv" in option.type.choices:
                yield name


@pytest.mark.parametrize("name", [name for name in with_csv() if name not in LEFT_TO_OTHERS])
def test_a_command(command: Command, name: str) -> None:
    ended = command(name, *NEEDED.get(name, ()), "--format", "csv")
    assert ended.code == 0, f"{name} needs words of its own in NEEDED: {ended.err}"
    assert formulas(ended.out) == []


def test_the_walk_would_see_a_formula_and_exact_formats_stay_exact(command: Command) -> None:
    assert formulas('a,b\n"=1+1",2\n-3,x\n') == ["=1+1"]
    assert formulas('a\n"\t=1"\n') == ["\t=1"]
    assert formulas('a\n"x;=1"\n') == ['=1"']
    listed = command("submissions", "--format", "csv")
    assert {row["partners"] for row in listed.rows} == {"'=P1"}
    assert {one["partners"] for one in json.loads(command("submissions", "--format", "json").out)} == {PARTNER}
    assert {row["partner_id"] for row in command("calendar", *NEEDED["calendar"], "--format", "csv").rows} == {"'=P1"}
    due = command("look-ahead", *NEEDED["look-ahead"], "--format", "csv").rows
    assert any(float(row["days_left"]) < 0 for row in due), "numbers stay numbers"


def test_a_file_named_csv_is_written_the_same_way(command: Command, tmp_path: Path) -> None:
    assert command("indicators", "--kpi", KPI, "--to-file", tmp_path / "out.csv").code == 0
    content = (tmp_path / "out.csv").read_text(encoding="utf-8")
    assert "'=P1" in content
    assert formulas(content) == []


def test_a_chart_of_a_plain_file(command: Command, tmp_path: Path) -> None:
    (tmp_path / "series.csv").write_text(SERIES)
    ended = command("spc", tmp_path / "series.csv", "--chart", "p", "--format", "csv")
    assert ended.code == 0, ended.err
    assert formulas(ended.out) == []


def test_a_dry_run(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "=deliveries.csv"
    head = "partner_id,site_id,delivery_id,product,promised_date,ordered_quantity"
    file.write_text(f"{head}\n{PARTNER},{SITE},=9,AX,2025-12-10,5\n")
    words = ("deliveries", file, "--month", "2025-12", "--dry-run", "--accept-warnings", "--format", "csv")
    ended = command("submit", *words)
    assert formulas(ended.out) == []
    assert "Traceback" not in ended.err


def test_many_files(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "=deliveries.csv"
    head = "partner_id,site_id,delivery_id,product,promised_date,ordered_quantity"
    file.write_text(f"{head}\n{PARTNER},{SITE},=9,AX,2025-12-10,5\n")
    words = (file, "--month", "2025-12", "--dry-run", "--accept-warnings", "--format", "csv")
    assert formulas(command("submit-all", *words).out) == []


def sheet_formulas(content: bytes) -> list[str]:
    book = openpyxl.load_workbook(io.BytesIO(content))
    return [f"{sheet.title}!{cell.coordinate}" for sheet in book for row in sheet.iter_rows() for cell in row
            if cell.data_type == "f"]  # fmt: skip


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_a_template(name: str) -> None:
    assert formulas(template_csv(dataset(name)).decode()) == []
    assert sheet_formulas(template_workbook(dataset(name))) == []


def test_an_annotated_report() -> None:
    hostile = b"partner_id,=site_id,delivery_id,product,promised_date\n=P1,+S1,=cmd|'/c calc'!A1,@x,=2+2\n"
    checked = check_file("deliveries", hostile, "=x.csv", known=KnownRecords.empty(), today=date(2026, 1, 1))
    assert len(checked.findings)
    assert sheet_formulas(annotated_workbook(checked)) == []


def test_an_evidence_bundle(store: Store) -> None:
    catalog = load_catalog()
    today = datetime.now(UTC).date()
    marts, review = load_review(store, catalog, as_of=None, scope=EVERYTHING, today=today)
    assert review.escalations
    walked = 0
    for escalation in review.escalations[:4]:
        found = gather(store, catalog, marts, review, escalation, scope=EVERYTHING)
        with zipfile.ZipFile(io.BytesIO(bundle(found, catalog, {PARTNER: "@Helix"}))) as files:
            for name in files.namelist():
                if name.endswith(".csv"):
                    walked += 1
                    assert formulas(files.read(name).decode("utf-8-sig")) == [], name
    assert walked


def test_screens_let_tables_out_only_through_the_one_door() -> None:
    """The grids' own download is off, and no page makes CSV by itself."""
    settings = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))
    assert settings["client"]["disableDataExport"] is True
    made = []
    for path in sorted((ROOT / "pages").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in ("to_csv", "write_csv", "to_excel", "write_excel"):
                made.append(f"{path.name}:{node.lineno}")
            if isinstance(node, ast.Name | ast.alias) and getattr(node, "id", getattr(node, "name", "")) == "csv":
                made.append(f"{path.name}: csv")
    assert made == []
