"""A host becomes Facts: reads, never writes (cache.py is the one exception)."""
