"""The command line: everything the screens do, through the same functions. One file per theme, no rule of its own."""
