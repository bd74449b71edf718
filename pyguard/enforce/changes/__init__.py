"""Changes to a machine that can be taken back: a journal written before each, what was there kept beside it."""
