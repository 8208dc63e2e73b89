"""``spc`` on published data: Montgomery, qcc 2.7, NHSRplotthedots, SigmaXL's statement of Laney's sigma z."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Command
from tests.signals.test_limits import (
    A_STEP,
    CLOTH_N,
    CLOTH_X,
    ONE_SPIKE,
    ORANGE_JUICE,
    VISCOSITY,
)

ROOT = Path(__file__).resolve().parents[2]
# qcc circuit: nonconformities in 26 samples of 100 boards (Montgomery, example 7.3); a c chart is a u chart of n = 1.
CIRCUIT = [
    *(21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16),
    *(19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15),
]
# qcc pcmanufact: nonconformities in 20 samples of 5 computers (Montgomery, example 7.4).
COMPUTERS = [10, 12, 8, 14, 10, 16, 11, 7, 10, 15, 9, 5, 7, 11, 12, 6, 8, 10, 7, 5]
# Montgomery, table 7.4: purchase orders with an error, of n in the week; the control limits are table 7.5's.
ORDERS_N = [
    *(100, 80, 80, 100, 110, 110, 100, 100, 90, 90, 110, 120, 120),
    *(120, 110, 80, 80, 80, 90, 100, 100, 100, 100, 90, 90),
]
ORDERS_X = [12, 8, 6, 9, 10, 12, 11, 16, 10, 6, 20, 15, 9, 8, 6, 8, 10, 7, 5, 8, 5, 8, 10, 6, 9]
# NHSRplotthedots, test-ptd_spc_standard: rnorm(20) after set.seed(123), and the same with the 15th set to 10.
NORMAL = [
    *(-0.56047565, -0.23017749, 1.55870831, 0.07050839, 0.12928774, 1.71506499, 0.46091621, -1.26506123),
    *(-0.68685285, -0.44566197, 1.22408180, 0.35981383, 0.40077145, 0.11068272, -0.55584113, 1.78691314),
    *(0.49785048, -1.96661716, 0.70135590, -0.47279141),
]
WITH_A_TEN = [*NORMAL[:14], 10.0, *NORMAL[15:]]
OPPOSITE_SIDES = [1, -1] * 7 + [5.5, -5.5]


def file_of(folder: Path, text: str | bytes) -> Path:
    path = folder / "series.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def values_file(folder: Path, values: list[float]) -> Path:
    return file_of(folder, "value\n" + "".join(f"{value}\n" for value in values))


def counts_file(folder: Path, counts: list[float], sizes: list[float]) -> Path:
    rows = zip(counts, sizes, strict=True)
    return file_of(folder, "count,n\n" + "".join(f"{count},{n}\n" for count, n in rows))


def outside(rows: list[dict[str, str]]) -> list[int]:
    return [int(row["point"]) for row in rows if row["rule"] == "outside"]


def close(digits: float, number: float) -> Any:
    return pytest.approx(number, abs=digits)


XMR = [
    # values, options, centre, lower, upper, tolerance, outside
    (VISCOSITY, ["--baseline", "20"], 300.5, 279.783, 321.217, 0.004, [39, 40]),
    (ONE_SPIKE, [], 1.944444, -0.715556, 4.604444, 5e-7, [5]),
    (ONE_SPIKE, ["--no-screen"], 1.944444, -3.062614, 6.951503, 5e-7, [5]),
    (NORMAL, [], 0.1416238, -3.01138, 3.294627, 5e-6, []),
    (WITH_A_TEN, [], 0.6694159, -2.383666, 3.722497, 5e-7, [15]),
    (WITH_A_TEN, ["--no-screen"], 0.6694159, -4.596625, 5.935457, 5e-7, [15]),
    (A_STEP, ["--no-screen"], 15.1, 10.90, 19.30, 0.005, [1, 3, 4, 6, 7, 8, 10, 11, 12, 14, 15, 16, 18, 19, 20]),
]


@pytest.mark.parametrize(("values", "options", "centre", "lower", "upper", "digits", "beyond"), XMR)
def test_individuals(command: Command, tmp_path: Path, values, options, centre, lower, upper, digits, beyond) -> None:
    rows = command("spc", "--chart", "xmr", *options, values_file(tmp_path, values)).rows
    for row in rows:
        assert float(row["centre"]) == close(digits, centre)
        assert float(row["lower_limit"]) == close(digits, lower)
        assert float(row["upper_limit"]) == close(digits, upper)
    if values is A_STEP:
        beyond = [point for point in range(1, 21) if values[point - 1] not in (11, 19)]
    assert outside(rows) == beyond


ATTRIBUTES = [
    # chart, counts, sizes, options, centre, {point: (lower, upper)}, tolerance, outside
    ("p", ORANGE_JUICE, [50] * 30, [], 0.2313333, {1: (0.05242755, 0.4102391)}, 5e-8, [15, 23]),
    (
        *("p", [x for x in ORANGE_JUICE if x not in (22, 24)], [50] * 28, []),
        *(0.215, {28: (0.04070284, 0.3892972)}, 5e-8, [20]),  # the 21st of all thirty, as Montgomery finds too
    ),
    ("p", ORDERS_X, ORDERS_N, [], 0.0955102, {1: (0.007, 0.184), 11: (0.011, 0.180), 2: (0, 0.194)}, 5e-4, [11]),
    (
        *("u", CLOTH_X, CLOTH_N, [], 1.423256),
        *({1: (0.291474, 2.555038), 2: (0.157885, 2.688626), 3: (0.430617, 2.415894)}, 5e-7, []),
    ),
    ("u", CIRCUIT, [1] * 26, [], 19.84615, {1: (6.481447, 33.21086)}, 5e-6, [6, 20]),
    ("u", COMPUTERS, [5] * 20, [], 1.93, {20: (0.0661331, 3.793867)}, 5e-7, []),
    ("u", COMPUTERS, [5] * 20, ["--scale", "100"], 193, {20: (6.61331, 379.3867)}, 5e-5, []),
]


@pytest.mark.parametrize(("chart", "counts", "sizes", "options", "centre", "limits", "digits", "beyond"), ATTRIBUTES)
def test_counts(
    command: Command, tmp_path: Path, chart, counts, sizes, options, centre, limits, digits, beyond
) -> None:
    rows = command("spc", "--chart", chart, *options, counts_file(tmp_path, counts, sizes)).rows
    assert {row["centre"] for row in rows} == {rows[0]["centre"]}
    assert float(rows[0]["centre"]) == close(digits, centre)
    for point, (lower, upper) in limits.items():
        assert float(rows[point - 1]["lower_limit"]) == close(digits, lower)
        assert float(rows[point - 1]["upper_limit"]) == close(digits, upper)
    assert outside(rows) == beyond


def test_two_near_points_on_opposite_sides_are_no_special_cause(command: Command, tmp_path: Path) -> None:
    """NHSRplotthedots, "it only reports special cause for 2 of 3 points close to limits on the same side"."""
    rows = command("spc", "--chart", "xmr", values_file(tmp_path, OPPOSITE_SIDES)).rows
    assert [row["reading"] for row in rows[-2:]] == ["common cause", "common cause"]


@pytest.mark.parametrize("chart", ["p", "u"])
def test_primed_limits_are_sigma_z_times_as_wide(command: Command, tmp_path: Path, chart: str) -> None:
    sizes = [n * 30 for n in ORDERS_N]
    path = counts_file(tmp_path, [x * 30 for x in ORDERS_X], sizes)
    plain, prime = (
        json.loads(command("spc", "--no-clip", "--chart", name, "--format", "json", path).out)
        for name in (chart, f"{chart}_prime")
    )
    assert plain["sigma_z"] == prime["sigma_z"] > 3
    for usual, wide in zip(plain["points"], prime["points"], strict=True):
        for limit in ("lower_limit", "upper_limit", "near_lower", "near_upper"):
            ratio = (wide[limit] - wide["centre"]) / (usual[limit] - usual["centre"])
            assert ratio == pytest.approx(plain["sigma_z"])
    assert sum(point["rule"] == "outside" for point in prime["points"]) < sum(
        point["rule"] == "outside" for point in plain["points"]
    )


def test_sigma_z_by_hand(command: Command, tmp_path: Path) -> None:
    """p̄ = 0.5, σᵢ = 0.05 and 0.025; z = −2, 1, 0, 1.6 … the moving ranges' mean over 1.128."""
    counts, sizes = [40, 110, 50, 200], [100, 200, 100, 400]
    centre = 400 / 800
    z = [(c / n - centre) / (centre * (1 - centre) / n) ** 0.5 for c, n in zip(counts, sizes, strict=True)]
    expected = (abs(z[1] - z[0]) + abs(z[2] - z[1]) + abs(z[3] - z[2])) / 3 / 1.128
    row = command("spc", "--chart", "p_prime", counts_file(tmp_path, counts, sizes)).rows[0]
    assert float(row["sigma_z"]) == pytest.approx(expected)
    sigma = (0.25 / 100) ** 0.5
    assert float(row["upper_limit"]) == pytest.approx(min(1, 0.5 + 3 * sigma * expected))


