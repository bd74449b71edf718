"""The words of a document by which a command that it shows is not to be run, or not on a distribution."""

from __future__ import annotations

DENIES = r"\bnot\b|n['\u2019]t\b|\bnever\b|\bavoid\w*|\binstead\b|\brather\b|\bwithout\b|\bwrong\w*|\bbreaks?\b|" \
         r"\bbroken?\b"
ELSEWHERE = r"\bmac\b|\bmac ?os|\bmacports\b|\bos ?x\b|\b(?:home)?brew|\bwindows\b|\bdocker|\bpodman|\bcontainers?\b|" \
            r"conda\b|\bcolab\b|\btermux|bsd\b"
AGAINST = rf"{DENIES}|{ELSEWHERE}"
