"""A resolved plan in, the same plan with evidence out: who reaches what changes, what is missing, what broke."""
