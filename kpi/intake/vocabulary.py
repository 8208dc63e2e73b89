"""The vocabulary: what partners call our columns and values, in their languages and systems; TOML, checked."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from kpi.errors import DefinitionsInvalid
from kpi.intake.contracts import DATASET_NAMES, Dataset, dataset

VOCABULARIES = Path(__file__).with_name("vocabularies")
COMMON = "common"
# In the order in which one is named where a word belongs to several.
LANGUAGES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "erp": "ERP"}
TABLES = ("owner", "why", "columns", "values")
COMMON_TABLES = (*TABLES, "missing", "abbreviations", "months")
YES_NO = "yes_no"
ANSWERS = ("yes", "no")
FILLERS = {"of", "the", "de", "du", "des", "d", "der", "la", "del", "della", "di", "l"}
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
YES_OR_NO = re.compile(r"(?<=\s)(?:j/n|ja/nein|y/n|yes/no|o/n|oui/non|s/n)\s*$", re.IGNORECASE)
BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")


@dataclass(frozen=True)
class Phrase:
    """One name for a column. ``key``: comparable, see ``Words.key``."""

    text: str
    language: str
    key: str


@dataclass(frozen=True)
class Meaning:
    """What a whole cell of theirs stands for. Not ``certain``: a person has to confirm it. First meaning first."""

    ours: tuple[str, ...]
    certain: bool


@dataclass(frozen=True)
class Words:
    """The vocabulary of one dataset.

    phrases: per column of ours. values: per choice column (and "yes_no"), their folded cell -> its meaning.
    missing, missing_where_typed: folded cells that mean "no value" anywhere, or only where a date, number or choice is
    expected. months: folded month names -> 1..12, English left out. abbreviations: part of a header -> the usual one.
    """

    phrases: Mapping[str, tuple[Phrase, ...]]
    values: Mapping[str, Mapping[str, Meaning]]
    missing: frozenset[str]
    missing_where_typed: frozenset[str]
    months: Mapping[str, int]
    abbreviations: Mapping[str, str] = field(default_factory=dict)

    def key(self, text: str) -> str:
        """A header for comparing: parts without accents, fillers and abbreviations, separated by blanks."""
        parts = [self.abbreviations.get(part, part) for part in parts_of(text)]
        return " ".join(part for part in parts if part not in FILLERS) or " ".join(parts)

    def keys(self, header: str) -> tuple[str, ...]:
        """The header's key, and that of what it names: "Kosten (EUR)" is also "Kosten", "Nacharbeit j/n" is too."""
        bare = YES_OR_NO.sub("", BRACKETS.sub(" ", header))
        return tuple(dict.fromkeys(key for key in (self.key(header), self.key(bare)) if key))

    def meaning(self, column: str, kind: str, cell: str) -> Meaning | None:
        """What a cell of this column stands for; None where nobody has said."""
        return self.values.get(YES_NO if kind == YES_NO else column, {}).get(folded(cell))


def folded(text: str) -> str:
    """A cell for comparing: lower case, no accents, blanks as one."""
    return " ".join(_unaccented(text).split())


def parts_of(header: str) -> list[str]:
    """ "LotNumber", "Lot number" and "LOT_NUMBER" alike: lot, number."""
    apart = re.sub(r"(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ][a-zà-ÿ])", " ", header).replace("#", " no ").replace("'", " ")
    return re.findall(r"[^\W_]+", _unaccented(apart))


def words_of(contract: Dataset) -> Words:
    """The product's own vocabulary for a dataset, read once. Raises DefinitionsInvalid with a line per mistake."""
    return _words_of(contract.name)


@lru_cache(maxsize=len(DATASET_NAMES))
def _words_of(name: str) -> Words:
    return load_words(dataset(name))


def load_words(contract: Dataset, folder: Path = VOCABULARIES) -> Words:
    """The vocabulary of one dataset in ``folder``. Raises DefinitionsInvalid with a line per mistake in its files."""
    mistakes: list[str] = []
    common = _read(folder, COMMON, COMMON_TABLES, mistakes)
    own = _read(folder, contract.name, TABLES, mistakes)
    mistakes += _wrong_names(own, contract)
    kinds = {name: contract.column(name).kind for name in contract.names}
    shared = {name: words for name, words in _table(common, "columns").items() if name in kinds}
    short = {part: usual for usual, parts in _table(common, "abbreviations").items() for part in parts_of_all(parts)}
    bare = Words({}, {}, frozenset(), frozenset(), {}, {part: parts_of(usual)[0] for part, usual in short.items()})
    phrases = {
        name: _phrases(name, [_table(own, "columns").get(name), shared.get(name)], bare, mistakes)
        for name in contract.names
    }
    values = {
        name: _meanings(f"values.{name}", listed, mistakes)
        for name, listed in {**_table(own, "values"), YES_NO: _table(common, "values").get(YES_NO, {})}.items()
    }
    missing = _table(common, "missing")
    months = _months(_table(common, "months"), mistakes)
    if mistakes:
        raise DefinitionsInvalid(mistakes)
    return Words(
        phrases,
        values,
        frozenset(folded(text) for text in missing.get("everywhere", [])),
        frozenset(folded(text) for text in (*missing.get("everywhere", []), *missing.get("typed", []))),
        months,
        bare.abbreviations,
    )


