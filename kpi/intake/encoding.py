"""From bytes to UTF-8, or a refusal: byte-order mark, then strict UTF-8, then what the mapping says. No guess.

Detectors of encodings name plain German text wrongly, so none is asked: bytes that are not UTF-8 need a name.
"""

from __future__ import annotations

import codecs
import csv
import io

from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.table import FileHints

BLOCK = 4_000_000
PARSED_BYTES = 10_000_000  # up to here a row's number is counted by parsing
MARKS = (  # longest first: the mark of UTF-32 starts with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# Text codecs of Python that are no encodings of files, or that decode anything into anything.
NOT_FOR_FILES = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "utf-7", "charmap"}
PLAIN_SHARE = 0.25  # of the characters of a UTF-16 table without mark: separators, digits, line ends are plain
NAME_IT = (
    'name its encoding in the mapping, for example: encoding = "cp1252" (Western European), "cp1250", "iso-8859-7"'
)


def to_utf8(content: bytes, file_name: str, hints: FileHints) -> tuple[bytes, str, bool, tuple[str, ...]]:
    """The text as UTF-8 bytes without a mark, the encoding it came in, whether that was detected, and notes.

    Raises FileRefused where bytes cannot be decoded (with the row), where the mapping names no known encoding, and
    where NUL characters show that this is not text.
    """
    encoding, mark_length, detected, notes = _encoding_of(content, file_name, hints)
    if encoding == "utf-8":
        body = content[mark_length:] if mark_length else content
        _check_utf8(body, file_name)
    else:
        body = _transcode(content[mark_length:], encoding, file_name, given=not detected)
    _refuse_nul(body, file_name)
    return body, encoding, detected, notes


def _encoding_of(content: bytes, file_name: str, hints: FileHints) -> tuple[str, int, bool, tuple[str, ...]]:
    given = _known_encoding(hints.encoding, file_name) if hints.encoding else None
    for mark, encoding in MARKS:
        if content.startswith(mark):
            family = encoding[:6] if encoding.startswith(("utf-16", "utf-32")) else encoding
            if given is None or given in (encoding, family, "utf-8-sig"):
                return encoding, len(mark), given is None, ()
            note = f"The file is marked as {encoding.upper()}, so the given encoding {hints.encoding} was not used."
            return encoding, len(mark), True, (note,)
    if given is not None:
        if _is_utf8_after_all(content, given):
            note = f"The text is UTF-8, so the given encoding {hints.encoding} was not used."
            return "utf-8", 0, True, (note,)
        return ("utf-8" if given == "utf-8-sig" else given), 0, False, ()
    if b"\x00" in content:
        return _wide_without_mark(content, file_name), 0, True, ()
    return "utf-8", 0, True, ()


def _known_encoding(name: str, file_name: str) -> str:
    try:
        info = codecs.lookup(name)
    except (LookupError, ValueError):
        info = None
    text = info is not None and getattr(info, "_is_text_encoding", True)
    if info is None or not text or info.name.replace("_", "-") in NOT_FOR_FILES:
        raise FileRefused(
            file_name,
            Problem(
                "encoding_unknown",
                "is not the name of an encoding",
                "for example utf-8, cp1252, cp1250, iso-8859-1, iso-8859-7, utf-16",
                "Correct encoding in the mapping",
                value=name,
            ),
        )
    return info.name


def _is_utf8_after_all(content: bytes, given: str) -> bool:
    """Whether text said to have one byte per character is UTF-8: partners change, and mappings are kept.

    No text with letters such as ü reads as UTF-8 by chance, while UTF-8 reads as nearly any of these encodings: as Ã¼.
    """
    one_byte_each = len(bytes(range(256)).decode(given, "replace")) == 256
    if not one_byte_each or content.isascii():
        return False
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _wide_without_mark(content: bytes, file_name: str) -> str:
    """UTF-16 and UTF-32 betray themselves: plain characters have their NULs always on the same side. Refuses anything
    less clear.
    """
    if len(content) % 4 == 0:
        for encoding, nul in (("utf-32-le", slice(3, None, 4)), ("utf-32-be", slice(0, None, 4))):
            if not any(content[nul]) and _plausible(content, encoding):
                return encoding
    odd, even = content[1::2].count(0), content[::2].count(0)
    if len(content) % 2 == 0 and (odd == 0) != (even == 0):
        encoding = "utf-16-le" if odd else "utf-16-be"
        if _plausible(content, encoding):
            return encoding
    _refuse_nul(content, file_name)
    raise AssertionError("a NUL was there")


