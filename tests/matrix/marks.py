"""Marker strings: a word per partner that stands in no other text, and behind it what it was written into."""

from __future__ import annotations

import re
from collections.abc import Iterable

OURS, THEIRS, QUIET = "JVAY", "KWBZ", "HXCM"
"""Ours is the partner whose people look; theirs is the one whose markers they must never see; quiet has no records."""
NOBODY = "QPXW"
"""An id of the same length that no partner has: refusals for theirs must read as for this one."""
NUMBERS = {OURS: (6007, 6011), THEIRS: (7919, 7927)}
"""Amounts that only records of that partner hold."""

_NUMBER = r"(?<![\w.]){0}[,.   ]?{1}(?![\w])"


def mark(partner: str, where: str) -> str:
    """What is written into ``where``: "KWBZ-capa-id", so that a leak names its origin."""
    return f"{partner}-{where}"


def leaks(text: str, partner: str) -> list[str]:
    """The markers of ``partner`` in ``text``, however their letters are written, and its numbers."""
    words = re.findall(rf"{partner}[\w-]*", text, re.IGNORECASE)
    numbers = [
        found[0] for number in NUMBERS.get(partner, ()) for found in re.finditer(_NUMBER.format(*divided(number)), text)
    ]
    return sorted({*words, *numbers})


def divided(number: int) -> tuple[str, str]:
    """Thousands and the rest, between which a sign may stand."""
    return str(number)[:-3], str(number)[-3:]


def foreign(text: str, own: Iterable[str]) -> list[str]:
    """The markers in ``text`` of partners that are not among ``own``."""
    return [found for partner in (OURS, THEIRS, QUIET) if partner not in own for found in leaks(text, partner)]


def words(sent: str, own: Iterable[str], typed: Iterable[str] = ()) -> list[str]:
    """The foreign markers in what came over a wire, apart from the words that were typed.

    A byte that stands for a field may follow a text there and look like a letter of it.
    """
    found = {
        word for partner in (OURS, THEIRS, QUIET) if partner not in own
        for word in re.findall(rf"{partner}[\w-]*", sent, re.IGNORECASE)
    }  # fmt: skip
    return sorted(word for word in found if not any(re.fullmatch(rf"{re.escape(one)}\w?", word) for one in typed))
