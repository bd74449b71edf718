"""Extras that conda-forge has as packages of their own: `uvicorn[standard]` is `uvicorn-standard` there.

Every other extra has no conda form: `name[extra]` is no MatchSpec that conda's command line takes.
"""

from __future__ import annotations

# (distribution, extra): the package that stands for both, and what comes beside it with no version asked for.
KNOWN = {
    ("black", "jupyter"): ("black-jupyter",),
    ("dask", "complete"): ("dask",),
    ("dvc", "gs"): ("dvc-gs",),
    ("dvc", "s3"): ("dvc-s3",),
    ("jsonschema", "format"): ("jsonschema-with-format",),
    ("jsonschema", "format-nongpl"): ("jsonschema-with-format-nongpl",),
    ("psycopg", "c"): ("psycopg", "psycopg-c"),
    ("ray", "default"): ("ray-default",),
    ("ray", "rllib"): ("ray-rllib",),
    ("ray", "serve"): ("ray-serve",),
    ("ray", "tune"): ("ray-tune",),
    ("requests", "socks"): ("requests", "pysocks"),
    ("uvicorn", "standard"): ("uvicorn-standard",),
}


def packages_of(name: str, extras: tuple[str, ...]) -> tuple[str, ...]:
    """The packages for a distribution with these extras; empty where one of them has none."""
    found: list[str] = []
    for extra in extras:
        packages = KNOWN.get((name, extra), ())
        if not packages:
            return ()
        found += [package for package in packages if package not in found]
    return tuple(found)