def _plausible(content: bytes, encoding: str) -> bool:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return False
    sample = text[:100_000]
    plain = sum(" " <= character <= "~" or character in "\r\n\t" for character in sample)
    odd_ones = any(character < " " and character not in "\r\n\t" for character in sample)
    has_line_end = "\n" in sample or "\r" in sample
    return has_line_end and not odd_ones and plain >= PLAIN_SHARE * len(sample)


def _check_utf8(body: bytes, file_name: str) -> None:
    if body.isascii():
        return
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    view = memoryview(body)
    for start in range(0, len(body), BLOCK):
        last = start + BLOCK >= len(body)
        waiting = len(decoder.getstate()[0])
        try:
            decoder.decode(view[start : start + BLOCK], last)
        except UnicodeDecodeError as error:
            raise _undecodable(body, start - waiting + error.start, error.reason, file_name) from None


def _undecodable(body: bytes, position: int, reason: str, file_name: str) -> FileRefused:
    row = row_at(body, position)
    if reason == "unexpected end of data" and position >= len(body) - 4 and position > 0:
        problem = Problem(
            "file_cut_off",
            "the file ends in the middle of a character, so it was probably cut off",
            "a whole file",
            "Export the file again and upload that",
            row=row,
        )
    else:
        problem = Problem(
            "encoding_not_utf8",
            f"byte 0x{body[position]:02X} is not UTF-8, so the file is in an encoding that it does not name",
            "UTF-8, or another encoding that is named",
            f"Save the file as CSV UTF-8, or {NAME_IT}",
            row=row,
        )
    return FileRefused(file_name, problem)


def _transcode(body: bytes, encoding: str, file_name: str, *, given: bool) -> bytes:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    out = io.BytesIO()
    for start in range(0, max(len(body), 1), BLOCK):
        try:
            out.write(decoder.decode(body[start : start + BLOCK], start + BLOCK >= len(body)).encode("utf-8"))
        except (UnicodeError, ValueError):
            row = row_at(out.getvalue(), out.tell())
            where = "the mapping names" if given else "its first bytes announce"
            raise FileRefused(
                file_name,
                Problem(
                    "encoding_wrong",
                    f"the text is not {encoding}, the encoding that {where}; it fails in this row or soon after it",
                    "text in the encoding that is named",
                    "Save the file as CSV UTF-8, or correct encoding in the mapping",
                    row=row,
                ),
            ) from None
    return out.getvalue().removeprefix(codecs.BOM_UTF8)


def _refuse_nul(body: bytes, file_name: str) -> None:
    position = body.find(b"\x00")
    if position < 0:
        return
    raise FileRefused(
        file_name,
        Problem(
            "nul_character",
            "there is a NUL character here, which text never has",
            "text",
            "Export the file again as CSV UTF-8; if it is in UTF-16, name the encoding in the mapping: "
            'encoding = "utf-16-le"',
            row=row_at(body, position),
        ),
    )


def row_at(body: bytes, position: int) -> int:
    """The row, as a spreadsheet counts it, of the byte at ``position``: a line end inside quotes begins no row."""
    before = body[:position]
    if b'"' not in before:
        return before.count(b"\n") + before.count(b"\r") - before.count(b"\r\n") + 1
    if len(before) > PARSED_BYTES:
        return _row_by_parity(before)
    row = 0
    reader = csv.reader(io.StringIO(before.decode("latin-1") + "x", newline=""))
    while True:
        try:
            next(reader)
        except StopIteration:
            return max(row, 1)
        except csv.Error:
            pass
        row += 1


def _row_by_parity(before: bytes) -> int:
    """The same for much text, quickly: line ends with an even number of quotes before them. Right for whole quotes."""
    import numpy as np

    octets = np.frombuffer(before + b"x", dtype=np.uint8)
    quotes = np.flatnonzero(octets == ord('"'))
    lone_returns = (octets[:-1] == ord("\r")) & (octets[1:] != ord("\n"))
    ends = np.flatnonzero((octets[:-1] == ord("\n")) | lone_returns)
    return int((np.searchsorted(quotes, ends) % 2 == 0).sum()) + 1
