"""Requests found in files: one module a kind, text -> commands with their place and what holds there."""
