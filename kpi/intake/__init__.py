"""From the bytes of an uploaded file to checked records: read, map, cast, check, report."""
