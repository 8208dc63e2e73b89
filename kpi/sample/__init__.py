"""A synthetic portfolio: ``generate`` makes its files, ``load`` submits them to a store. Nothing in it is real."""
