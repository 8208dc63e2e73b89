"""What a decision, an action or an agenda item is about: an indicator, an escalation or one record."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kpi.errors import UsageError
from kpi.intake.contracts import DATASET_NAMES

INDICATOR, ESCALATION, RECORD = LINK_KINDS = ("indicator", "escalation", "record")
LONGEST_RECORD = 200  # characters of a record's id
_INDICATOR = re.compile(r"indicator:([a-z][a-z0-9_]{0,99})(?::([A-Z]{3}))?")
_ESCALATION = re.compile(r"escalation:(E-[0-9a-f]{8,64})")
_RECORD = re.compile(rf"record:({'|'.join(DATASET_NAMES)})/(.{{1,{LONGEST_RECORD}}})")


@dataclass(frozen=True)
class Link:
    """``kind``: one of LINK_KINDS, "" for about nothing in particular. What does not go with the kind is ""."""

    kind: str = ""
    kpi_id: str = ""
    currency: str = ""
    escalation_id: str = ""
    dataset: str = ""
    record_id: str = ""

    @property
    def text(self) -> str:
        """As it is kept and typed: "indicator:supplied_value:EUR", "escalation:E-1a2b3c4d", "record:deviations/D1"."""
        if self.kind == INDICATOR:
            return f"indicator:{self.kpi_id}:{self.currency}" if self.currency else f"indicator:{self.kpi_id}"
        if self.kind == ESCALATION:
            return f"escalation:{self.escalation_id}"
        return f"record:{self.dataset}/{self.record_id}" if self.kind == RECORD else ""

    @property
    def figure(self) -> str:
        """The key of the indicator's figure in a pack, "right_first_time" or "supplied_value:EUR"; "" for others."""
        return ":".join(part for part in (self.kpi_id, self.currency) if part)


NO_LINK = Link()


def indicator_link(kpi_id: str, currency: str = "") -> Link:
    """Raises UsageError for what cannot be one, as do the two below."""
    return parse_link(Link(INDICATOR, kpi_id=kpi_id, currency=currency).text)


def escalation_link(escalation_id: str) -> Link:
    return parse_link(Link(ESCALATION, escalation_id=escalation_id).text)


def record_link(dataset: str, record_id: str) -> Link:
    return parse_link(Link(RECORD, dataset=dataset, record_id=record_id).text)


def parse_link(text: str) -> Link:
    """The link of its text; "" is none. Raises UsageError for a text that is no link."""
    if not text:
        return NO_LINK
    if found := _INDICATOR.fullmatch(text):
        return Link(INDICATOR, kpi_id=found[1], currency=found[2] or "")
    if found := _ESCALATION.fullmatch(text):
        return Link(ESCALATION, escalation_id=found[1])
    found = _RECORD.fullmatch(text)
    if found and found[2].isprintable() and found[2] == found[2].strip():
        return Link(RECORD, dataset=found[1], record_id=found[2])
    raise UsageError(
        f'"{text}" names nothing that a meeting can be about. Allowed: indicator:ID or indicator:ID:CURRENCY, '
        f"escalation:E-1a2b3c4d, record:DATASET/ID (DATASET is one of {', '.join(DATASET_NAMES)}). Nothing was written."
    )


def is_link(value: object) -> bool:
    """Whether a fact of an event is the text of a link, "" included."""
    if not isinstance(value, str):
        return False
    try:
        return parse_link(value).text == value
    except UsageError:
        return False
