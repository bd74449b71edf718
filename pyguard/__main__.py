"""`python -m pyguard`, and what the installed command runs."""

from pyguard.cli.main import entry_point

if __name__ == "__main__":
    entry_point()
