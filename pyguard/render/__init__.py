"""A Decision becomes text."""
