"""Choices of a pack kept as a TOML file, to be used again: every mistake in it is found and told at once, a line each.

A file may leave out the partner and the month, so that it serves many. What it does name is binding: comments were
written about one partner's figures of one month and must not stand beside others.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

from kpi.errors import InputRefused, UsageError
from kpi.present.wording import MONTHS, month_name
from kpi.qbr.choices import LONGEST_COMMENT, WINDOWS, Choices
from kpi.qbr.pack import INDICATOR, KINDS

KEYS = ("partner", "month", "window", "title", "until", "pages", "comments")
LONGEST_TITLE = 120  # characters: two lines of a title slide


@dataclass(frozen=True)
class SavedChoices:
    """What a file says; None, "" and empty for what it leaves out. The fields are those of ``Choices``."""

    partner_id: str = ""
    month: date | None = None
    window: int | None = None
    pages: tuple[str, ...] = ()
    comments: Mapping[str, str] = field(default_factory=dict)
    until: date | None = None
    title: str = ""

    def choices(self, *, partner_id: str = "", month: date | None = None, window: int | None = None) -> Choices:
        """The choices for a partner and month asked for beside the file; ``window`` asked for wins over the file's.

        Raises UsageError where the file is for another partner or month, or nobody names one.
        """
        if partner_id and self.partner_id and partner_id != self.partner_id:
            raise UsageError(
                f"These choices are for the partner {self.partner_id}, with its comments, and {partner_id} is asked "
                "for. Ask for the same partner, or take the partner and the comments out of the file."
            )
        if month and self.month and month != self.month:
            raise UsageError(
                f"These choices are for {month_name(self.month)}, with its comments, and {month_name(month)} is asked "
                "for. Ask for the same month, or take the month and the comments out of the file."
            )
        partner, chosen = partner_id or self.partner_id, month or self.month
        if not partner or chosen is None:
            missing = "partner" if not partner else "month"
            raise UsageError(f"No {missing} is named, neither in the choices nor beside them. Name one.")
        usual = Choices(partner, chosen, pages=self.pages, comments=dict(self.comments), until=self.until)
        return replace(usual, window=window or self.window or usual.window, title=self.title or usual.title)


def write_choices(choices: Choices) -> str:
    """The choices as a TOML file; ``read_choices`` gives them back. Equal choices give equal texts."""
    from kpi.intake.mapping_data import toml_value

    lines = [
        f"partner = {toml_value(choices.partner_id)}",
        f"month = {toml_value(f'{choices.month:%Y-%m}')}",
        f"window = {choices.window}",
        f"title = {toml_value(choices.title)}",
    ]
    if choices.until is not None:
        lines.append(f"until = {choices.until.isoformat()}")
    if choices.pages:
        lines += ["pages = [", *(f"  {toml_value(page)}," for page in choices.pages), "]"]
    comments = {key: text for key, text in sorted(choices.comments.items()) if text}
    if comments:
        lines += ["", "[comments]", *(f"{toml_value(key)} = {toml_value(text)}" for key, text in comments.items())]
    return "\n".join(lines) + "\n"


def read_choices(text: str, name: str = "choices") -> SavedChoices:
    """What a TOML text chooses. Raises InputRefused with a line per mistake; ``name`` is the file's, for the message.

    Whether there are such a partner and such indicators is not known here: gathering the pack says so.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputRefused(f"{name}: this is not TOML: {error}. Correct the line and try again.") from error
    reader = _Reader()
    found = reader.read(given)
    if reader.mistakes:
        noun = "mistake" if len(reader.mistakes) == 1 else "mistakes"
        lines = "\n".join(f"  {line}" for line in reader.mistakes)
        raise InputRefused(f"{name}: {len(reader.mistakes)} {noun} in the choices:\n{lines}")
    return found


