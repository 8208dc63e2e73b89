"""Making characters visible that are not: a message must stay one line and never steer the terminal that shows it."""

from __future__ import annotations

import unicodedata

UNSEEN = ("Cc", "Cf", "Zl", "Zp")  # control and formatting characters, line and paragraph separators


def visible(text: str) -> str:
    """A tab as ␉, a line break as ␊, an escape as ␛; other unseen characters as their number, such as [U+200B]."""
    if text.isprintable():
        return text
    return "".join(_mark(letter) if unicodedata.category(letter) in UNSEEN else letter for letter in text)


def _mark(letter: str) -> str:
    code = ord(letter)
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"[U+{code:04X}]"
