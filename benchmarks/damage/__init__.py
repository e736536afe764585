"""The damage campaign: cuts damaged in every way that can be thought of, and what is said of each damage.

Operators (words, numbers, dates, records, columns, files) know what real cuts suffer, not which rules exist. `judge`
holds what the check of a damaged cut says, and what its analysis data are, against the undamaged cut. Run as a module
it writes damage.md beside this folder.
"""
