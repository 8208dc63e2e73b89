"""Reading a series: which points stand outside what the process itself predicts. Pure functions, no store."""
