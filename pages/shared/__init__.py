"""What the screens share: the session and its filters, the cached figures, tables, and plain words for errors."""
