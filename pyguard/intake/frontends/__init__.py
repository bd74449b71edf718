"""One module a tool; its grammar is data."""
