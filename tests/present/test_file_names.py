"""What a download is called: one plain file name on every system."""

from __future__ import annotations

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kpi.present.file_names import LONGEST, download_name


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("deliveries.csv", "deliveries.csv"),
        ("Lieferungen Werk Basel März 2025 (final).xlsx", "Lieferungen Werk Basel März 2025 (final).xlsx"),
        ("../../etc/pass\nwd.csv", "etc_passwd.csv"),
        ("C:\\Temp\\x.csv", "C__Temp_x.csv"),
        ("invoice\u202evsc.exe", "invoicevsc.exe"),
        ("a\r\nSet-Cookie: x.csv", "aSet-Cookie_ x.csv"),
        (".htaccess", "htaccess"),
        ("CON.csv", "_CON.csv"),
        ("..", "download"),
        ("", "download"),
        ("\x00/\x1f", "download"),
        ("x" * 300 + ".csv", "x" * (LONGEST - 4) + ".csv"),
    ],
)
def test_examples(name: str, plain: str) -> None:
    assert download_name(name) == plain


@given(st.text(max_size=400))
@example("." * 200 + "/")
@example("con" + "." * 3)
def test_it_is_always_one_plain_name(name: str) -> None:
    plain = download_name(name)
    assert plain
    assert plain not in (".", "..")
    assert PurePosixPath(plain).name == plain == PureWindowsPath(plain).name
    assert not any(unicodedata.category(letter)[0] == "C" for letter in plain)
    assert len(plain) <= LONGEST
    assert not plain.startswith(".")
    assert plain == plain.rstrip(" .")
    assert download_name(plain) == plain
