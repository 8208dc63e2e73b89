"""A synthetic portfolio: ``generate`` makes its files, ``load`` submits them to an empty store. Nothing in it is real."""
