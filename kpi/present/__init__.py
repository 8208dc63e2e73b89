"""Figures into words, charts and files."""
