"""The only code that runs or changes anything."""
