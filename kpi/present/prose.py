"""Sentences in stretches, some of which stand out; whoever shows them decides how, and escapes what is in them."""

from __future__ import annotations

from collections.abc import Iterable

Run = tuple[str, bool]  # a stretch of text, and whether it stands out
Sentence = tuple[Run, ...]


def plain(text: str) -> Run:
    return text, False


def strong(text: str) -> Run:
    return text, True


def text_of(sentence: Iterable[Run]) -> str:
    """The sentence as text alone."""
    return "".join(text for text, _ in sentence)


def lower_first(text: str) -> str:
    """ "Right first time" as it stands within a sentence; "CAPA on time" stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]
