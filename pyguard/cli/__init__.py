"""One module a command: parse, call, exit code. The only place that reads os.environ."""
