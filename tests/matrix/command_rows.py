"""How every command of the command line is asked about one partner; a command without a row fails the test.

In braces stand the partner's id and the ids of what is about it (tests.matrix.pack). ``{file}`` is a file with a new
record of the partner, ``{original}`` one byte for byte as it was submitted, ``{out}`` a folder for what is written.
"""

from __future__ import annotations

READS: dict[str, list[str]] = {
    "mappings": ["--format json"],
    "submissions": ["--format csv", "--format table"],
    "calendar": ["--partner {partner} --format csv --from 2025-07 --to 2025-12", "--due --format json"],
    "original": ["{deliveries} --to {out}/original.csv", "{of-both} --to {out}/both.csv"],
    "audit": [
        "--format json", "--partner {partner}", "--submission {deliveries} --changes --format csv", "--changes",
        "--actor {partner}-uploader", "--kind submission --format csv", "--from 2026-01-01 --to 2026-12-31",
    ],
    "compare": [
        "0 {as_of} --partner {partner} --format csv", "{before} {as_of} --changes --format csv", "{before} {after}",
        "{before} {after} --kpi on_time_delivery --format json",
    ],
    "indicators": [
        "--partner {partner} --format csv", "--grain site --format json --as-of {as_of}",
        "--grain product --window 3 --format parquet --to-file {out}/figures.parquet --as-of {as_of}",
    ],
    "chart": [
        "--kpi on_time_delivery --partner {partner} --format csv --as-of {as_of}",
        "--kpi on_time_delivery --partner {partner} --site {partner}-site --format svg --to-file {out}/chart.svg",
        "--kpi cost_per_released_batch --partner {partner} --format json",
    ],
    "explain": [
        "--kpi on_time_delivery --partner {partner} --from 2025-10 --to 2025-12 --as-of {as_of}",
        "--kpi right_first_time --partner {partner} --from 2025-10 --to 2025-12 --by product --format json",
    ],
    "look-ahead": ["--partner {partner} --as-of {as_of}", "--until 2030-01-01 --format json"],
    "scorecard": ["--partner {partner}", "--format json --as-of {as_of}"],
    "escalations": ["--partner {partner} --as-of {as_of}", "--format json"],
    "evidence": ["{escalation} --to {out}/evidence.zip", "{escalation} --to {out}/evidence.zip --as-of {as_of}"],
    "export": [
        "qbr --partner {partner} --month 2025-12 --to {out}/pack.pptx",
        "qbr --all --month 2025-12 --format xlsx --format pdf --to {out}/packs.zip",
        "qbr --meeting {meeting} --to {out}/meeting.xlsx",
    ],
    "rebaselines": ["--format csv --as-of {as_of}", "--format json"],
    "meetings": ["--partner {partner} --as-of {as_of}", "--format json"],
    "meeting": ["{meeting}", "{meeting} --format json --as-of {as_of}"],
    "decisions": ["--meeting {meeting} --format json", "--partner {partner}", "--format csv --as-of {as_of}"],
    "agreed-actions": ["--meeting {meeting} --format json", "--partner {partner}", "--open --as-of {as_of}"],
    "minutes": ["{meeting} --to {out}/minutes.docx", "{meeting} --draft --to {out}/minutes.pdf --as-of {as_of}"],
    "access": ["--format json", "--as-of {as_of}"],
    "offers": ["--format json", "--format csv --as-of {as_of}"],
    "offered-file": ["{offer} --to {out}/offered.csv"],
    "four-eyes": ["--format json", "--as-of {as_of}"],
    "figure-notes": ["--format csv", "--format json --as-of {as_of}"],
}  # fmt: skip
"""Commands that change nothing."""

WRITES: dict[str, list[str]] = {
    "demo": ["", "--if-empty"],
    "suggest": ["deliveries {file}"],
    "save-mapping": ["deliveries {mapping} --partner {partner} --for {file}"],
    "drop-mapping": ["deliveries --partner {partner} --reason test"],
    "submit": [
        "deliveries {file} --month 2025-12 --accept-warnings", "deliveries {original} --month 2025-12",
        "deliveries {file} --month 2025-12 --dry-run --report {out}/report.xlsx", "partners {register} --month 2025-12",
    ],
    "submit-all": [
        "deliveries={file} --month 2025-12 --format json", "{original} --month 2025-12 --dry-run",
        "partners={register} --month 2025-12",
    ],
    "withdraw": ["{deliveries} --reason test", "{withdrawn} --reason test", "{of-both} --reason test"],
    "respond": [
        "{escalation} comment --text test", "{escalation} reply --text test", "{escalation} withdraw-objection",
        "{escalation} assign --owner somebody",
    ],
    "note-figure": [
        "object --kpi on_time_delivery --partner {partner} --month 2025-12 --text test",
        "turn-down --kpi on_time_delivery --partner {partner} --month 2025-12 --text test",
        "comment --kpi on_time_delivery --partner {partner} --month 2025-11 --text test --side partner",
    ],
    "accept": ["{offer} --dry-run", "{offer} --accept-warnings"],
    "refuse": ["{offer} --reason test"],
    "take-back": ["{offer} --reason test"],
    "set-four-eyes": ["on --partner {partner} --reason test", "off --all --reason test"],
    "rebaseline": ["--kpi on_time_delivery --partner {partner} --month 2025-11 --reason test"],
    "withdraw-rebaseline": ["{rebaseline} --reason test"],
    "open-meeting": ["--partner {partner} --day 2030-01-10 --propose"],
    "change-meeting": ["{planned} --title test", "{meeting} --title test"],
    "cancel-meeting": ["{planned} --reason test", "{meeting} --reason test"],
    "decide": [
        "--meeting {planned} --text test --by us", "--partner {partner} --text test --by us",
        "--partner {own} --text test --by us --about escalation:{escalation}",
        "--partner {own} --text test --by us --about record:deliveries/{partner}-order-07-0",
    ],
    "withdraw-decision": ["{decision} --reason test"],
    "agree-action": [
        "--meeting {planned} --text test --owner us --side partner --due 2030-01-01",
        "--partner {partner} --text test --owner us --side partner --due 2030-01-01",
    ],
    "change-action": ["{agreed} --state done --note test"],
    "issue-minutes": ["{planned} --text test --side sponsor --name us", "{meeting} --text t --side partner --name us"],
    "sign-minutes": [
        "{meeting} --side sponsor --name us --meaning read", "{meeting} --side partner --name u --meaning object"],
    "grant": ["{partner}-new@x.example viewer --partner {partner} --reason test"],
    "revoke": ["{grant} --reason test"],
    "verify": [""],
    "backup": ["{out}/backup"],
    "restore": ["{out}"],
}  # fmt: skip
"""Commands that change something, or take in a file, or are the administrator's."""

WITHOUT_A_STORE = ("template", "spc", "definitions", "roles", "bench", "alarms")
