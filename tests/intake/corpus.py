"""Damaged files without end, the same ones for the same seed: no file may break a reader or hang it.

The suite tries a bounded number; more by hand, for example three thousand from seed 7:

    python -m tests.intake.corpus 3000 7
"""

from __future__ import annotations

import io
import random
import sys
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from kpi.errors import InputRefused
from kpi.intake.bundle import unpack
from kpi.intake.contracts import DATASET_NAMES
from kpi.intake.known import KnownRecords
from kpi.intake.validate import check_file
from tests.intake.offered import TODAY
from tests.intake.packed import archive

FIXTURES = Path(__file__).parents[1] / "fixtures"
SLOW_SECONDS = 10.0
SPLICES = (
    *(b"\x00", b'"', b"\r", b"\n", b"\xff\xfe", b"\xef\xbb\xbf", b";"),
    *(b",", b"\x1a", b"\xe2\x80\xae", b"'", b"=1+1"),
)
XML_SPLICES = (
    *(b"<", b">", b"&#0;", b"&bogus;", b"<!--", b"]]>", b"<c/>", b"<row/>", b' r="A0"', b' r="ZZZ9"', b' t="s"'),
    *(b"<v>-1</v>", b"<v>1e999</v>", b' s="4000000000"', b"NaN", b"\xff", b"<f/>", b' t="e"', b' hidden="1"'),
    b'table:number-columns-repeated="999999999" ',
)


def seeds() -> list[tuple[str, bytes]]:
    """Every small fixture of a reader, good and bad."""
    folders = (FIXTURES / "good" / "reading", FIXTURES / "bad" / "reading", FIXTURES / "good" / "contracts")
    paths = sorted(path for folder in folders for path in folder.iterdir() if path.is_file())
    return [(path.name, path.read_bytes()) for path in paths if path.stat().st_size < 200_000]


def damaged(count: int, seed: int, suffixes: tuple[str, ...] = ()) -> Iterator[tuple[str, bytes]]:
    """``count`` files, each made from a fixture by a few random wounds; ``suffixes`` limits the kinds."""
    dice = random.Random(seed)
    files = [file for file in seeds() if not suffixes or file[0].endswith(suffixes)]
    for number in range(count):
        name, content = dice.choice(files)
        wounded = content
        for _ in range(dice.randint(1, 4)):
            wounded = (
                _inside(wounded, dice) if wounded.startswith(b"PK") and dice.random() < 0.8 else _wound(wounded, dice)
            )
        yield f"{number}-{name}", wounded


def _wound(content: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(content) + 1)
    to = min(len(content), at + dice.choice((1, 2, 8, 64, 512)))
    kind = dice.randrange(6)
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + bytes(dice.randrange(256) for _ in range(to - at)) + content[to:]
    if kind == 2:
        return content[:at] + content[to:]
    if kind == 3:
        return content[:at] + content[at:to] * dice.randint(2, 50) + content[to:]
    if kind == 4:
        return content[:at] + dice.choice(SPLICES) + content[at:]
    return content[at:] + content[:at]


def _inside(content: bytes, dice: random.Random) -> bytes:
    """A whole archive again, with one of its parts wounded, missing or twice as long."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = {entry.filename: packed.read(entry) for entry in packed.infolist() if not entry.flag_bits & 1}
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError, OSError, NotImplementedError, zlib.error):
        return _wound(content, dice)
    if not parts or sum(map(len, parts.values())) > 3_000_000:
        return _wound(content, dice)
    name = dice.choice(sorted(parts))
    part = parts[name]
    if dice.random() < 0.05:
        del parts[name]
    elif dice.random() < 0.6:
        at = dice.randrange(len(part) + 1)
        parts[name] = part[:at] + dice.choice(XML_SPLICES) + part[at:]
    else:
        parts[name] = _wound(part, dice)
    return archive(parts)


def try_file(name: str, content: bytes, dataset_name: str) -> str:
    """What became of the file: "read" or the codes of its refusal. Any other exception is a defect and goes on."""
    parts = unpack([(name, content)])
    assert parts, "every file becomes at least one part"
    said = set()
    for part in parts:
        if part.refused is not None:
            assert part.refused.errors
            said |= set(part.refused.frame["code"])
            continue
        try:
            checked = check_file(dataset_name, part.content, part.file_name, known=KnownRecords.empty(), today=TODAY)
        except InputRefused as refused:
            raise AssertionError("check_file must not raise") from refused
        assert (checked.records is None) == (checked.findings.errors > 0)
        said |= {"read"} if checked.table is not None else set(checked.findings.frame["code"])
    return ",".join(sorted(said))


def main(count: int, seed: int) -> int:
    outcomes: Counter[str] = Counter()
    worst = (0.0, "")
    broken = 0
    for place, (name, content) in enumerate(damaged(count, seed)):
        started = time.monotonic()
        try:
            outcomes[try_file(name, content, DATASET_NAMES[place % len(DATASET_NAMES)])] += 1
        except Exception as error:
            broken += 1
            print(f"{name}: {error!r}"[:500])
        worst = max(worst, (time.monotonic() - started, name))
    for outcome, number in outcomes.most_common():
        print(f"{number:6,} {outcome}")
    print(f"{broken} broke a reader; the slowest took {worst[0]:.1f} s ({worst[1]})")
    return int(broken > 0 or worst[0] > SLOW_SECONDS)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
