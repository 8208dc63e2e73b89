"""The library behind the CDMO governance dashboard: from a partner's file to a figure that can be traced back."""
