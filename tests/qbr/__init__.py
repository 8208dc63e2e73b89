"""Tests of the QBR pack and the files made from it."""
