"""The 39 forms of an install that guards were measured by, each as a line of sh: six 1.15 before the system's 1.16.

Run as root in /proof of a Debian with python3-pip, python3-six, python3-setuptools, python3-venv, zsh, fish, tcsh,
sudo, a venv in /opt/venv, two upstream pips in /opt/pip-*, uv in /opt/uv. `{v}` is the minor version.
"""

from __future__ import annotations

PACKAGES = ("python3-pip", "python3-six", "python3-setuptools", "python3-venv", "zsh", "fish", "tcsh", "sudo",
            "findutils")
OLD_PIP, NEW_PIP = "21.3.1", "26.3"
THE_HOLE = "uv --system --break"    # by absolute path, with an explicit override: only the audit sees it
MAIN = """import sys
try:
    from pip._internal.cli.main import main
except ImportError:
    from pip._internal import main
sys.exit(main(['install', 'six==1.15']))
"""
SETUP = "from setuptools import setup\nsetup(name='six', version='1.15', py_modules=['six'])\n"
FILES = {"/proof/main.py": MAIN, "/proof/setup.py": SETUP, "/proof/six.py": "__version__ = '1.15'\n",
         "/proof/script.sh": "pip install six==1.15\n", "/proof/requirements.txt": "six==1.15\n"}
FORMS = {
    "pip install": "pip install six==1.15",
    "pip3 install": "pip3 install six==1.15",
    "abs /usr/bin/pip3": "/usr/bin/pip3 install six==1.15",
    "python3 -m pip": "python3 -m pip install six==1.15",
    "/usr/bin/python3.N -m pip": "/usr/bin/python{v} -m pip install six==1.15",
    "python3 -Im pip": "python3 -Im pip install six==1.15",
    "python3 -Es -m pip": "python3 -Es -m pip install six==1.15",
    "python3 -X utf8 -m pip": "python3 -X utf8 -m pip install six==1.15",
    "python3 -mpip": "python3 -mpip install six==1.15",
    "pip -q --no-input install": "pip -q --no-input install six==1.15",
    "pip install -r": "pip install -r requirements.txt",
    "run pip dir": "python3 /usr/lib/python3/dist-packages/pip install six==1.15",
    "-c pip main()": "python3 -c \"$(cat main.py)\"",
    "runpy": "python3 -c \"import runpy, sys; sys.argv = ['pip', 'install', 'six==1.15']; "
             "runpy.run_module('pip', run_name='__main__')\"",
    "subprocess sys.executable": "python3 -c \"import subprocess, sys; sys.exit(subprocess.call([sys.executable, '-m', "
                                 "'pip', 'install', 'six==1.15']))\"",
    "sh script calling pip": "sh script.sh",
    "xargs pip": "echo six==1.15 | xargs pip install",
    "env pip": "env pip install six==1.15",
    "sudo pip": "sudo pip install six==1.15",
    "sudo /usr/bin/pip": "sudo /usr/bin/pip install six==1.15",
    "sudo python3 -m pip": "sudo python3 -m pip install six==1.15",
    "sudo -H -E pip": "sudo -H -E pip install six==1.15",
    "\\pip (no alias)": "\\pip install six==1.15",
    "command pip": "command pip install six==1.15",
    "zsh -c pip": "zsh -c 'pip install six==1.15'",
    "fish -c pip": "fish -c 'pip install six==1.15'",
    "tcsh -c pip": "tcsh -c 'pip install six==1.15'",
    "venv pip --python sys": "/opt/venv/bin/pip --python /usr/bin/python3 install six==1.15",
    f"upstream pip {OLD_PIP} PYTHONPATH": f"PYTHONPATH=/opt/pip-{OLD_PIP} python3 -m pip install six==1.15",
    f"upstream pip {NEW_PIP} PYTHONPATH": f"PYTHONPATH=/opt/pip-{NEW_PIP} python3 -m pip install six==1.15",
    "pip --isolated": "pip --isolated install --no-index --find-links /proof/wheels six==1.15",
    "PIP_CONFIG_FILE=/dev/null": "PIP_CONFIG_FILE=/dev/null pip install six==1.15",
    "-S + PYTHONPATH": "PYTHONPATH=/usr/lib/python3/dist-packages python3 -S -m pip install six==1.15",
    "--target dist-packages": "pip install --upgrade --target /usr/lib/python3/dist-packages six==1.15",
    "--prefix /usr/local": "pip install --prefix /usr/local six==1.15",
    "uv --system": "/opt/uv/uv pip install --system --offline --find-links /proof/wheels six==1.15",
    "uv --system --break": "/opt/uv/uv pip install --system --break-system-packages --offline "
                           "--find-links /proof/wheels six==1.15",
    "pip --break-system-packages": "pip install --break-system-packages six==1.15",
    "setup.py install": "python3 setup.py -q install",
}
