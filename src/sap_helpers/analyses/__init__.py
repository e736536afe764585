"""Outcomes: analysis records in, long results out; one module per outcome of the plan, all built from a few blocks."""
