"""How a file writes its numbers: which sign is the decimal sign, which groups thousands; told by the values, or asked.

12,5 cannot group thousands, 1.234,5 and 1.234.567 show both signs; 1.234 alone shows nothing.
"""

from __future__ import annotations

from collections.abc import Mapping as Dict
from dataclasses import dataclass, replace

import polars as pl

from kpi.intake.mapping_data import Mapping
from kpi.intake.number_signs import OTHER_SIGN, SPACES, either, only_decimal
from kpi.intake.suggestion_data import Question

SIGNS = (",", ".")
OTHER_GROUPS = {"'": "['’]", " ": f"[{SPACES}]"}


@dataclass(frozen=True)
class Numbers:
    """What goes into the mapping about numbers, and what a person has to be asked or told."""

    decimal: str | None
    thousands: str | None
    questions: tuple[Question, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Evidence:
    """Cells per sign: those where it can only be the decimal sign, and single groups, where it could be either."""

    decimal: dict[str, pl.DataFrame]
    lonely: dict[str, pl.DataFrame]
    other: str | None


def suggest_numbers(
    counts: Dict[str, tuple[str, pl.DataFrame]], elsewhere: list[tuple[str, pl.DataFrame]], base: Mapping
) -> Numbers:
    """counts: per number column of ours its header and the file's text cells (value, count), real numbers left out.

    elsewhere: other columns of numbers in the file, asked only where those of ours are silent.
    """
    if base.decimal is not None:
        return Numbers(base.decimal, base.thousands)
    own = _evidence([frame for _, frame in counts.values()])
    telling = [sign for sign in SIGNS if own.decimal[sign].height]
    if len(telling) == 2:
        return _torn(own, base)
    lonely = [sign for sign in SIGNS if own.lonely[sign].height]
    if telling:
        return _settled(telling[0], own, base, _because(own.decimal[telling[0]], telling[0], ""))
    if not lonely:
        return Numbers(None, base.thousands or own.other)
    for header, frame in elsewhere:
        also = _evidence([frame])
        found = [sign for sign in SIGNS if also.decimal[sign].height]
        if len(found) == 1 and not _like_versions(also.decimal[found[0]]):
            told = _settled(found[0], own, base, _because(also.decimal[found[0]], found[0], f' in "{header}"'))
            return replace(told, decimal=found[0])  # what is read does not tell by itself, so the mapping must
    return Numbers(None, base.thousands, (_question(counts, own.lonely[lonely[0]], lonely[0]),))


def _evidence(frames: list[pl.DataFrame]) -> _Evidence:
    empty = pl.DataFrame(schema={"value": pl.String, "count": pl.UInt32})
    cells = pl.concat([empty, *(frame.cast({"count": pl.UInt32}) for frame in frames)])
    value = pl.col("value")
    other = [
        sign
        for sign, group in OTHER_GROUPS.items()
        if _some(cells, rf"^[+-]?\d{{1,3}}(?:{group}\d{{3}})+(?:[.,]\d+)?$")
    ]
    return _Evidence(
        {sign: cells.filter(value.str.contains(only_decimal(sign))) for sign in SIGNS},
        {sign: cells.filter(value.str.contains(either(sign))) for sign in SIGNS},
        other[0] if other else None,
    )


def _some(cells: pl.DataFrame, pattern: str) -> bool:
    return bool(cells.filter(pl.col("value").str.contains(pattern)).height)


def _like_versions(cells: pl.DataFrame) -> bool:
    """Versions, clauses and chapters (2.1, 5.11) have a point whatever sign the file's numbers have."""
    return not _some(cells, r",")


def _settled(decimal: str, own: _Evidence, base: Mapping, because: str) -> Numbers:
    """With a point as the decimal sign and no groups nothing needs saying: such numbers are read as they are."""
    other = OTHER_SIGN[decimal]
    grouped = _some(own.decimal[decimal], rf"\d[{other}]\d{{3}}")
    thousands = base.thousands or own.other or (other if own.lonely[other].height else None)
    notes = [f'The decimal sign is "{decimal}" because {because}.']
    if own.lonely[decimal].height:
        example = own.lonely[decimal]["value"][0]
        notes.append(f"So {example} is {example.split(decimal)[0]} with decimals, not {example.replace(decimal, '')}.")
    if decimal == "." and thousands is None and not grouped:
        return Numbers(None, None, (), tuple(notes) if own.lonely[decimal].height else ())
    if thousands == other:
        example = own.lonely[other]["value"][0] if own.lonely[other].height else ""
        notes.append(f'So "{other}" groups thousands: {example} is {example.replace(other, "")}.' if example else "")
    return Numbers(decimal, thousands, (), tuple(note for note in notes if note))


def _because(cells: pl.DataFrame, sign: str, where: str) -> str:
    example = cells.sort(["count", "value"], descending=[True, False])["value"][0]
    return f"{example}{where} can be read in one way only"


def _torn(own: _Evidence, base: Mapping) -> Numbers:
    """Both signs are certain somewhere: no choice reads all of the file."""
    shown = [own.decimal[sign].sort(["count", "value"], descending=[True, False])["value"][0] for sign in SIGNS]
    note = (
        f"The file contradicts itself: in {shown[0]} the comma is the decimal sign, in {shown[1]} the point. "
        "Whichever is chosen, the other cells will be refused."
    )
    choices = tuple(
        (sign, f'"{sign}" is the decimal sign, as in {example}') for sign, example in zip(SIGNS, shown, strict=True)
    )
    question = Question("decimal sign", "", None, "Which is the decimal sign of this file?", choices, tuple(shown))
    return Numbers(None, base.thousands, (question,), (note,))


def _question(counts: Dict[str, tuple[str, pl.DataFrame]], cells: pl.DataFrame, sign: str) -> Question:
    """sign: that of the example; either it groups thousands, or it is the decimal sign."""
    examples = tuple(cells.sort(["count", "value"], descending=[True, False])["value"].head(5).to_list())
    holding = [header for header, frame in counts.values() if frame["value"].is_in(list(examples)).any()]
    example = examples[0]
    other = OTHER_SIGN[sign]
    whole = example.replace(sign, "")
    choices = (
        (other, f'{example} is {whole}: "{sign}" groups thousands'),
        (sign, f'{example} is {example.replace(sign, ".")} with a decimal point: "{sign}" is the decimal sign'),
    )
    headers = ", ".join(f'"{header}"' for header in holding)
    text = f'Is the "{sign}" of {example} in {headers} a decimal sign, or does it group thousands?'
    return Question("decimal sign", "", None, text, choices, examples)
