"""Who imports what: OS packages, scripts by their shebang, services."""
