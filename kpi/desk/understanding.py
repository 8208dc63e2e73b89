"""What an uploaded part is and how it is read, or the one question that has to be answered before that is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from kpi.desk.head import head_table
from kpi.intake.bundle import Part, Recognition, recognise_dataset
from kpi.intake.constant_text import said_for_one_file
from kpi.intake.contracts import DATASET_NAMES, Dataset
from kpi.intake.contracts import dataset as contract_of
from kpi.intake.filekind import OLE, ZIP
from kpi.intake.findings import Findings
from kpi.intake.headers import match_headers
from kpi.intake.known import KnownRecords
from kpi.intake.mapping import NO_MAPPING, Mapping, parse_mapping
from kpi.intake.refusal import FileRefused
from kpi.intake.saved import Recognised, SavedMapping, file_hints, recognise
from kpi.intake.suggestion import dataset_scores, needs_mapping
from kpi.intake.table import FileHints, TextTable

if TYPE_CHECKING:
    import polars as pl

NOT_UTF8 = ("encoding_not_utf8", "encoding_wrong")
WHICH_SHEET = ("several_sheets", "sheet_missing")
LIKELY = 0.5  # of a file understood as one dataset, to be shown its mapping instead of being asked for the dataset
FAR_AHEAD = 1.2  # how many times the next best
MOST_WAYS, MOST_WAYS_OF_A_WORKBOOK = 20, 3  # of reading one file, as saved mappings name them
CONTAINERS = (ZIP, OLE)


class Stage(Enum):
    """How far a part is understood: what has to be asked next, or that it can be checked."""

    REFUSED = "refused"
    ENCODING = "encoding"
    SHEET = "sheet"
    DATASET = "dataset"
    WHOSE = "whose mapping"
    MAPPING = "mapping"
    READABLE = "readable"


class Source(Enum):
    """Where the mapping comes from."""

    OWN_HEADERS = "own headers"
    SAVED = "saved"
    SAID = "said"


@dataclass(frozen=True)
class Said:
    """What a person has said about a part so far; None leaves it to the file and to what was saved.

    ``file``: encoding, delimiter, sheet, header row. ``mapping``: made or chosen for this part. ``partner_id``: whose
    saved mapping is meant, where several partners send the same headers.
    """

    dataset: str | None = None
    file: FileHints = field(default_factory=FileHints)
    mapping: Mapping | None = None
    partner_id: str | None = None


@dataclass(frozen=True)
class Understood:
    """``table`` holds the file's first rows (see ``head_table``), None where it can't be read yet.

    ``recognised``: the saved mapping that fits, exactly or nearly; ``candidates``: those of several partners.
    ``say_again``: (our column, value) for the days that the recognised mapping gave to every row of its own file.
    ``refusal``: why the file can't be read (stages REFUSED, ENCODING, SHEET).
    """

    stage: Stage
    table: TextTable | None = None
    dataset: str | None = None
    recognition: Recognition | None = None
    mapping: Mapping = NO_MAPPING
    source: Source = Source.OWN_HEADERS
    recognised: Recognised | None = None
    candidates: tuple[Recognised, ...] = ()
    say_again: tuple[tuple[str, str], ...] = ()
    refusal: Findings | None = None


def understand(
    part: Part,
    said: Said,
    *,
    known: KnownRecords,
    saved: Sequence[SavedMapping],
    made: Sequence[SavedMapping] = (),
) -> Understood:
    """Reads the head of a part and goes as far as possible without guessing. Never raises for bad data.

    ``made``: mappings that this person made a moment ago, before anything was saved; they go before the saved ones.
    """
    if part.refused is not None:
        return Understood(Stage.REFUSED, refusal=part.refused)
    hints = replace(said.file, sheet=said.file.sheet or part.sheet)
    try:
        table, hints = _read(part, hints, said, (*made, *saved))
    except FileRefused as refusal:
        return Understood(_why_unreadable(refusal.findings.frame), refusal=refusal.findings)
    recognition = recognise_dataset(table, part.name, known=known, saved=(*made, *saved))
    unsure = _likely(table, known) or _nearly_saved(table, (*made, *saved))
    dataset = said.dataset or (recognition.dataset if recognition.sure else unsure)
    if dataset is None:
        return Understood(Stage.DATASET, table, None, recognition)
    found = Understood(Stage.READABLE, table, dataset, recognition)
    just_made = _exact(found, recognise(table.cells.columns, dataset, made))
    if just_made and said.mapping is None:
        return _read_as(found, just_made[0], hints)
    return _with_mapping(found, hints, said, saved)


def _likely(table: TextTable, known: KnownRecords) -> str | None:
    """What a file of foreign headers most likely is: not certain, but a person sees it beside the mapping."""
    (best, score, _), (_, second, _) = dataset_scores(table, known)[:2]
    return best if score >= LIKELY and score >= second * FAR_AHEAD else None


def _nearly_saved(table: TextTable, saved: Sequence[SavedMapping]) -> str | None:
    """The dataset of a saved mapping whose headers these nearly are."""
    near = [found for name in DATASET_NAMES for found in recognise(table.cells.columns, name, saved)]
    return near[0].saved.dataset if near else None


def _read(part: Part, hints: FileHints, said: Said, saved: Sequence[SavedMapping]) -> tuple[TextTable, FileHints]:
    """The head, and how it was read: plainly or, where that gives the headers of no saved mapping, as one says.

    Another way of reading is only taken where its headers are exactly those of a saved mapping; where the file can't be
    read plainly at all, also where they are nearly those of one: then a person looks at it anyway.
    """
    failure: FileRefused | None = None
    found: tuple[TextTable, FileHints] | None = None
    try:
        found = head_table(part.content, part.file_name, hints, said.dataset), hints
    except FileRefused as refusal:
        failure = refusal
    if found is not None and _fits(found[0], said, saved, exactly=True):
        return found
    for tried in _other_ways(part, hints, said, saved):
        try:
            table = head_table(part.content, part.file_name, tried)
        except FileRefused:
            continue
        if _fits(table, said, saved, exactly=True):
            return table, tried
        if found is None and _fits(table, said, saved, exactly=False):
            found = table, tried
    if found is None:
        assert failure is not None
        raise failure
    return found


def _fits(table: TextTable, said: Said, saved: Sequence[SavedMapping], *, exactly: bool) -> bool:
    datasets = {said.dataset} if said.dataset else {one.dataset for one in saved}
    fitting = (found for name in datasets for found in recognise(table.cells.columns, name, saved))
    return any(found.exact or not exactly for found in fitting)


def _other_ways(part: Part, hints: FileHints, said: Said, saved: Sequence[SavedMapping]) -> Iterator[FileHints]:
    """The different ways of reading that saved mappings name, newest first; a workbook is dear to open."""
    most = MOST_WAYS if part.sheet is None and not part.content.startswith(CONTAINERS) else MOST_WAYS_OF_A_WORKBOOK
    seen = {hints}
    for one in sorted(saved, key=lambda mapping: -mapping.version):
        way = merged(file_hints(one), hints)
        if way in seen or (said.dataset is not None and one.dataset != said.dataset):
            continue
        if len(seen) > most:
            return
        seen.add(way)
        yield way


def merged(theirs: FileHints, said: FileHints) -> FileHints:
    """What a saved mapping says about the file, with what a person said about this one going before it."""
    return FileHints(
        delimiter=said.delimiter or theirs.delimiter,
        encoding=said.encoding or theirs.encoding,
        sheet=said.sheet or theirs.sheet,
        header_row=said.header_row or theirs.header_row,
    )


def _why_unreadable(findings: pl.DataFrame) -> Stage:
    codes = set(findings["code"])
    if codes & set(NOT_UTF8):
        return Stage.ENCODING
    return Stage.SHEET if codes & set(WHICH_SHEET) else Stage.REFUSED


def _with_mapping(found: Understood, hints: FileHints, said: Said, saved: Sequence[SavedMapping]) -> Understood:
    assert found.table is not None
    assert found.dataset is not None
    headers = found.table.cells.columns
    if said.mapping is not None:
        return replace(found, mapping=with_hints(said.mapping, hints, found.dataset), source=Source.SAID)
    fitting = recognise(headers, found.dataset, [one for one in saved if said.partner_id in (None, one.partner_id)])
    exact = _exact(found, fitting)
    if len(exact) == 1:
        return _read_as(found, exact[0], hints)
    if not needs_mapping(headers, contract_of(found.dataset)):
        return replace(found, mapping=with_hints(NO_MAPPING, hints, found.dataset))
    if exact:
        return replace(found, stage=Stage.WHOSE, candidates=tuple(exact))
    nearest = fitting[0] if fitting else None
    if nearest is None:
        return replace(found, stage=Stage.MAPPING, mapping=with_hints(NO_MAPPING, hints, found.dataset))
    base = _still_there(mapping_of(nearest.saved), headers)
    return _to_be_looked_at(found, nearest, with_hints(base, hints, found.dataset))


def _exact(found: Understood, fitting: Sequence[Recognised]) -> list[Recognised]:
    """Those made for just these headers. Our own ones come from every partner: then it counts whose file it is."""
    assert found.table is not None
    assert found.dataset is not None
    exact = [one for one in fitting if one.exact]
    contract = contract_of(found.dataset)
    if not exact or needs_mapping(found.table.cells.columns, contract):
        return exact
    partners = partners_named(found.table, contract)
    return [one for one in exact if partners == {one.saved.partner_id}]


def partners_named(table: TextTable, contract: Dataset) -> set[str]:
    """The partners in a table with our own headers."""
    header = match_headers(table.cells.columns, contract, NO_MAPPING).found.get("partner_id")
    if header is None:
        return set()
    return {text for cell in table.cells[header].unique() if (text := cell.strip())}


def _still_there(mapping: Mapping, headers: Sequence[str]) -> Mapping:
    """What of a saved mapping can still be used: columns whose header has gone are to be found anew."""
    kept = {ours: theirs for ours, theirs in mapping.columns.items() if theirs in headers}
    return replace(mapping, columns=kept)


def _read_as(found: Understood, recognised: Recognised, hints: FileHints) -> Understood:
    # Read as it was read now, not as then: the partner may have changed to UTF-8 since.
    mapping = replace(mapping_of(recognised.saved), file=_without_own_sheet(hints, found.dataset))
    asked = _to_be_looked_at(found, recognised, mapping)
    return asked if asked.say_again else replace(found, mapping=mapping, source=Source.SAVED, recognised=recognised)


def _to_be_looked_at(found: Understood, recognised: Recognised, base: Mapping) -> Understood:
    """The mapping step, begun with what is saved, without the days that were those of the file it was made for."""
    contract = contract_of(recognised.saved.dataset)
    once = {ours for ours in base.constants if said_for_one_file(contract.column(ours))}
    kept = {ours: value for ours, value in base.constants.items() if ours not in once}
    return replace(
        found,
        stage=Stage.MAPPING,
        mapping=replace(base, constants=kept),
        recognised=recognised,
        say_again=tuple((ours, value) for ours, value in base.constants.items() if ours in once),
    )


def mapping_of(saved: SavedMapping) -> Mapping:
    """The saved text as a mapping; it was checked before it was saved."""
    return parse_mapping(saved.mapping_text, contract_of(saved.dataset), f"the mapping of {saved.partner_id}")


def with_hints(mapping: Mapping, hints: FileHints, dataset: str | None = None) -> Mapping:
    """The mapping with what is said about this file in it, so that it is recorded with the submission."""
    return replace(mapping, file=_without_own_sheet(merged(mapping.file, hints), dataset))


def _without_own_sheet(hints: FileHints, dataset: str | None) -> FileHints:
    """A sheet that bears the dataset's name is found without being named, as in a template."""
    own = hints.sheet is not None and dataset is not None and hints.sheet.strip().casefold() == dataset
    return replace(hints, sheet=None) if own else hints
