"""A Request becomes a Plan, as deep as asked."""
