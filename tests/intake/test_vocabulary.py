"""The vocabulary is data: what is wrong with it is found before it is used."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kpi.errors import DefinitionsInvalid
from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.vocabulary import VOCABULARIES, check_vocabularies, folded, words_of


def test_the_products_own_vocabulary_is_right() -> None:
    check_vocabularies()


MISTAKES = [
    ("batch_records", "[columns.lot]\nde = ['Los']\n", "columns.lot is not a column of batch_records"),
    ("batch_records", "[values.disposition.blocked]\nmeans = ['x']\n", "values.disposition.blocked is not allowed"),
    ("batch_records", "[values.product.a]\nmeans = ['x']\n", "values.product is not a column with a list"),
    ("batch_records", "[columns.batch_id]\npt = ['Lote']\n", "'pt' is not a language"),
    ("batch_records", "[columns.batch_id]\nde = 'Los'\n", "columns.batch_id.de is to be a list of texts"),
    ("batch_records", "[values.stage.packaging]\nmean = ['x']\n", "'mean' is not a known entry"),
    (
        "batch_records",
        "[values.stage.packaging]\nmeans = ['API']\n[values.stage.drug_substance]\nmeans = ['api']\n",
        "means packaging and drug_substance",
    ),
    (
        "batch_records",
        "[values.stage.packaging]\nmeans = ['P']\nmay_mean = ['p']\n",
        '"p" stands under means and under may_mean',
    ),
    ("common", "[columns.nothing]\nde = ['x']\n", "columns.nothing: no dataset has this column"),
    ("common", "[values.yes_no.perhaps]\nmeans = ['x']\n", "perhaps is not an answer"),
    ("common", "[months]\nde = [['Januar']]\n", "months.de is to be 12 lists of names"),
    ("deliveries", "nonsense", "not readable as TOML"),
    ("deliveries", "[colums]\n", "'colums' is not a known entry"),
]


@pytest.mark.parametrize(("name", "text", "said"), MISTAKES)
def test_a_mistake_is_named(tmp_path: Path, name: str, text: str, said: str) -> None:
    shutil.copytree(VOCABULARIES, tmp_path / "words")
    header = "" if text == "nonsense" else 'owner = "QA"\nwhy = "Because"\n'
    (tmp_path / "words" / f"{name}.toml").write_text(header + text, encoding="utf-8")
    with pytest.raises(DefinitionsInvalid) as error:
        check_vocabularies(tmp_path / "words")
    assert any(said in line for line in error.value.mistakes)


def test_a_vocabulary_without_an_owner_or_a_file_is_refused(tmp_path: Path) -> None:
    shutil.copytree(VOCABULARIES, tmp_path / "words")
    (tmp_path / "words" / "targets.toml").unlink()
    (tmp_path / "words" / "partners.toml").write_text("[columns.country]\nde = ['Land']\n", encoding="utf-8")
    with pytest.raises(DefinitionsInvalid) as error:
        check_vocabularies(tmp_path / "words")
    assert "targets.toml: the file is missing" in error.value.mistakes
    assert "partners.toml: owner is missing or not a text" in error.value.mistakes


SAME_KEYS = [
    ("LotNumber", "Lot No."),
    ("LOT_NUMBER", "lot #"),
    ("Prüfung", "PRUEFUNG"),
    ("Échéance", "echeance"),
    ("Date of audit", "Audit-Date"),
    ("Kosten (EUR)", "Kosten"),
    ("Nacharbeit j/n", "Nacharbeit"),
    ("Qty ordered", "Quantité ordered"),
]


@pytest.mark.parametrize(("one", "other"), SAME_KEYS)
def test_headers_that_are_the_same_to_a_person(one: str, other: str) -> None:
    words = words_of(dataset("batch_records"))
    mine, yours = ({" ".join(sorted(key.split())) for key in words.keys(text)} for text in (one, other))
    assert mine & yours


def test_due_is_not_the_french_article() -> None:
    assert words_of(dataset("deviations")).key("Due date") == "due date"


@pytest.mark.parametrize("name", DATASET_NAMES)
def test_a_certain_word_is_none_of_our_values_spelt_otherwise(name: str) -> None:
    contract = dataset(name)
    for column, meanings in words_of(contract).values.items():
        if column == "yes_no":
            continue
        for cell, meaning in meanings.items():
            ours = [value for value in contract.column(column).allowed if folded(value.replace("_", " ")) == cell]
            assert not ours or meaning.ours == (ours[0],)
