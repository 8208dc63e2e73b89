"""Names of files that somebody is offered to save."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 120  # characters; file systems take 255 bytes, and one character may need four
# Control and format characters (line ends, right-to-left marks) are found by their category.
_FORBIDDEN = re.compile(r'[/\\:*?"<>|]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)


def download_name(name: str, fallback: str = "download") -> str:
    """``name`` as one plain file name on any system: no folder, no control character, not hidden, not too long.

    "../../etc/pass\\nwd.csv" is "etc_passwd.csv"; the extension survives shortening.
    """
    visible = "".join(letter for letter in name if unicodedata.category(letter)[0] != "C")
    plain = _FORBIDDEN.sub("_", visible)
    plain = re.sub(r"\s+", " ", plain).strip(" ._").replace("_.._", "_")
    if not plain or set(plain) <= set("._ "):
        return fallback
    if _RESERVED.match(plain):
        plain = f"_{plain}"
    if len(plain) <= LONGEST:
        return plain
    stem, dot, suffix = plain.rpartition(".")
    if not dot or len(suffix) > 10:
        return plain[:LONGEST].rstrip(" .")
    return stem[: LONGEST - len(suffix) - 1].rstrip(" .") + "." + suffix
