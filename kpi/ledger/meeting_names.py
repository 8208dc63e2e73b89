"""The closed lists of a meeting: its states, kinds of agenda items, states of actions, meanings of a signature."""

from __future__ import annotations

OPEN, ISSUED, CONFIRMED, CANCELLED = MEETING_STATES = ("open", "minutes issued", "minutes confirmed", "cancelled")
WINDOWS = (1, 3, 12)  # months that the figures of a meeting may count

# What an agenda item is about: "change" is a special cause that is neither good nor bad, "topic" what a person adds.
AGENDA_KINDS = ("escalation", "concern", "change", "improvement", "objection", "action", "due", "data", "topic")

ACTION_OPEN, IN_PROGRESS, DONE, DROPPED = ACTION_STATES = ("open", "in progress", "done", "cancelled")
RUNNING = (ACTION_OPEN, IN_PROGRESS)
# What may follow: an action that is closed is opened again before anything else is done with it.
NEXT_STATES: dict[str, tuple[str, ...]] = {
    ACTION_OPEN: (ACTION_OPEN, IN_PROGRESS, DONE, DROPPED),
    IN_PROGRESS: (ACTION_OPEN, IN_PROGRESS, DONE, DROPPED),
    DONE: (ACTION_OPEN, IN_PROGRESS),
    DROPPED: (ACTION_OPEN, IN_PROGRESS),
}

CONFIRM = "I confirm that these minutes are right"
READ = "I have read these minutes"
OBJECT = "I object to these minutes"
MEANINGS = (CONFIRM, READ, OBJECT)
WAITING, AGREED, OBJECTED = EDITION_STATES = ("waiting for confirmation", "confirmed", "objected to")
