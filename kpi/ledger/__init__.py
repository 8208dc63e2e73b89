"""The append-only, versioned, hash-chained store of everything that was ever uploaded.

``store`` opens it, ``submissions`` adds to it, ``reads`` answers questions about it, ``current`` gives the records in
force at a version, ``verify`` finds whatever was changed afterwards. Nothing here updates or deletes a row.
"""
