"""Who owns a path, and what depends on what: one module a package database."""