ASSURANCE = [
    # the limits of 4, 6 repeated are 5 ± 5.32: −0.32 and 10.32
    ("11", "higher", "consistently fails"),
    ("11", "lower", "consistently passes"),
    ("-1", "higher", "consistently passes"),
    ("-1", "lower", "consistently fails"),
    ("5", "higher", "hit or miss"),
    ("10.32", "higher", "hit or miss"),
    ("10.32", "lower", "hit or miss"),
    ("-0.32", "higher", "hit or miss"),
    ("-0.32", "lower", "hit or miss"),
    ("10.3200001", "higher", "consistently fails"),
]


@pytest.mark.parametrize(("target", "better", "expected"), ASSURANCE)
def test_assurance_with_equality(command: Command, tmp_path: Path, target: str, better: str, expected: str) -> None:
    path = values_file(tmp_path, [4, 6] * 8)
    rows = command("spc", "--chart", "xmr", path, "--target", target, "--better", better).rows
    assert {row["assurance"] for row in rows} == {expected}
    assert float(rows[0]["upper_limit"]) == pytest.approx(10.32)


def test_without_a_target_assurance_is_not_known_and_readings_have_no_direction(
    command: Command, tmp_path: Path
) -> None:
    rows = command("spc", "--chart", "xmr", values_file(tmp_path, [*([4, 6] * 8), 30, -20])).rows
    assert {row["assurance"] for row in rows} == {"not known"}
    assert [row["reading"] for row in rows[-2:]] == ["high", "low"]
    rows = command("spc", "--chart", "xmr", "--better", "lower", values_file(tmp_path, [*([4, 6] * 8), 30])).rows
    assert (rows[-1]["rule"], rows[-1]["reading"], rows[-1]["variation"]) == ("outside", "concern", "concern")


