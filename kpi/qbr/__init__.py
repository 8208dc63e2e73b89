"""The quarterly business review: one content, gathered from a ledger version, and the files it is written to."""
