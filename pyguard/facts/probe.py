"""Runs inside a foreign interpreter: two cookies on argv -> one line of JSON between them, on stdout.

Standard library only, Python 3.6 syntax; Python 2.7 is told that it is not supported.
"""

import json
import os
import sys


def describe():
    if sys.version_info < (3, 6):
        return {"unsupported": "%d.%d.%d" % sys.version_info[:3]}
    import site
    import sysconfig

    version = "%d.%d.%d" % sys.version_info[:3]
    if sys.version_info[3] != "final":
        version += {"alpha": "a", "beta": "b", "candidate": "rc"}[sys.version_info[3]] + str(sys.version_info[4])
    return {
        "version": version,
        "implementation": sys.implementation.name,
        "executable": sys.executable or "",
        "prefix": sys.prefix,
        "base_prefix": getattr(sys, "real_prefix", sys.base_prefix),
        "exec_prefix": sys.exec_prefix,
        "base_executable": getattr(sys, "_base_executable", "") or "",
        "stdlib": sysconfig.get_path("stdlib"),
        "purelib": sysconfig.get_path("purelib"),
        "platlib": sysconfig.get_path("platlib"),
        "schemes": sorted(sysconfig.get_scheme_names()),
        "site_packages": site.getsitepackages() if hasattr(site, "getsitepackages") else [],
        "user_site_enabled": bool(site.ENABLE_USER_SITE),
        "path": [entry for entry in sys.path if entry],
        "marker": os.path.exists(os.path.join(sysconfig.get_path("stdlib"), "EXTERNALLY-MANAGED")),
        "conda": os.path.isdir(os.path.join(sys.prefix, "conda-meta")),
        "standalone": bool(sysconfig.get_config_var("PYTHON_BUILD_STANDALONE")),
    }


def main():
    sys.stdout.write("\n" + sys.argv[1] + json.dumps(describe(), sort_keys=True) + sys.argv[2] + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
