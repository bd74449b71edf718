"""Audits of many hosts become one report: `read` takes them in, `combine` puts them together."""
