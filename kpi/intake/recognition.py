"""Which dataset a table is: by a saved mapping, by its headers, by the words of its name. In doubt a person says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kpi.intake.contracts import DATASET_NAMES, dataset
from kpi.intake.file_names import words_in
from kpi.intake.headers import fold
from kpi.intake.saved import SavedMapping, recognise

if TYPE_CHECKING:
    from kpi.intake.known import KnownRecords
    from kpi.intake.table import TextTable

OWN_SHARE = 0.5  # of a file's headers: fewer that are ours say nothing
OWN_HEADERS = 3
LEAST_SCORE = 0.4  # of what foreign headers look like; less is chance
FAR_AHEAD = 1.5  # how many times the next best score makes a clear case
# Beginnings of words in names of files and sheets, lower case and without accents.
NAME_WORDS = {
    "partners": ("partner", "site", "supplier", "lieferant", "cdmo", "standort", "fournisseur", "fornitor"),
    "targets": ("target", "ziel", "objectif", "goal", "soll", "obiettiv", "objetivo"),
    "batch_records": ("batch", "charge", "lot", "lotto", "lotti", "lote", "disposition", "freigabe"),
    "deviations": ("deviation", "abweichung", "ecart", "deviazion", "desviacion", "oos", "capa", "incident"),
    "audit_findings": ("audit", "finding", "feststellung", "inspection", "inspektion", "observation", "constat"),
    "deliveries": ("deliver", "lieferung", "livraison", "shipment", "versand", "consegn", "entrega", "otif", "po"),
}
WHOLE_WORDS = frozenset({"lot", "po", "oos", "soll", "site"})  # too short or too common to begin other words with


@dataclass(frozen=True)
class Recognition:
    """dataset: None where a person has to say. others: further datasets that it may be, best first."""

    dataset: str | None
    sure: bool
    why: str
    others: tuple[str, ...] = ()


def recognise_dataset(
    table: TextTable, name: str, *, known: KnownRecords, saved: Sequence[SavedMapping] = ()
) -> Recognition:
    """``name`` is the part's, with archive, file and sheet; ``saved`` the mappings kept for partners and datasets.

    Headers weigh more than names: a file called deviations that has the headers of deliveries is deliveries.
    """
    by_saved = _by_saved(table, saved)
    own = dataset_scores_by_headers(table.cells.columns)
    named = datasets_by_words(name)
    if by_saved and not (own and own[0][1] == 1.0):
        found, sure, why = by_saved
        return Recognition(found, sure, why, _others(found, [n for n, _ in own], named))
    if own and own[0][1] >= OWN_SHARE:
        return _by_own_headers(own, named)
    scored = _by_content(table, known)
    return _by_scores(scored, named, name)


def dataset_by_headers(headers: Sequence[str]) -> str | None:
    """The dataset of which at least half of the headers and three of them are; None where there is no clear one."""
    scores = dataset_scores_by_headers(headers)
    if not scores or scores[0][1] < OWN_SHARE:
        return None
    return scores[0][0] if len(scores) == 1 or scores[0][1] > scores[1][1] else None


def dataset_scores_by_headers(headers: Sequence[str]) -> list[tuple[str, float]]:
    """Datasets with the share of the headers that are theirs (by name or title), less what they miss; best first."""
    folded = {fold(header) for header in headers if header.strip()}
    scores = []
    for name in DATASET_NAMES:
        contract = dataset(name)
        keys = {fold(column.name): column.name for column in contract.columns}
        keys |= {fold(column.title): column.name for column in contract.columns}
        found = {keys[header] for header in folded if header in keys}
        missing = sum(column not in found for column in contract.required)
        if len(found) >= OWN_HEADERS:
            share = len(found) / max(len(folded), 1)
            scores.append((name, min(share, 1.0) * (1 - missing / len(contract.required) / 2)))
    return sorted(scores, key=lambda score: -score[1])


def datasets_by_words(name: str) -> list[str]:
    """Datasets that words of the name mean; of 'march.zip › book.xlsx › Chargen' the last part speaks first."""
    for part in reversed(name.split("›")):
        found = [dataset_name for word in words_in(part) for dataset_name in _meant_by(word)]
        if found:
            return list(dict.fromkeys(found))
    return []


def dataset_by_words(name: str) -> str | None:
    """The one dataset that the name means; None where it means none or several."""
    found = datasets_by_words(name)
    return found[0] if len(found) == 1 else None


def _meant_by(word: str) -> Iterator[str]:
    for name, starts in NAME_WORDS.items():
        if any(word in (start, f"{start}s") if start in WHOLE_WORDS else word.startswith(start) for start in starts):
            yield name


def _by_own_headers(own: list[tuple[str, float]], named: list[str]) -> Recognition:
    best, share = own[0]
    clear = len(own) == 1 or share > own[1][1] * FAR_AHEAD or (share == 1.0 and own[1][1] < 1.0)
    why = f"its headers are those of {dataset(best).title}"
    if not clear:
        agreed = [name for name, _ in own if name in named]
        if len(agreed) == 1:
            return Recognition(
                agreed[0],
                True,
                f"its headers and its name fit {dataset(agreed[0]).title}",
                _others(agreed[0], _names(own)),
            )
    elif len(named) == 1 and named[0] != best:
        why += f", although its name says {dataset(named[0]).title}"
    return Recognition(best, clear, why, _others(best, _names(own), named))


def _names(scores: Sequence[tuple[str, float]]) -> list[str]:
    return [name for name, _ in scores]


def _by_saved(table: TextTable, saved: Sequence[SavedMapping]) -> tuple[str, bool, str] | None:
    """The dataset whose saved mapping fits these headers, whether beyond doubt, and the sentence for it.

    Beyond doubt: the very headers that it was made for, and no other dataset has a mapping for them.
    """
    fitting = [one for name in DATASET_NAMES for one in recognise(table.cells.columns, name, saved)[:1]]
    fitting.sort(key=lambda one: (not one.exact, len(one.needed), len(one.new_headers)))
    if not fitting:
        return None
    best = fitting[0].saved
    partner = "several partners" if best.partner_id == "*" else best.partner_id
    why = f"read with the mapping saved for {partner}"
    if not fitting[0].exact:
        return best.dataset, False, f"{why}, although its headers have changed"
    return best.dataset, sum(one.exact for one in fitting) == 1, why


def _by_content(table: TextTable, known: KnownRecords) -> list[tuple[str, float, str]]:
    from kpi.intake.suggestion import dataset_scores

    return list(dataset_scores(table, known))


def _by_scores(scored: list[tuple[str, float, str]], named: list[str], name: str) -> Recognition:
    """Foreign headers: what they look like, and what the name says. Sure only where both agree and nothing else is
    near; otherwise a person looks.
    """
    plausible = [(found, score, why) for found, score, why in scored if score >= LEAST_SCORE]
    if plausible and plausible[0][0] in named:
        best, score, why = plausible[0]
        clear = len(plausible) == 1 or score > plausible[1][1] * FAR_AHEAD
        return Recognition(
            best,
            clear,
            f"{why}, and its name says {dataset(best).title}",
            _others(best, [p[0] for p in plausible], named),
        )
    if plausible and (len(plausible) == 1 or plausible[0][1] > plausible[1][1] * FAR_AHEAD):
        best, _, why = plausible[0]
        return Recognition(best, False, why, _others(best, [p[0] for p in plausible], named))
    if len(named) == 1:
        what = "the sheet is called" if "›" in name else "the file is called"
        said = f"{what} {name.split('›')[-1].strip()}"
        return Recognition(named[0], False, said, _others(named[0], [p[0] for p in plausible]))
    likely = list(dict.fromkeys([*named, *(p[0] for p in plausible)]))
    why = "its headers and its name fit several datasets" if likely else "neither its headers nor its name tell"
    return Recognition(None, False, why, tuple(likely))


def _others(best: str, *lists: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in dict.fromkeys(name for names in lists for name in names) if name != best)
