"""Packs of many partners in one zip on disk: one after the other, so that memory holds one pack at a time.

A partner whose pack cannot be made is named in the zip's README.txt and manifest.json; the others go on.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kpi import incidents
from kpi.errors import UsageError
from kpi.present.wording import joined, month_name, plural
from kpi.qbr.files import DECK, comments_left_out, file_name, require_kind, write_pack

if TYPE_CHECKING:
    from kpi.qbr.choices import Choices
    from kpi.qbr.pack import Provenance
    from kpi.qbr.source import Source

ZIP_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can say: the same packs give the same bytes at any time
UNIX, READABLE = 3, 0o644 << 16  # said, since Python would write the system that it runs on
README, MANIFEST = "README.txt", "manifest.json"

Progress = Callable[[int, int, str], None]  # packs done, packs in all, the partner whose turn it is ("" at the end)


@dataclass(frozen=True)
class Made:
    """One partner's pack. ``files``: {name: SHA-256}, empty where it could not be made; ``why`` says so then.

    ``comments_left_out``: the pages that were commented on and that the pack has not.
    """

    partner_id: str
    partner: str
    month: str
    window: int
    files: dict[str, str] = field(default_factory=dict)
    why: str = ""
    comments_left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Batch:
    """What a zip holds. ``cancelled``: somebody stopped it, and no file was left."""

    made: tuple[Made, ...]
    cancelled: bool = False

    @property
    def failed(self) -> tuple[Made, ...]:
        return tuple(one for one in self.made if not one.files)


def write_batch(
    source: Source,
    wanted: Sequence[Choices],
    kinds: Sequence[str],
    to: Path,
    *,
    template: bytes | None = None,
    progress: Progress = lambda done, of, partner: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Batch:
    """Writes the packs of ``wanted``, each as all of ``kinds``, into the zip ``to``: all of it or nothing.

    ``cancelled`` is asked before each file. The same source, choices and template give the same bytes, whatever order
    the kinds come in. Raises UsageError (an unknown kind, nothing wanted, no pack could be made, ``to`` cannot be
    written), TemplateRefused before anything is made, StoreUnavailable.
    """
    kinds = sorted(set(kinds))
    for kind in kinds:
        require_kind(kind)
    if not wanted or not kinds:
        raise UsageError("Nothing is to be exported. Name a partner and a kind of file.")
    if template is not None and DECK in kinds:
        from kpi.qbr.deck import read_template

        read_template(template)
    with _whole_file(to) as draft:
        with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
            made = _packs(archive, source, wanted, kinds, template, progress, cancelled)
            if made is not None and any(one.files for one in made):
                _put(archive, MANIFEST, _manifest(source.provenance, made))
                _put(archive, README, _readme(source.provenance, made))
        if made is None:
            draft.unlink()
            return Batch((), cancelled=True)
        if not any(one.files for one in made):
            raise UsageError(f"No pack could be made. {joined([f'{one.partner}: {one.why}' for one in made], 3)}")
    progress(len(wanted), len(wanted), "")
    return Batch(tuple(made))


def _packs(
    archive: zipfile.ZipFile,
    source: Source,
    wanted: Sequence[Choices],
    kinds: Sequence[str],
    template: bytes | None,
    progress: Progress,
    cancelled: Callable[[], bool],
) -> list[Made] | None:
    """Every pack, in the order wanted; None when it was cancelled."""
    from kpi.qbr.gather import pack_of, partners_of

    names, taken, made = partners_of(source), {README.casefold(), MANIFEST.casefold()}, []
    for place, choices in enumerate(wanted):
        name = names.get(choices.partner_id, choices.partner_id)
        progress(place, len(wanted), name)
        facts = (choices.partner_id, name, f"{choices.month:%Y-%m}", choices.window)
        files: dict[str, bytes] = {}
        try:
            if cancelled():
                return None
            pack = pack_of(source, choices)
            for kind in kinds:
                if cancelled():
                    return None
                files[kind] = write_pack(source, pack, kind, template)
        except UsageError as error:
            made.append(Made(*facts, why=str(error)))
            continue
        except MemoryError:
            raise
        except Exception as error:
            if not _is_defect(error):
                raise
            incident = incidents.record(error, "a pack of a batch")
            made.append(Made(*facts, why=f"Something went wrong that should not have. Incident {incident.id}."))
            continue
        digests = {}
        for kind, content in files.items():
            entry = _free_name(file_name(choices.partner_id, choices.month, source.provenance.version, kind), taken)
            _put(archive, entry, content)
            digests[entry] = hashlib.sha256(content).hexdigest()
        made.append(Made(*facts, files=digests, comments_left_out=comments_left_out(pack, choices)))
    return made


def _is_defect(error: Exception) -> bool:
    """A store or a disk that fails would fail for every partner: that ends the run."""
    from kpi.errors import KpiError

    return not isinstance(error, KpiError | OSError)


def _free_name(name: str, taken: set[str]) -> str:
    """Two ids may come to one name: "A/B" and "A:B", or "abc" and "ABC" where case does not count."""
    stem, _, suffix = name.rpartition(".")
    number, free = 1, name
    while free.casefold() in taken:
        number += 1
        free = f"{stem} ({number}).{suffix}"
    taken.add(free.casefold())
    return free


def _put(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, ZIP_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.create_system, entry.external_attr = UNIX, READABLE
    archive.writestr(entry, content)


def _manifest(source: Provenance, made: Sequence[Made]) -> bytes:
    facts = {
        "ledger_version": source.version,
        "recorded_at": None if source.recorded_at is None else f"{source.recorded_at:%Y-%m-%dT%H:%M:%SZ}",
        "judged_on": source.day.isoformat(),
        "definitions": source.definitions,
        "store": source.store,
        "synthetic": source.synthetic,
        "frozen_for": source.frozen_for,
        "packs": [asdict(one) for one in made if one.files],
        "not_made": [asdict(one) for one in made if not one.files],
    }
    return json.dumps(facts, ensure_ascii=False, indent=2).encode() + b"\n"


def _readme(source: Provenance, made: Sequence[Made]) -> bytes:
    from datetime import date

    months = sorted({one.month for one in made})
    period = joined([month_name(date.fromisoformat(f"{month}-01")) for month in months])
    good, bad = [one for one in made if one.files], [one for one in made if not one.files]
    lines = [
        f"QBR packs of {period}: {plural(len(good), 'partner')}",
        f"{source.line}.",
        "",
        *(f"{one.partner} ({one.partner_id}): {', '.join(one.files)}" for one in good),
    ]
    if bad:
        lines += ["", "Not made:", *(f"{one.partner} ({one.partner_id}): {one.why}" for one in bad)]
    lines += ["", f"{MANIFEST} has the SHA-256 of every file."]
    return ("\n".join(lines) + "\n").encode()


@contextlib.contextmanager
def _whole_file(to: Path) -> Iterator[Path]:
    """A draft beside ``to`` that takes its place at the end; none of it stays when something fails or it is removed."""
    try:
        handle, name = tempfile.mkstemp(dir=to.parent, prefix=f".{to.name}.")
        os.close(handle)
    except OSError as error:
        raise UsageError(f"{to} cannot be written: {error.strerror}. Name another file.") from error
    draft = Path(name)
    try:
        yield draft
        if draft.exists():
            mask = os.umask(0)
            os.umask(mask)
            draft.chmod(0o666 & ~mask)
            draft.replace(to)
    except OSError as error:
        raise UsageError(f"{to} cannot be written: {error.strerror}. Name another file.") from error
    finally:
        draft.unlink(missing_ok=True)
