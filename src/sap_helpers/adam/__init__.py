"""Analysis data: from the typed domains of a cut to ADaM data sets; frames in, frames out, inputs untouched."""
