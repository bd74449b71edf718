"""A host becomes an AuditReport: the same rules as for an install, over the plan that already happened."""
