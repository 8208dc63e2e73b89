"""Names that files bring along: made harmless for the ledger, and the month that one names beyond doubt."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import date
from pathlib import PurePosixPath

LONGEST_NAME = 120
LONGEST_SUFFIX = 10
UNSEEN = ("C", "Zl", "Zp")  # control, formatting (also the marks that turn the direction of writing), lone surrogates
RESERVED = frozenset('<>:"|?*')  # in no name that every system can write
NAMELESS = "file"

FIRST_YEAR, LAST_YEAR = 2000, 2099
# Month names as they stand in file names, without accents: English, German, French, Italian, Spanish. Data, not a
# guess: a word that means a month in one of them means no other month in another.
MONTH_NAMES = (
    "january jan januar jaenner janner janvier janv gennaio gen enero ene",
    "february feb februar fevrier fevr febbraio febrero",
    "march mar maerz marz mars marzo mrz",
    "april apr avril avr aprile abril abr",
    "may mai maggio mag mayo",
    "june jun juni juin giugno giu junio",
    "july jul juli juillet juil luglio lug julio",
    "august aug aout agosto ago",
    "september sep sept septembre settembre set septiembre",
    "october oct oktober okt octobre ottobre ott octubre",
    "november nov novembre noviembre",
    "december dec dezember dez decembre dicembre dic diciembre",
)
MONTH_OF = {name: number for number, names in enumerate(MONTH_NAMES, start=1) for name in names.split()}
YEAR = rf"(?P<year>{FIRST_YEAR // 100}\d\d)"
MONTH = r"(?P<month>0[1-9]|1[0-2])"
WORD = rf"(?P<word>{'|'.join(sorted(MONTH_OF, key=len, reverse=True))})"
# A day before or after makes it a date, which more often says when a file was made than what it is about.
ALONE = (r"(?<!\d)(?<!\d[-_. ])", r"(?![-_. ]?\d)")
MONTH_FORMS = tuple(
    re.compile(form)
    for form in (
        rf"{ALONE[0]}{YEAR}[-_. ]?{MONTH}{ALONE[1]}",
        rf"{ALONE[0]}{MONTH}[-_.]{YEAR}{ALONE[1]}",
        rf"(?<![a-z])(?<!\d)(?<!\d[-_. ]){WORD}[-_. ]*{YEAR}{ALONE[1]}",
        rf"{ALONE[0]}{YEAR}[-_. ]*{WORD}(?![a-z])(?![-_. ]?\d)",
    )
)


def safe_name(name: str) -> str:
    """The base name alone, at most 120 characters, without what could name a folder, hide or steer anything."""
    base = re.split(r"[/\\]", name)[-1]
    kept = "".join("_" if letter in RESERVED or _unseen(letter) else letter for letter in base).lstrip().rstrip(" .")
    if len(kept) > LONGEST_NAME:
        suffix = PurePosixPath(kept).suffix
        suffix = suffix if len(suffix) <= LONGEST_SUFFIX else ""
        kept = kept[: LONGEST_NAME - len(suffix) - 1].rstrip() + "…" + suffix
    return kept or NAMELESS


def safe_path(name: str) -> str:
    """The same for every part of a path, to tell files of one name apart: ``a/x.csv``. No part of it leads upwards."""
    parts = [safe_name(part) for part in re.split(r"[/\\]", name) if part.strip(" .")]
    return "/".join(parts[-3:]) or NAMELESS


def numbered(names: Iterable[str]) -> list[str]:
    """The names in their order; one that was there before, in any case, gets a number: ``x (2).csv``."""
    seen: Counter[str] = Counter()
    told = []
    for name in names:
        seen[name.casefold()] += 1
        count = seen[name.casefold()]
        path = PurePosixPath(name)
        told.append(name if count == 1 else f"{path.stem} ({count}){path.suffix}")
    return told


def month_in_name(name: str) -> date | None:
    """The first day of the one month that a file's name tells: ``2026-03``, ``202603``, ``03.2026``, ``März 2026``.

    Of 'march 2026.zip › deliveries.csv' the last part that tells any counts. None where it names none, a whole date,
    or several months. A suggestion for a person, never an answer.
    """
    for part in reversed(re.split(r"[/\\›]", name)):
        found = _months_in(_plain(part))
        if found:
            return found.pop() if len(found) == 1 else None
    return None


def _months_in(text: str) -> set[date]:
    found = set()
    for form in MONTH_FORMS:
        for match in form.finditer(text):
            told = match.groupdict()
            month = MONTH_OF[told["word"]] if told.get("word") else int(told["month"])
            found.add(date(int(told["year"]), month, 1))
    return found


def words_in(name: str) -> list[str]:
    """The words of a name, lower case, without accents; ``CamelCase`` counts as two."""
    return re.findall(r"[a-z]+", _plain(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)))


def _plain(text: str) -> str:
    """Lower case without accents: März and Marz alike."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def _unseen(letter: str) -> bool:
    return unicodedata.category(letter).startswith(UNSEEN)