def test_csv_and_json_say_the_same_to_the_last_digit(command: Command, tmp_path: Path) -> None:
    path = counts_file(tmp_path, CLOTH_X, CLOTH_N)
    words = ("spc", "--chart", "u", "--target", "1", "--better", "lower", path)
    rows, said = command(*words).rows, json.loads(command(*words, "--format", "json").out)
    once = {name: said[name] for name in said if name != "points"}
    assert set(once) == {"variation", "assurance", "sigma_z", "points_in_phase", "trial"}
    for row, point in zip(rows, said["points"], strict=True):
        for name, value in {**point, **once}.items():
            assert row[name] == ("" if value is None else str(value))
            assert not isinstance(value, float) or float(row[name]) == value


def test_phases_and_gaps(command: Command, tmp_path: Path) -> None:
    path = file_of(tmp_path, "value\n1\n2\n\n3\n11\n12\n13\n\n\n")
    rows = command("spc", "--chart", "xmr", "--phase", "5", path).rows
    assert [row["value"] for row in rows] == ["1.0", "2.0", "", "3.0", "11.0", "12.0", "13.0"]
    assert [row["phase"] for row in rows] == ["1", "1", "1", "1", "2", "2", "2"]
    assert [row["centre"] for row in rows] == ["2.0", "2.0", "", "2.0", "12.0", "12.0", "12.0"]
    assert (rows[-1]["points_in_phase"], rows[-1]["trial"]) == ("3", "True")


READ = [
    ("a byte order mark", "﻿value\n1\n2\n".encode(), ["1.0", "2.0"]),
    ("Windows line ends", b"value\r\n1\r\n2\r\n", ["1.0", "2.0"]),
    ("no line end at the end", b"value\n1\n2", ["1.0", "2.0"]),
    ("another case and blanks", b" VALUE ,month\n 1 ,2026-01\n2,2026-02\n", ["1.0", "2.0"]),
    ("semicolons", b"month;value\n2026-01;1\n2026-02;2.5\n", ["1.0", "2.5"]),
    ("tabs", b"month\tvalue\n2026-01\t1\n2026-02\t2\n", ["1.0", "2.0"]),
    ("quotes", b'"value"\n"1"\n"2"\n', ["1.0", "2.0"]),
    ("signs and powers", b"value\n-1\n+2.5e1\n.5\n", ["-1.0", "25.0", "0.5"]),
    ("one value", b"value\n7\n", ["7.0"]),
    ("a gap", b"value,note\n1,\n,no data\n2,\n", ["1.0", "", "2.0"]),
]


@pytest.mark.parametrize(("title", "content", "values"), READ, ids=[case[0] for case in READ])
def test_files_that_are_read(command: Command, tmp_path: Path, title: str, content: bytes, values: list[str]) -> None:
    ended = command("spc", "--chart", "xmr", file_of(tmp_path, content))
    assert (ended.code, ended.err) == (0, "")
    assert [row["value"] for row in ended.rows] == values


