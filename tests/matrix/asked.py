"""Runs one command as one person, and gathers everything that it said or wrote."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from kpi.cli.run import main
from kpi.ledger.store import Store
from tests.matrix.marks import NOBODY, OURS, THEIRS
from tests.matrix.pack import Pack
from tests.matrix.records import deliveries, site
from tests.serving.opened import texts_in
from tests.support import csv_of

INVENTED = {
    "register": "S000901", "lots": "S000902", "deviations": "S000903", "findings": "S000904", "deliveries": "S000905",
    "targets": "S000906", "withdrawn": "S000907", "of-both": "S000908", "escalation": "E-00000000",
    "rebaseline": "3", "meeting": "M-3", "planned": "M-4", "decision": "D-3", "agreed": "A-3", "grant": "3",
    "offer": "3",
}  # fmt: skip
"""Ids of the right form that stand for nothing: versions of the ledger that brought a file, in most cases."""


MOVES = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z?|(?<=at version )\d+|(?<=Recorded )[DA]-\d+")
"""Moments, and numbers that a thing written gets from when it is."""


@dataclass(frozen=True)
class Said:
    """What came of a command. ``about`` are the words that name what was asked for, as they were given.

    ``handed_in``: the words of the files that the person came with.
    """

    code: int
    text: str
    about: dict[str, str]
    handed_in: frozenset[str]

    @property
    def neutral(self) -> str:
        """The text with what was asked for taken out: the same for what is hidden and for what is not there."""
        text = MOVES.sub("<moves>", self.text)
        for name, given in self._longest_first():
            text = text.replace(given, f"<{name}>")
        return text

    @property
    def untold(self) -> str:
        """The text without the words that were given, where they stand alone: repeating them tells nothing."""
        text = re.sub(r"[\w-]+", lambda found: "" if found[0] in self.handed_in else found[0], self.text)
        for _, given in self._longest_first():
            text = re.sub(rf"(?<![\w-]){re.escape(given)}(?![\w-])", "", text)
        return text

    def _longest_first(self) -> list[tuple[str, str]]:
        return sorted(self.about.items(), key=lambda one: -len(one[1]))


class Desk:
    """Somebody's place: files about each partner to upload, a folder for what is written, and a log."""

    def __init__(self, pack: Pack, store: Store, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.pack, self.store, self.folder, self.capsys = pack, store, folder, capsys
        self.out = folder / "out"
        self.out.mkdir(parents=True, exist_ok=True)

    def names(self, partner: str, as_of: str) -> dict[str, str]:
        """What stands in the braces of a row. For NOBODY ids are invented."""
        ids = {**INVENTED, **self.pack.ids.get(partner, {})} if partner != NOBODY else INVENTED
        before, after = (str(self.pack.versions[name]) for name in ("before theirs", "theirs"))
        files = {name: str(path) for name, path in self._files(partner).items()}
        places = {"as_of": as_of, "before": before, "after": after, "out": str(self.out), "own": OURS}
        return {"partner": partner, **ids, **files, **places}

    def _files(self, partner: str) -> dict[str, Path]:
        """The files are named alike for every partner: a name that somebody gave says nothing of what is there."""
        folder = self.folder / "files" / partner
        if not folder.exists():
            folder.mkdir(parents=True)
            rows = [{**row, "ordered_quantity": 1, "delivered_quantity": 1} for row in _rows(partner, "new")]
            (folder / "file.csv").write_bytes(csv_of(rows[:3]))
            (folder / "original.csv").write_bytes(csv_of(_rows(partner, "order")))
            (folder / "register.csv").write_bytes(csv_of([site(partner)]))
            (folder / "mapping.toml").write_text('[columns]\ndelivery_id = "delivery_id"\n', encoding="utf-8")
        return {path.stem: path for path in folder.iterdir()}

    def ask(self, person: str, command: str, row: str, partner: str, as_of: str = "") -> Said:
        shutil.rmtree(self.out)
        self.out.mkdir()
        names = self.names(partner, as_of)
        words = [word.format_map(names) for word in row.split()]
        self.capsys.readouterr()
        code = main(["--store", f"duckdb:///{self.store.path}", "--as", person, command, *words])
        printed = self.capsys.readouterr()
        text = "\n".join((printed.out, printed.err, texts_in(self.out)))
        about = {name: given for name, given in names.items() if name not in ("as_of", "before", "after", "out", "own")}
        used = {name: given for name, given in about.items() if f"{{{name}}}" in row}
        files = [Path(given).read_text(encoding="utf-8") for given in used.values() if given.startswith("/")]
        handed_in = {word for file in files for word in re.findall(r"[\w-]+", file) if partner in word}
        return Said(code, text, {**used, "partner": partner}, frozenset(handed_in - {partner}))


def _rows(partner: str, kind: str) -> list[dict[str, object]]:
    known = partner if partner in (OURS, THEIRS) else THEIRS
    rows = deliveries(known, kind)
    return [{name: _renamed(value, known, partner) for name, value in row.items()} for row in rows]


def _renamed(value: object, known: str, partner: str) -> object:
    return value.replace(known, partner) if isinstance(value, str) else value
