"""Which encoding a file that is not UTF-8 may be in: what its lines would say in each, for a person to choose.

Nothing is decided here. The readings are ordered by how well their letters fit together.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

CANDIDATES = (
    ("cp1252", "Western European (Windows)"),
    ("cp1250", "Central European (Windows)"),
    ("iso-8859-2", "Central European (ISO 8859-2)"),
    ("iso-8859-7", "Greek (ISO 8859-7)"),
    ("cp1251", "Cyrillic (Windows)"),
    ("cp850", "Western European (DOS)"),
    ("cp437", "United States (DOS)"),
    ("mac_roman", "Western European (old Macintosh)"),
)
WIDE = (("utf-16-le", "UTF-16 (little endian)"), ("utf-16-be", "UTF-16 (big endian)"))
BLOCK = 4_000_000
SPECIAL = re.compile(rb"[\x80-\xff]")
LINE_END = re.compile(rb"[\r\n]")
REACH = 2_000  # bytes of a line before and after its first special one
MOST_LINES = 20_000
LOOKED_AT = 300  # lines with such bytes that the order is judged by
SHOWN = 5
LONGEST = 120  # characters shown of a line
# The letters beyond a..z of each language: a text's own letters all stand in one of them.
LETTERS = {
    "German": "äöüß",
    "French": "àâæçéèêëîïôœùûüÿ",
    "Spanish": "áéíñóúü",
    "Italian": "àèéìíòóùú",
    "Portuguese": "ãáâàçéêíõóôú",
    "Nordic": "åäæöøé",
    "Polish": "ąćęłńóśźż",
    "Czech and Slovak": "áäčďéěíľĺňóôŕřšťúůýž",
    "Hungarian": "áéíóöőúüű",
    "Croatian and Slovenian": "čćđšž",
    "Romanian": "ăâîșțşţ",
}
SIGNS = set("–—‘’“”„…€°±µμ§·×²³½«»¿¡\u00a0№%®™£")


@dataclass(frozen=True)
class EncodingChoice:
    """name: as the mapping has it. sample: lines of the file that hold other than plain letters, read that way."""

    name: str
    title: str
    sample: tuple[str, ...]


def encoding_choices(content: bytes) -> tuple[EncodingChoice, ...]:
    """The encodings in which all of the bytes can be read, best guess first; readings that do not differ once.

    Empty for text that is plain ASCII or UTF-8 and for bytes that are no text in any of them.
    """
    if _is_utf8(content):
        return ()
    if b"\x00" in content:
        return _wide_choices(content)
    lines = _special_lines(content)
    scored = []
    seen: set[tuple[str, ...]] = set()
    for place, (name, title) in enumerate(CANDIDATES):
        if not _decodes(content, name):
            continue
        texts = tuple(line.decode(name) for line in lines)
        if texts in seen:
            continue
        seen.add(texts)
        scored.append((-_plausible("\n".join(texts)), place, EncodingChoice(name, title, _sample(texts))))
    return tuple(choice for _, _, choice in sorted(scored, key=lambda one: one[:2]))


def _is_utf8(content: bytes) -> bool:
    return _decodes(content, "utf-8") and b"\x00" not in content


def _decodes(content: bytes, name: str) -> bool:
    decoder = codecs.getincrementaldecoder(name)("strict")
    try:
        for start in range(0, len(content), BLOCK):
            decoder.decode(content[start : start + BLOCK])
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def _special_lines(content: bytes) -> list[bytes]:
    """Different lines that hold other than ASCII bytes, in the file's order, of long ones the part around the first.

    Everything is looked for within reach of the byte: a large file is walked through once.
    """
    found: dict[bytes, None] = {}
    position = seen = 0
    while len(found) < LOOKED_AT and seen < MOST_LINES and (match := SPECIAL.search(content, position)):
        seen += 1
        place = match.start()
        first = max(
            content.rfind(b"\n", max(0, place - REACH), place), content.rfind(b"\r", max(0, place - REACH), place)
        )
        end = LINE_END.search(content, place, place + REACH)
        position = end.start() if end else min(place + REACH, len(content))
        found[content[max(first + 1, place - REACH) : position]] = None
    return list(found)


def _plausible(text: str) -> float:
    """Points per special character: letters that fit their word, signs where signs stand; minus what never occurs."""
    points = count = 0.0
    letters = [letter for letter in text.lower() if letter.isalpha() and ord(letter) > 0x7F]
    usual = max(LETTERS.values(), key=lambda some: sum(letter in some for letter in letters))
    for match in re.finditer(r"[^\W\d_]+|[^\x00-\x7f]", text):
        word = match.group()
        special = [letter for letter in word if ord(letter) > 0x7F]
        if not special:
            continue
        count += len(special)
        if word[0].isalpha():
            points += sum(_letter(letter, usual) for letter in special) if _coherent(word) else -len(special)
        else:
            inside = text[match.start() - 1 : match.start()].isalpha() and text[match.end() : match.end() + 1].isalpha()
            points += -1.0 if inside and word not in "’‘·" else 0.5 if word in SIGNS else -1.0
    return points / count if count else 0.0


def _letter(letter: str, usual: str) -> float:
    """1 for a letter of the text's language, nearly as much for one of another alphabet."""
    if letter.lower() in usual:
        return 1.0
    return 0.9 if _script(letter) in ("GREEK", "CYRILLIC") else 0.2


def _coherent(word: str) -> bool:
    """Letters of one alphabet, all small, all capital, or only the first one capital."""
    if len({_script(letter) for letter in word}) > 1:
        return False
    return word.islower() or word.isupper() or word[1:].islower() or bool(re.fullmatch(r"[^\W_]*[a-z][A-Z].*", word))


def _script(letter: str) -> str:
    return unicodedata.name(letter, "?").split()[0]


def _sample(texts: tuple[str, ...]) -> tuple[str, ...]:
    shown = []
    for text in texts[:SHOWN]:
        first = next((place for place, letter in enumerate(text) if ord(letter) > 0x7F), 0)
        start = max(0, first - LONGEST // 2) if len(text) > LONGEST else 0
        shown.append(text[start : start + LONGEST].strip())
    return tuple(shown)


def _wide_choices(content: bytes) -> tuple[EncodingChoice, ...]:
    """UTF-16 without a mark, both ways round; the one with more plain characters first."""
    scored = []
    for name, title in WIDE:
        if len(content) % 2 or not _decodes(content, name):
            continue
        text = content[:100_000].decode(name, errors="ignore")
        if "\x00" in text:
            continue
        plain = sum(" " <= letter <= "~" or letter in "\r\n\t" for letter in text) / len(text)
        lines = tuple(line for line in text.splitlines() if line.strip())
        special = tuple(line for line in lines if not line.isascii()) or lines
        scored.append((-plain, EncodingChoice(name, title, _sample(special))))
    return tuple(choice for _, choice in sorted(scored, key=lambda one: one[0]))
