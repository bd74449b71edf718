"""The nouns: frozen dataclasses and enums. No I/O, no formatting, nothing of pyguard above it."""
