"""Text becomes a Request: command lines and the files they name."""
