"""The steering committee's meeting: its agenda, what changed since its figures were frozen, its minutes."""