REFUSED = [
    # chart, content, what is said
    ("xmr", b"", "is empty"),
    ("xmr", b"\n \n", "is empty"),
    ("xmr", b"value\n", "it holds no number"),
    ("xmr", b"value\n\n\n", "it holds no number"),
    ("xmr", b"count,n\n1,2\n", "has no column value. Its first line must name value; it reads: count, n."),
    ("xmr", b"310\n288\n", "it reads: 310."),
    ("xmr", b"value,value\n1,2\n", "more than one column value"),
    ("xmr", b"value\n1\ntwo\n", 'row 3, value: "two" is not a number. Leave a cell empty where there is no point.'),
    ("xmr", b"value\nNaN\n1\n", 'row 2, value: "NaN" is not a number'),
    ("xmr", b"value\ninf\n1\n", 'row 2, value: "inf" is not a number'),
    ("xmr", b"value\n1e999\n1\n", "row 2, value: 1e999 is too large a number"),
    ("xmr", b"value\n95 %\n", 'row 2, value: "95 %" is not a number'),
    ("xmr", b'value\n"12,5"\n', 'row 2, value: "12,5" has a comma. Write 12.5'),
    ("xmr", b"month;value\n1;12,5\n", 'row 2, value: "12,5" has a comma. Write 12.5'),
    ("xmr", "value\n1\u0663\n".encode(), "is not a number"),
    ("xmr", b"value\n\xff\xfe1\n", "is not UTF-8 text"),
    ("xmr", b"value\n1\x00\n", "is not a text file"),
    ("xmr", b'value\n"1\n', "is not a CSV file"),
    ("p", b"value\n1\n", "has no column count and no column n"),
    ("p", b"count\n1\n", "has no column n"),
    ("p", b"count,n\n5,3\n", "row 2: count 5 is more than n 3"),
    ("p_prime", b"count,n\n1,3\n5,3\n", "row 3: count 5 is more than n 3"),
    ("p", b"count,n\n-1,3\n", "row 2: count -1 of n 3 is below zero"),
    ("u", b"count,n\n1,-3\n", "row 2: count 1 of n -3 is below zero"),
    ("u", b"count,n\n1,0\n", "row 2: count 1 of n 0 cannot be"),
    ("p", b"count,n\n0,0\n0,0\n", "has no row with n above 0"),
    ("u", b"count,n\n,5\n3,4\n", "row 2: count without n, or n without count"),
    ("u", b"count,n\n3,4\n3,\n", "row 3: count without n, or n without count"),
]


@pytest.mark.parametrize(("chart", "content", "said"), REFUSED)
def test_files_that_are_refused(command: Command, tmp_path: Path, chart: str, content: bytes, said: str) -> None:
    ended = command("spc", "--chart", chart, file_of(tmp_path, content))
    assert (ended.code, ended.out) == (1, "")
    assert "series.csv" in ended.err
    assert said in ended.err


def test_every_problem_is_named_at_once(command: Command, tmp_path: Path) -> None:
    rows = "".join(f"{number},x\n" for number in range(30))
    ended = command("spc", "--chart", "p", file_of(tmp_path, "count,n\n" + rows))
    assert ended.err.count("is not a number") == 20
    assert "and 10 more problems." in ended.err


def test_more_events_than_units_are_fine_for_a_rate(command: Command, tmp_path: Path) -> None:
    assert command("spc", "--chart", "u", counts_file(tmp_path, [5, 7], [2, 2])).code == 0


def test_no_n_is_no_point(command: Command, tmp_path: Path) -> None:
    rows = command("spc", "--chart", "p", counts_file(tmp_path, [1, 0, 2], [10, 0, 10])).rows
    assert [row["value"] for row in rows] == ["0.1", "", "0.2"]
    assert rows[1]["reading"] == rows[1]["centre"] == rows[1]["rule"] == ""


WRONG = [
    (["--target", "3"], "--target needs --better"),
    (["--baseline", "5"], "--baseline 5 is more than the 2 points of the file"),
    (["--phase", "3"], "--phase 3 is more than the 2 points of the file"),
    (["--baseline", "1"], "1 is not in the range"),
    (["--scale", "0"], "--scale must be a number above 0"),
    (["--scale", "nan"], "--scale must be a number above 0"),
    (["--target", "nan", "--better", "lower"], "--target a number"),
    (["--chart", "c"], "'c' is not one of"),
]


@pytest.mark.parametrize(("options", "said"), WRONG)
def test_requests_that_make_no_sense(command: Command, tmp_path: Path, options: list[str], said: str) -> None:
    ended = command("spc", "--chart", "xmr", *options, values_file(tmp_path, [1, 2]))
    assert (ended.code, ended.out) == (2, "")
    assert said in ended.err


def test_it_runs_as_a_program_and_opens_no_store(tmp_path: Path) -> None:
    path = counts_file(tmp_path, ORANGE_JUICE, [50] * 30)
    ended = subprocess.run(
        [sys.executable, "-m", "kpi", "spc", "--chart", "p", str(path)],
        cwd=ROOT,
        env={"PATH": "", "KPI_STORE": "no address at all"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert len(ended.stdout.splitlines()) == 31
