"""The files in a ZIP that is no workbook: each whole and within the limits, or refused with its own reason."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

from kpi.intake.file_names import numbered, safe_name, safe_path
from kpi.intake.filekind import ZIP
from kpi.intake.refusal import FileRefused, Problem
from kpi.intake.table import MEGABYTE, Limits
from kpi.intake.zip_parts import CENTRAL_ENTRY, READ_METHODS, UNREADABLE, inflate, overlapping

EMPTY_ZIP = b"PK\x05\x06"
WORKBOOK_PARTS = ("[Content_Types].xml", "mimetype")  # what every OOXML and OpenDocument file begins with
# What systems and office programs put beside the files of a person.
BY_PROGRAMS = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|~\$|\.~lock\.|\._|\.git/)", re.I)
METHOD_NAMES = {9: "Deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "xz", 98: "PPMd", 99: "AES encryption"}
SHOWN_LEFT_OUT = 5
PLAIN_FILES = "a ZIP of at most {files:,} files, {size:,.0f} MB together when unpacked"
UNPACK_FIRST = "Upload the files themselves, or pack them again as an ordinary ZIP"


@dataclass(frozen=True)
class Packed:
    """A file of an archive. ``path`` is harmless and tells it apart, ``content`` is empty where it was refused."""

    path: str
    file_name: str
    content: bytes
    refused: FileRefused | None


def is_archive(content: bytes) -> bool:
    """Whether this is a ZIP of files rather than a workbook or document. One that cannot be opened is none."""
    if content.startswith(EMPTY_ZIP):
        return True
    if not content.startswith(ZIP):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {entry.filename for entry in archive.infolist()}
    except UNREADABLE:
        return False
    return not names.intersection(WORKBOOK_PARTS) and not any(name.startswith(("xl/", "word/")) for name in names)


def unpack_archive(content: bytes, file_name: str, limits: Limits) -> tuple[list[Packed], tuple[str, ...]]:
    """The files in their order in the archive, and sentences about what was left out.

    Raises FileRefused where the archive as a whole is unsafe, holds too much or holds nothing.
    """
    if content.count(CENTRAL_ENTRY) > limits.archive_files * 2:
        raise too_much(file_name, f"it holds more than {limits.archive_files:,} files", limits)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except UNREADABLE:
        raise archive_damaged(file_name) from None
    files, left_out = _files(entries)
    if not files:
        raise _nothing_in_it(file_name, left_out)
    _check(files, len(content), file_name, limits)
    notes = (_note(left_out),) if left_out else ()
    return _unpack(content, files, file_name, limits), notes


def _files(entries: Sequence[zipfile.ZipInfo]) -> tuple[list[zipfile.ZipInfo], list[str]]:
    files, left_out = [], []
    for entry in entries:
        path = _name_of(entry).replace("\\", "/")
        if path.endswith("/"):
            continue  # a folder holds nothing itself
        if BY_PROGRAMS.search(path):
            left_out.append(safe_path(path))
        else:
            files.append(entry)
    return files, left_out


def _name_of(entry: zipfile.ZipInfo) -> str:
    """Archives made on a Mac hold UTF-8 without saying so; zipfile then reads it as the code page of old PCs."""
    if entry.flag_bits & 0x800:
        return entry.filename
    try:
        return entry.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return entry.filename


def _check(entries: Sequence[zipfile.ZipInfo], size: int, file_name: str, limits: Limits) -> None:
    if len(entries) > limits.archive_files:
        raise too_much(file_name, f"it holds {len(entries):,} files", limits)
    if overlapping(entries):
        raise too_much(file_name, "its files overlap, as they do in archives that are made to harm", limits)
    _check_unpacked(sum(entry.file_size for entry in entries), size, file_name, limits)


def _check_unpacked(unpacked: int, size: int, file_name: str, limits: Limits) -> None:
    if unpacked > limits.archive_bytes:
        said = f"it unpacks to more than {limits.archive_bytes / MEGABYTE:,.0f} MB"
        raise too_much(file_name, said, limits)
    if unpacked > limits.unpacked_small_bytes and unpacked > limits.unpacked_ratio * size:
        said = f"it unpacks to more than {limits.unpacked_ratio:,} times its size, as archives do that are made to harm"
        raise too_much(file_name, said, limits)


def _unpack(content: bytes, entries: Sequence[zipfile.ZipInfo], file_name: str, limits: Limits) -> list[Packed]:
    names = [_name_of(entry) for entry in entries]
    plain = [safe_name(name) for name in names]
    alone = {name for name in plain if [n.casefold() for n in plain].count(name.casefold()) == 1}
    paths = numbered(short if short in alone else safe_path(name) for name, short in zip(names, plain, strict=True))
    unpacked = 0
    packed = []
    for entry, path, name in zip(entries, paths, numbered(plain), strict=True):
        refused = _refused_unopened(entry, name, limits)
        inside = b""
        if refused is None:
            pieces = []
            try:
                for piece in inflate(content, entry):
                    unpacked += len(piece)
                    _check_unpacked(unpacked, len(content), file_name, limits)
                    pieces.append(piece)
                inside = b"".join(pieces)
                refused = _nested(name) if is_archive(inside) else None
            except UNREADABLE:
                refused = _entry_damaged(name)
        packed.append(Packed(path, name, b"" if refused else inside, refused))
    return packed


def _refused_unopened(entry: zipfile.ZipInfo, name: str, limits: Limits) -> FileRefused | None:
    """What can be told from the directory alone."""
    from kpi.intake.read import check_size

    if entry.flag_bits & 1:
        return _refusal(
            name,
            "archive_password",
            "it is encrypted inside the ZIP and cannot be opened",
            "files without a password",
            "Pack it again without a password, or upload the file itself",
        )
    if entry.compress_type not in READ_METHODS:
        method = METHOD_NAMES.get(entry.compress_type, f"method {entry.compress_type}")
        return _refusal(
            name,
            "archive_method",
            f"it is packed with {method}, which is not read",
            "a ZIP packed with Deflate, as Windows and macOS make it",
            UNPACK_FIRST,
        )
    try:
        check_size(entry.file_size, name, limits)
    except FileRefused as refused:
        return refused
    return None


def _nested(name: str) -> FileRefused:
    return _refusal(
        name, "archive_nested", "it is a ZIP inside a ZIP", "a ZIP that holds the files themselves", UNPACK_FIRST
    )


def _entry_damaged(name: str) -> FileRefused:
    return _refusal(
        name, "archive_damaged", "it is damaged inside the ZIP", "whole files", "Pack it again, or upload it itself"
    )


def archive_damaged(file_name: str) -> FileRefused:
    return _refusal(
        file_name, "archive_damaged", "the ZIP is damaged or was cut off", "a whole ZIP", "Pack or copy it again"
    )


def too_much(file_name: str, said: str, limits: Limits) -> FileRefused:
    allowed = PLAIN_FILES.format(files=limits.archive_files, size=limits.archive_bytes / MEGABYTE)
    return _refusal(file_name, "archive_too_large", said, allowed, UNPACK_FIRST)


def _nothing_in_it(file_name: str, left_out: list[str]) -> FileRefused:
    also = f"; left out: {_listed(left_out)}" if left_out else ""
    return _refusal(
        file_name, "archive_empty", f"the ZIP holds no file to read{also}", "a ZIP with files in it", UNPACK_FIRST
    )


def _refusal(file_name: str, code: str, said: str, allowed: str, action: str) -> FileRefused:
    return FileRefused(file_name, Problem(code, said, allowed, action))


def _note(left_out: list[str]) -> str:
    noun = "1 file that a program put" if len(left_out) == 1 else f"{len(left_out):,} files that programs put"
    return f"Left out of the ZIP: {noun} there ({_listed(left_out)})."


def _listed(names: list[str]) -> str:
    return ", ".join(names[:SHOWN_LEFT_OUT]) + (" …" if len(names) > SHOWN_LEFT_OUT else "")
