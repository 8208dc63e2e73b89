"""What a proposed mapping consists of: one suggestion per column of ours, and the questions that remain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kpi.intake.mapping_data import Mapping

QuestionKind = Literal["date order", "decimal sign", "value", "constant", "column"]


@dataclass(frozen=True)
class Suggestion:
    """One column of ours. ``header``: theirs that is proposed, None if none; ``others``: further ones, best first.

    ``why`` is a short phrase for a person. ``sure``: safe to take without looking twice; it is shown all the same.
    """

    column: str
    header: str | None
    others: tuple[str, ...]
    why: str
    sure: bool


@dataclass(frozen=True)
class Question:
    """Something that the file cannot decide and that must be answered before it can be read.

    ``column`` is ours, "" where the question concerns the whole file. ``choices``: the value as it goes into the
    mapping, and what a person reads. ``examples``: values of theirs, most frequent first; a question of kind "value" is
    about its one example.
    """

    kind: QuestionKind
    column: str
    header: str | None
    text: str
    choices: tuple[tuple[str, str], ...]
    examples: tuple[str, ...]

    @property
    def key(self) -> str:
        """Names the question in ``answered``; the same file gives the same keys, in whatever order its columns are."""
        parts = [self.kind, self.column]
        if self.kind == "value":
            parts.append(self.examples[0])
        return ":".join(parts)


@dataclass(frozen=True)
class Proposal:
    """The best mapping that needs no guess, and everything a person should see beside it.

    suggestions: one per column of the contract, in its order. unused: their headers that nothing uses, in the file's
    order. notes: sentences.
    """

    mapping: Mapping
    suggestions: tuple[Suggestion, ...]
    questions: tuple[Question, ...]
    unused: tuple[str, ...]
    notes: tuple[str, ...]
