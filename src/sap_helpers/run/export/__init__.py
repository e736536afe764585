"""A report for others: as one document to edit or print, and as a copy without anything about single subjects."""
