"""A part read with the mapping that was saved for files like it, if there is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kpi.intake.contracts import DATASET_NAMES
from kpi.intake.mapping_data import NO_MAPPING, Mapping
from kpi.intake.read import read_table
from kpi.intake.recognition import Recognition, optional, recognise_dataset
from kpi.intake.refusal import FileRefused
from kpi.intake.table import LIMITS, FileHints, Limits

if TYPE_CHECKING:
    from kpi.intake.bundle import Part
    from kpi.intake.known import KnownRecords


def recognise_part(
    part: Part,
    *,
    known: KnownRecords,
    saved: Sequence[Any] = (),
    stated: str | None = None,
    limits: Limits = LIMITS,
) -> tuple[Recognition, Mapping]:
    """What the part is, and the saved mapping that was made for just these headers (NO_MAPPING where none was).

    ``stated``: the dataset, where a person said it. A saved mapping also says how to read what cannot be read without
    it: an encoding, a row of headers. Raises FileRefused where the part cannot be read in any of these ways.
    """
    fitting = [found for name in DATASET_NAMES if stated in (None, name) and (found := _saved_for(part, name, saved))]
    if stated is not None:
        return Recognition(stated, True, "as you said"), fitting[0][1] if fitting else NO_MAPPING
    if len(fitting) == 1:
        name, mapping, partner = fitting[0]
        return Recognition(name, True, f"read with the mapping saved for {partner}"), mapping
    table = read_table(part.content, part.file_name, FileHints(sheet=part.sheet), limits=limits)
    return recognise_dataset(table, part.name, known=known, saved=saved), NO_MAPPING


def _saved_for(part: Part, name: str, saved: Sequence[Any]) -> tuple[str, Mapping, str] | None:
    """The one saved mapping of this dataset with exactly the part's headers."""
    recognise_file = optional("kpi.intake.saved_reading", "recognise_file")
    mapping_for = optional("kpi.intake.saved_reading", "mapping_for")
    if recognise_file is None or not any(one.dataset == name for one in saved):
        return None
    try:
        found = recognise_file(part.content, part.file_name, name, saved, FileHints(sheet=part.sheet))
    except FileRefused:
        return None
    exact = [one for one in found.recognised if one.exact]
    if len(exact) != 1:
        return None
    partner = exact[0].saved.partner_id
    return name, mapping_for(found, exact[0]), "several partners" if partner == "*" else partner
