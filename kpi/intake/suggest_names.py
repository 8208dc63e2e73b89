"""How well a header names a column of ours, and why: the same name, a word of the vocabulary, or something like it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from kpi.intake.contracts.base import Column
from kpi.intake.headers import fold
from kpi.intake.vocabulary import LANGUAGES, Words

SAME, KNOWN_WORD, SAME_PARTS, LIKE = 1.0, 0.95, 0.9, 0.82
LEAST_LIKE = 0.6  # below that two names have nothing to do with each other
GENERIC = {"date", "number", "quantity", "name", "code", "percent", "day", "on", "am", "le", "el", "il"}
GENERIC_WEIGHT = 0.35
ALIKE = 0.84  # two parts that are as alike as "deviation" and "deviazione"
LEAST_COMPOUND = 5  # letters of a part that may begin a longer one, as Charge does in Chargennummer


@dataclass(frozen=True)
class Named:
    """score 0..1; why: a phrase for a person, "" where the score is 0."""

    score: float
    why: str


NOT_NAMED = Named(0.0, "")


def named(header: str, column: Column, words: Words) -> Named:
    """How well the header names the column."""
    if fold(header) in (fold(column.name), fold(column.title)):
        return Named(SAME, "same name")
    keys = words.keys(header)
    own = {words.key(column.name), words.key(column.title)}
    if own & set(keys):
        return Named(KNOWN_WORD + 0.02, "same name")
    phrases = words.phrases.get(column.name, ())
    known = next((phrase for phrase in phrases if phrase.key in keys), None)
    if known is not None:
        return Named(KNOWN_WORD, _as_word(header, known.language, column))
    ours = [(key, f"like our {column.title}") for key in sorted(own)]
    theirs = [(phrase.key, f'like "{phrase.text}"') for phrase in phrases]
    best = max(((_likeness(key, of), why) for key in keys for of, why in [*ours, *theirs]), default=(0.0, ""))
    return Named(*best) if best[0] >= LEAST_LIKE * LIKE else NOT_NAMED


def _as_word(header: str, language: str, column: Column) -> str:
    title = column.title if column.title[:2].isupper() else column.title[:1].lower() + column.title[1:]
    if language == "en":
        return f'"{header}" is another name for {title}'
    if language == "erp":
        return f'"{header}" is what ERP and quality systems call {title}'
    return f'"{header}" is {LANGUAGES[language]} for {title}'


def _likeness(one: str, other: str) -> float:
    """0..SAME_PARTS for two keys."""
    mine, yours = _parts(one), _parts(other)
    if len(mine) == len(yours) and sorted(mine) == sorted(yours):
        return SAME_PARTS
    return LIKE * max(_overlap(mine, yours), _spelling(one, other))


@lru_cache(maxsize=100_000)
def _parts(key: str) -> tuple[str, ...]:
    return tuple(key.split())


def _overlap(mine: Sequence[str], yours: Sequence[str]) -> float:
    """The weight of the parts in common by the weight of all; 0 where only generic parts are common."""
    free = list(yours)
    common = telling = 0.0
    for part in mine:
        pairs = [(_alike(part, other), other) for other in free]
        strength, other = max(pairs, default=(0.0, ""))
        if strength:
            free.remove(other)
            common += strength * _weight(part)
            telling += part not in GENERIC
    if not telling:
        return 0.0
    every = sum(map(_weight, mine)) + sum(map(_weight, free))
    return common / every


def _weight(part: str) -> float:
    return GENERIC_WEIGHT if part in GENERIC else 1.0


@lru_cache(maxsize=100_000)  # the same few words are compared for every column
def _alike(one: str, other: str) -> float:
    if one == other:
        return 1.0
    short, long = sorted((one, other), key=len)
    if len(short) >= LEAST_COMPOUND and long.startswith(short):
        return 0.9
    if len(short) < LEAST_COMPOUND:
        return 0.0
    ratio = _ratio(one, other)
    return ratio if ratio >= ALIKE else 0.0


def _spelling(one: str, other: str) -> float:
    """For words run together or misspelt."""
    first, second = "".join(_parts(one)), "".join(_parts(other))
    if min(len(first), len(second)) < LEAST_COMPOUND or first in GENERIC or second in GENERIC:
        return 0.0
    ratio = _ratio(first, second)
    return ratio if ratio >= ALIKE else 0.0


@lru_cache(maxsize=100_000)
def _ratio(one: str, other: str) -> float:
    if _most_alike(one, other) < ALIKE:
        return 0.0
    first, second = sorted((one, other))  # the matcher's answer depends on the order
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


def _most_alike(one: str, other: str) -> float:
    """What the ratio can be at most: a letter that the other word has not is in no match. Hundreds of headers are
    compared with all words of the vocabulary, and nearly all of these pairs end here.
    """
    mine, yours = _letters(one), _letters(other)
    matched = min(len(one) - (mine & ~yours).bit_count(), len(other) - (yours & ~mine).bit_count())
    return 2 * matched / (len(one) + len(other))


@lru_cache(maxsize=100_000)
def _letters(word: str) -> int:
    """The different letters of a word as bits; letters that share a bit only make words look more alike."""
    bits = 0
    for letter in word:
        bits |= 1 << ord(letter) % 256
    return bits
