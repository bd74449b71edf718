"""Facts and Impact become a Verdict. Pure."""
