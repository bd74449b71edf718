"""A view of this machine in which a plan has been carried out, and programs that run in it: nothing of it stays."""
