"""Room of a data cut: opening it safely, reading its files strictly, typing them by the table of domains."""
