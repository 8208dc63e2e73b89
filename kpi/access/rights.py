"""What can be done, as a closed list: a right that is not here cannot be granted, and code cannot ask for it."""

from __future__ import annotations

from enum import StrEnum


class Right(StrEnum):
    """One thing that a person may do, for some partners or for all. The value is what roles.toml names."""

    READ = "read"
    EXPORT = "export"
    UPLOAD = "upload"
    ACCEPT = "accept submissions"
    SET_REFERENCE = "set reference data"
    WITHDRAW = "withdraw"
    CHANGE_MAPPINGS = "change mappings"
    ACT_FOR_SPONSOR = "act for the sponsor"
    ANSWER_FOR_PARTNER = "answer for the partner"
    REBASELINE = "rebaseline"
    HOLD_MEETINGS = "hold meetings"
    SIGN = "sign"
    ADMINISTER = "administer"
    SEE_PEERS = "see peers"

    @property
    def meaning(self) -> str:
        """What it allows, in a line."""
        return _MEANINGS[self]


_MEANINGS = {
    Right.READ: "see figures, records, escalations, meetings and the audit trail",
    Right.EXPORT: "take them out as files: packs, workbooks, evidence, minutes, uploaded originals",
    Right.UPLOAD: "submit a partner's monthly files",
    Right.ACCEPT: "decide about files that wait for acceptance: accept or refuse what somebody else offered",
    Right.SET_REFERENCE: "submit the partner register and targets",
    Right.WITHDRAW: "take a submission back",
    Right.CHANGE_MAPPINGS: "save and drop how a partner's own files are read",
    Right.ACT_FOR_SPONSOR: "acknowledge, assign, shelve and comment on escalations, answer objections to figures",
    Right.ANSWER_FOR_PARTNER: "reply to escalations, object to them and to figures, comment for the partner",
    Right.REBASELINE: "begin a control chart anew, and take that back",
    Right.HOLD_MEETINGS: "plan and hold meetings: agenda, decisions, agreed actions, minutes",
    Right.SIGN: "sign minutes",
    Right.ADMINISTER: "grant and withdraw access, read the policy, back up, restore, verify",
    Right.SEE_PEERS: "see where a partner stands among others, who have no names and rounded figures",
}

# What figures are judged by: a partner that uploads its own records does not also set its own targets.
REFERENCE_DATASETS = ("partners", "targets")


def right_to_submit(dataset: str) -> Right:
    """The right that a file of this dataset needs, to be submitted and for its check."""
    return Right.SET_REFERENCE if dataset in REFERENCE_DATASETS else Right.UPLOAD
