"""A report for others: as documents to edit or print, and as a copy without anything about single subjects."""