def check_vocabularies(folder: Path = VOCABULARIES) -> None:
    """Raises DefinitionsInvalid with every mistake in every file, among them words for columns of no dataset."""
    mistakes: list[str] = []
    for name in DATASET_NAMES:
        try:
            load_words(dataset(name), folder)
        except DefinitionsInvalid as error:
            mistakes += [line for line in error.mistakes if line not in mistakes]
    every = {column for name in DATASET_NAMES for column in dataset(name).names}
    for name in _table(_read(folder, COMMON, COMMON_TABLES, []), "columns"):
        if name not in every:
            mistakes.append(f"{COMMON}.toml: columns.{name}: no dataset has this column")
    if mistakes:
        raise DefinitionsInvalid(mistakes)


def parts_of_all(texts: Any) -> list[str]:
    """The parts of several texts; nothing where they are no list of texts."""
    return [part for text in texts if isinstance(text, str) for part in parts_of(text)] if _texts(texts) else []


def _unaccented(text: str) -> str:
    """Lower case; ä as ae, as German writes it where it has no umlauts, and every other accent dropped."""
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", text.casefold()).translate(UMLAUTS))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def _read(folder: Path, name: str, tables: tuple[str, ...], mistakes: list[str]) -> dict[str, Any]:
    path = folder / f"{name}.toml"
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        mistakes.append(f"{path.name}: the file is missing")
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        mistakes.append(f"{path.name}: not readable as TOML: {error}")
        return {}
    mistakes += [f"{path.name}: {key!r} is not a known entry" for key in table if key not in tables]
    for key in ("owner", "why"):
        if not isinstance(table.get(key), str) or not table[key].strip():
            mistakes.append(f"{path.name}: {key} is missing or not a text")
    return table


def _table(table: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = table.get(name, {})
    return found if isinstance(found, dict) else {}


def _wrong_names(own: dict[str, Any], contract: Dataset) -> Iterator[str]:
    """Columns and values that the contract does not have."""
    for name in _table(own, "columns"):
        if name not in contract.names:
            yield f"{contract.name}.toml: columns.{name} is not a column of {contract.name}"
    for name, listed in _table(own, "values").items():
        allowed = contract.column(name).allowed if name in contract.names else ()
        if not allowed:
            yield f"{contract.name}.toml: values.{name} is not a column with a list of allowed values"
            continue
        for value in listed:
            if value not in allowed:
                yield f"{contract.name}.toml: values.{name}.{value} is not allowed there; allowed: {', '.join(allowed)}"


def _phrases(column: str, tables: list[Any], words: Words, mistakes: list[str]) -> tuple[Phrase, ...]:
    found: dict[str, Phrase] = {}
    for table in tables:
        for language in table or {}:
            if language not in LANGUAGES:
                mistakes.append(f"columns.{column}: {language!r} is not a language; allowed: {', '.join(LANGUAGES)}")
        for language in LANGUAGES:
            listed = (table or {}).get(language, [])
            if not _texts(listed):
                mistakes.append(f"columns.{column}.{language} is to be a list of texts")
                continue
            for text in listed:
                found.setdefault(words.key(text), Phrase(text, language, words.key(text)))
    return tuple(found.values())


def _meanings(where: str, listed: Any, mistakes: list[str]) -> dict[str, Meaning]:
    """A word may certainly mean one value only; it may perhaps mean several."""
    certain: dict[str, str] = {}
    perhaps: dict[str, list[str]] = {}
    for ours, table in (listed if isinstance(listed, dict) else {}).items():
        if where == f"values.{YES_NO}" and ours not in ANSWERS:
            mistakes.append(f"{where}.{ours} is not an answer; allowed: {', '.join(ANSWERS)}")
        unknown = [key for key in table if key not in ("means", "may_mean")]
        mistakes += [f"{where}.{ours}: {key!r} is not a known entry; allowed: means, may_mean" for key in unknown]
        for key in ("means", "may_mean"):
            words = table.get(key, [])
            if not _texts(words):
                mistakes.append(f"{where}.{ours}.{key} is to be a list of texts")
                continue
            for word in words:
                cell = folded(word)
                if key == "may_mean":
                    perhaps.setdefault(cell, []).append(ours)
                elif certain.setdefault(cell, ours) != ours:
                    mistakes.append(f'{where}: "{word}" means {certain[cell]} and {ours}; put it under may_mean')
    for cell in perhaps.keys() & certain.keys():
        mistakes.append(f'{where}: "{cell}" stands under means and under may_mean')
    return {
        **{cell: Meaning((ours,), True) for cell, ours in certain.items()},
        **{cell: Meaning(tuple(dict.fromkeys(ours)), False) for cell, ours in perhaps.items()},
    }


def _months(listed: dict[str, Any], mistakes: list[str]) -> dict[str, int]:
    """Month names of all languages; one that means different months in two of them is nobody's."""
    found: dict[str, set[int]] = {}
    for language, names in listed.items():
        if not isinstance(names, list) or len(names) != 12 or not all(_texts(some) for some in names):
            mistakes.append(f"{COMMON}.toml: months.{language} is to be 12 lists of names")
            continue
        for number, some in enumerate(names, start=1):
            for name in some:
                found.setdefault(folded(name), set()).add(number)
    return {name: numbers.pop() for name, numbers in found.items() if len(numbers) == 1}


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one.strip() for one in value)
