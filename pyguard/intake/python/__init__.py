"""Programs in Python: which command lines they run, with which Python, and what they write to files, by ast."""
