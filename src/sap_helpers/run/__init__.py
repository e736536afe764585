"""The run: from a cut to a published report, and the command line in front of it."""
