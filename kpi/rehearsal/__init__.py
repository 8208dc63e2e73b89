"""What would change before it happens, and what changed between two versions: figures, escalations, records."""
