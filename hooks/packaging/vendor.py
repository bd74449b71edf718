"""Wheels -> one directory that every Python from 3.9 on can import from, without any compiled file.

usage: vendor.py DIRECTORY WHEEL...

Ends with an error where a distribution, on any of the Pythons, would need one that was not given.
"""

import email
import glob
import os
import sys
import zipfile

MINORS = ("3.9", "3.10", "3.11", "3.12", "3.13", "3.14")
COMPILED = (".so", ".pyd", ".dylib")
SCRIPTS = ".data/"


def main(directory, wheels):
    """0, or 1 with what is missing on stderr."""
    for wheel in wheels:
        unpack(wheel, directory)
    missing = sorted(set(find_missing(directory)))
    for line in missing:
        sys.stderr.write(f"pyguard: {line}\n")
    return 1 if missing else 0


def unpack(wheel, directory):
    """Its modules and metadata; PyYAML's parser in C is left out, as its own one in Python takes over."""
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            if name.endswith(COMPILED) or SCRIPTS in name or name.startswith("_yaml/") or ".." in name.split("/"):
                continue
            path = archive.extract(name, directory)
            if name.endswith(".py"):
                drop_interpreter(path)


def drop_interpreter(path):
    """A module is imported and not called; the Python that its first line names may not be there."""
    with open(path, "rb") as file:
        first = file.readline()
        rest = file.read() if first.startswith(b"#!") else b""
    if first.startswith(b"#!"):
        with open(path, "wb") as file:
            file.write(b"\n" + rest)


def find_missing(directory):
    """A line for each requirement that holds on one of the Pythons and that nothing here answers."""
    sys.path.insert(0, directory)
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet
    from packaging.utils import canonicalize_name

    described = {}
    for path in glob.glob(os.path.join(glob.escape(directory), "*.dist-info", "METADATA")):
        with open(path, encoding="utf-8") as file:
            found = email.message_from_file(file)
        described[canonicalize_name(found["Name"])] = found
    for name, found in sorted(described.items()):
        needed = SpecifierSet(found["Requires-Python"] or "")
        for minor in MINORS:
            if minor + ".0" not in needed:
                yield f"{name} does not run on Python {minor}"
            environment = {"python_version": minor, "python_full_version": minor + ".0", "extra": ""}
            for requirement in map(Requirement, found.get_all("Requires-Dist") or ()):
                if requirement.marker is not None and not requirement.marker.evaluate(environment):
                    continue
                got = described.get(canonicalize_name(requirement.name))
                if got is None or not requirement.specifier.contains(got["Version"], prereleases=True):
                    yield f"{name} on Python {minor} needs {requirement}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