class _Reader:
    """Reads key by key and gathers mistakes; what is mistaken is left out of the result."""

    def __init__(self) -> None:
        self.mistakes: list[str] = []

    def read(self, given: dict[str, Any]) -> SavedChoices:
        for key in given:
            if key not in KEYS:
                self.mistakes.append(f"{key} is unknown{_nearest(key, KEYS)}; allowed: {', '.join(KEYS)}")
        return SavedChoices(
            partner_id=self._line(given, "partner"),
            month=self._month(given.get("month")),
            window=self._window(given.get("window")),
            pages=self._pages(given.get("pages", [])),
            comments=self._comments(given.get("comments", {})),
            until=self._until(given.get("until")),
            title=self._line(given, "title", LONGEST_TITLE),
        )

    def _line(self, given: dict[str, Any], key: str, most: int | None = None) -> str:
        """A text on one line; "" where there is none."""
        value = given.get(key, "")
        if key not in given:
            return ""
        if not isinstance(value, str) or not value.strip() or _unseen(value):
            self.mistakes.append(f"{key} is to be a text on one line, in quotation marks")
            return ""
        if most is not None and len(value) > most:
            self.mistakes.append(f"{key} has {len(value)} characters; allowed: {most}")
            return ""
        return value

    def _month(self, value: Any) -> date | None:
        if value is None:
            return None
        year, dash, number = value.partition("-") if isinstance(value, str) else ("", "", "")
        digits = (year + number).isascii() and (year + number).isdigit() and (len(year), len(number)) == (4, 2)
        if dash and digits and int(year) and 1 <= int(number) <= len(MONTHS):
            return date(int(year), int(number), 1)
        self.mistakes.append('month is to be written as "YYYY-MM", for example "2024-03"')
        return None

    def _window(self, value: Any) -> int | None:
        if value is None or (value in WINDOWS and type(value) is int):
            return value
        self.mistakes.append(f"window is to be one of {', '.join(map(str, WINDOWS))}: the months that figures count")
        return None

    def _until(self, value: Any) -> date | None:
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.mistakes.append("until is to be a day without quotation marks, for example 2024-03-31")
        return None

    def _pages(self, value: Any) -> tuple[str, ...]:
        if not isinstance(value, list):
            self.mistakes.append('pages is to be a list, for example ["title", "scorecard"]')
            return ()
        pages: list[str] = []
        for key in value:
            if self._is_page("pages", key):
                if key in pages:
                    self.mistakes.append(f'pages names "{key}" twice')
                pages.append(key)
        return tuple(pages)

    def _comments(self, value: Any) -> dict[str, str]:
        if not isinstance(value, dict):
            self.mistakes.append("comments is to be a table of its own: [comments], then a line for each page")
            return {}
        comments = {}
        for key, text in value.items():
            if not self._is_page("comments", key):
                continue
            wrong = _wrong_comment(key, text)
            if wrong:
                self.mistakes.append(f'comments: "{key}" {wrong}')
            else:
                comments[key] = text
        return comments

    def _is_page(self, where: str, key: Any) -> bool:
        if isinstance(key, str) and (key in KINDS or (key.startswith(f"{INDICATOR}:") and key != f"{INDICATOR}:")):
            return True
        guess = _nearest(key, KINDS) if isinstance(key, str) else ""
        allowed = f'{", ".join(KINDS)} and "{INDICATOR}:" with the name of one, such as {INDICATOR}:right_first_time'
        self.mistakes.append(f'{where}: there is no page "{key}"{guess}; allowed: {allowed}')
        return False


def _wrong_comment(key: str, text: Any) -> str:
    """What is wrong with a comment, to stand after its key; "" for nothing."""
    if key == INDICATOR:
        return f"is no single page: name the indicator, such as {INDICATOR}:right_first_time"
    if not isinstance(text, str):
        return "is to be a text in quotation marks"
    if not text.strip():
        return "is empty: write a text, or take the line out"
    if len(text) > LONGEST_COMMENT:
        return f"has {len(text)} characters; allowed: {LONGEST_COMMENT}"
    if _unseen(text.replace("\n", "").replace("\t", "")):
        return "holds control characters; allowed: letters, signs, tabs and line breaks"
    return ""


def _unseen(text: str) -> bool:
    """Whether Office could not hold the text: control characters, halves of characters."""
    return any(unicodedata.category(letter) in ("Cc", "Cs") for letter in text)


def _nearest(key: str, allowed: tuple[str, ...]) -> str:
    close = get_close_matches(key, allowed, n=1)
    return f' (did you mean "{close[0]}"?)' if close else ""
