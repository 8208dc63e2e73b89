"""The definitions: ours load, wrong ones are refused with a line per mistake, and a new indicator is one new file."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from kpi.access import EVERYTHING
from kpi.catalog import load_catalog
from kpi.catalog.load import DEFINITIONS
from kpi.errors import DefinitionsInvalid
from kpi.ledger.store import Store
from kpi.marts import load_marts
from kpi.marts.select import figures
from tests.support import submit_rows

BAD = Path(__file__).parents[1] / "fixtures" / "bad" / "definitions"

# One file per mistake, named by it, and the line that the person who wrote it sees.
MISTAKES = {
    "unknown_kind": "kind is 'percentage'; allowed are proportion, rate, median, ratio, snapshot",
    "unknown_category": "category is 'money'; allowed are lots, flow, deviations, capa, audits, delivery, reporting",
    "id_is_not_the_file_name": "id is 'something_else'; it must be the file's name, 'id_is_not_the_file_name'",
    "missing_owner": "owner is missing or not a text",
    "percent_as_whole_number": "target and limit of a proportion lie between 0 and 1: write 95 % as 0.95",
    "limit_on_the_better_side": "limit 0.95 lies on the better side of target 0.9",
    "unknown_entry": "'treshold' is not a known entry",
    "unknown_field": "[numerator] where: 'dispostion' is not a field of batch_records; its fields are ",
    "not_a_condition": "[numerator] where: 'release_tests' gives BIGINT, where BOOLEAN is needed",
    "syntax_error": "[numerator] where: \"disposition = = 'released'\" can't be read: Parser Error",
    "sub_query": "[numerator] where: 'select' is not a field of batch_records",
    "month_of_is_no_date": "[denominator] month_of is 'disposition'; the dates of batch_records are ",
    "unknown_dataset": "[denominator] dataset is 'batches'; the datasets are batch_records, ",
    "missing_part": "[denominator] is missing; a proportion needs numerator and denominator",
    "part_of_another_kind": "[state] does not belong to a proportion",
    "unknown_parameter": "[numerator] where uses {tolerance}, which [parameters] does not name",
    "band_without_centre": "better is 'band', so centre must say around which value the band lies",
    "not_toml": "not readable as TOML: ",
}


def folder_with(tmp_path: Path, *files: Path) -> Path:
    folder = tmp_path / "definitions"
    shutil.copytree(DEFINITIONS, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for file in files:
        shutil.copy(file, folder / "indicators" / file.name)
    return folder


def test_every_bad_definition_has_its_line() -> None:
    assert {path.stem for path in BAD.glob("*.toml")} == set(MISTAKES)


@pytest.mark.parametrize("name", sorted(MISTAKES))
def test_a_wrong_definition_is_refused_by_name(name: str, tmp_path: Path) -> None:
    folder = folder_with(tmp_path, BAD / f"{name}.toml")
    with pytest.raises(DefinitionsInvalid) as refused:
        load_catalog(folder)
    lines = refused.value.mistakes
    assert any(line.startswith(f"indicators/{name}.toml: {MISTAKES[name]}") for line in lines), lines


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, *sorted(BAD.glob("*.toml")))
    with pytest.raises(DefinitionsInvalid) as refused:
        load_catalog(folder)
    assert {line.split(":")[0] for line in refused.value.mistakes} == {f"indicators/{name}.toml" for name in MISTAKES}


def test_a_calendar_without_a_day_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    (folder / "calendar.toml").write_text('reporting_day = 31\ndatasets = ["invoices"]\n')
    with pytest.raises(DefinitionsInvalid) as refused:
        load_catalog(folder)
    assert refused.value.mistakes[0] == "calendar.toml: reporting_day is 31; allowed are whole numbers from 1 to 28"
    assert refused.value.mistakes[1].startswith("calendar.toml: 'invoices' is not a dataset; the datasets are ")


def test_every_definition_says_who_why_and_whence() -> None:
    for indicator in load_catalog().indicators.values():
        assert indicator.owner, indicator.id
        assert indicator.why, indicator.id
        assert indicator.source, indicator.id
        assert indicator.review_by > date(2026, 1, 1), indicator.id
        assert indicator.sentence.endswith("."), indicator.id


def test_the_digest_follows_every_change(tmp_path: Path) -> None:
    folder = folder_with(tmp_path)
    before = load_catalog(folder).digest
    calendar = folder / "calendar.toml"
    calendar.write_text(calendar.read_text().replace("reporting_day = 10", "reporting_day = 12"))
    assert load_catalog(folder).digest != before


def test_an_indicator_is_added_by_one_file(tmp_path: Path, empty_store: Store) -> None:
    """What docs/adding-an-indicator.md promises: the file alone gives figures at every grain, month and window."""
    folder = folder_with(tmp_path)
    example = Path(__file__).parents[2] / "docs" / "adding-an-indicator.md"
    text = example.read_text(encoding="utf-8").split("```toml\n")[1].split("```")[0]
    (folder / "indicators" / "rejected_lots.toml").write_text(text, encoding="utf-8")
    lots = [("L1", "rejected", 3), ("L2", "released", 5), ("L3", "rejected", 20), ("L4", "pending", 0)]
    submit_rows(
        empty_store,
        "batch_records",
        [
            {
                "partner_id": "ALPHA",
                "site_id": "A1",
                "batch_id": batch_id,
                "product": "Tablets",
                "stage": "drug_product",
                "planned_start_date": date(2025, 1, 2),
                "completed_date": date(2025, 2, 1),
                "disposition": disposition,
                "disposition_date": date(2025, 3, day) if day else None,
            }
            for batch_id, disposition, day in lots
        ],
        date(2025, 1, 1),
        date(2025, 3, 1),
    )
    marts = load_marts(empty_store, load_catalog(folder), scope=EVERYTHING)
    for grain in ("partner", "site", "product"):
        found = figures(marts, kpis=["rejected_lots"], grain=grain, month_from=date(2025, 3, 1))
        assert found[["n", "numerator", "denominator", "value"]].to_numpy().tolist() == [[3, 2, 3, 2 / 3]], grain
