"""200 requests as people type them: the forms of PEP 508 and pip, the most used names, 20 requirement files."""

from __future__ import annotations

import tempfile
from pathlib import Path

from pyguard.facts.package_names import CONDA, DEBIAN, look_up
from pyguard.host import Host
from pyguard.intake.frontends.pip import parse
from pyguard.model.conda import CondaSetup
from pyguard.model.facts import Facts, Tool
from pyguard.model.request import Request
from tests.builders import some_facts

# What one distribution may be asked for as: every row of the table of differences, and what lies around them.
FORMS = (
    "==1.2.3", "==1.2", "==1", "===1.2.3", "==1.2.*", "!=1.2.*", "!=1.2.3", "~=1.2", "~=1.2.3", "~=1.2.post1",
    "~=1.2.3.dev1", ">=1.0", ">1.0", "<=1.0", "<2", "<2.0", "<1.2.3", "<2.0rc1", ">=1.0,<2", ">=1.0,==1.2.*",
    ">=1.0,!=1.2.*,<3", ">=1,!=1.2.3,!=1.2.10", "==v1.0", "==1.0-1", "==1.0-rc.1", "==1!2.0", ">=1!0", "<1!1.0",
    "~=1!1.0", "== 1.2.3 ", ">= 1.0 , < 2", ">=1.2.3,<=1.2.10", "==1.10", "==1.9", ">1.9", "<1.10", "!=2", "!=2.0.*",
    "~=42.0", "==42.0", "==42.0.*", "==2021.1", ">=2021", "<2021.2", ">=0", "<=10", "!=0.1,!=0.9.9",
    ">=1.0.0,<1.3.0,!=1.2.0", "==1.0.0.0", "==1.2.3.4", "<1", ">10", "~=0.9.0", "~=2.0,!=2.0.1",
)
# The hundred most used distributions, as the public download counts of 2025 and 2026 have them, in no order.
POPULAR = tuple("""
aiohttp anyio asn1crypto attrs aws-sam-translator awscli azure-core babel bcrypt beautifulsoup4 black boto3 botocore
cachetools certifi cffi chardet charset-normalizer click cloudpickle colorama coverage cryptography decorator
distlib django docker docutils et-xmlfile exceptiongroup fastapi filelock flask frozenlist fsspec gitpython
google-api-core google-auth google-cloud-storage googleapis-common-protos greenlet grpcio h11 httpcore httpx idna
importlib-metadata iniconfig isodate itsdangerous jinja2 jmespath joblib jsonschema markupsafe matplotlib multidict
numpy oauthlib openpyxl packaging pandas pillow platformdirs pluggy protobuf psutil psycopg2-binary pyarrow pyasn1
pycparser pydantic pygments pyjwt pynacl pyopenssl pyparsing pytest python-dateutil python-dotenv pytz pyyaml redis
requests rich s3transfer scikit-learn scipy six sqlalchemy tomli tqdm typing-extensions tzdata urllib3
uvicorn werkzeug wrapt yarl zipp
""".split())  # noqa: SIM905  # a paragraph is easier to compare with the list
MIXED = (
    ("install", "cryptography==42.0", "--user"), ("install", "numpy", "pandas", "matplotlib"),
    ("install", "numpy>=1.20", "pandas<3", "scipy~=1.10"), ("install", "--upgrade", "requests"),
    ("install", "torch==2.1.0", "torchvision"), ("install", "uvicorn[standard]>=0.20"), ("install", "requests[socks]"),
    ("install", "black[jupyter]==24.1.0"), ("install", "httpx[http2]"), ("install", "numpy; python_version >= '3'"),
    ("install", "tomli; python_version < '3.11'", "numpy"), ("install", "git+https://example.org/x.git#egg=thing"),
    ("install", "https://example.org/thing-1.0-py3-none-any.whl", "numpy"),
    ("install", "thing @ https://example.org/t.zip"), ("install", "-e", "git+https://example.org/x.git#egg=thing"),
    ("install", "--index-url", "https://example.org/s", "numpy"),
    ("install", "--pre", "pandas"), ("install", "--no-deps", "pandas"), ("install", "ollama", "uv", "graphviz"),
    ("install", "kubernetes", "docker", "xxhash"), ("install", "PyYAML", "Pillow==10.*"), ("install", "ruamel.yaml"),
    ("install", "numpy", "numpy>=1.20"), ("install", "numpy>=1", "PyYAML"),
    ("install", "psycopg2-binary>=2.9"), ("install", "opencv-python"),
)
FILES = (
    "numpy\npandas\n", "numpy==1.26.4\n", "numpy>=1.20,<2\npandas~=2.0\n# a comment\nscipy # why\n",
    "requests[socks]\nclick\n", "numpy \\\n  >=1.20\n", "tomli; python_version < '3.11'\nnumpy\n",
    "git+https://example.org/x.git#egg=thing\nnumpy\n", "-e git+https://example.org/x.git#egg=thing\nnumpy\n",
    "--index-url https://example.org/simple\nnumpy\n", "numpy==1.26.4 --hash=sha256:" + "0" * 64 + "\n",
    "-c limits.txt\nnumpy\npandas\n", "-r more.txt\nnumpy\n", "\ufeffnumpy\n", "Django>=4,<5\ndjangorestframework\n",
    "thing @ https://example.org/thing-1.0-py3-none-any.whl\nnumpy\n", "unknown-thing-of-ours==1\nnumpy\n",
    "numpy\nnumpy>=1.20\n", "scikit-learn==1.4.*\nscipy>=1.0,==1.2.*\n", "cryptography<43\nPyYAML\n",
    "matplotlib\npillow<11\npyarrow!=14.0.0\n",
)
BESIDE = {"limits.txt": "numpy<2\nunrelated==1\n", "more.txt": "pandas>=1.5\n-c limits.txt\n"}
REQUESTS = (
    *(("install", f"numpy{form}") for form in FORMS),
    *(("install", name) for name in POPULAR),
    *MIXED,
    *(("install", "-r", f"requirements-{number}.txt") for number in range(len(FILES))),
)


def directory() -> str:
    """Where the requirement files lie."""
    if not _MADE:
        place = Path(tempfile.mkdtemp(prefix="requests-"))
        for number, text in enumerate(FILES):
            (place / f"requirements-{number}.txt").write_text(text, encoding="utf-8")
        for name, text in BESIDE.items():
            (place / name).write_text(text, encoding="utf-8")
        _MADE.append(str(place))
    return _MADE[0]


_MADE: list[str] = []    # once a process


def read_request(words: tuple[str, ...]) -> Request:
    """As pip reads it, for an ordinary user."""
    environ = {"HOME": "/home/alice", "PIP_CONFIG_FILE": "/dev/null"}
    return parse(Host(), ("pip", *words), environ=environ, cwd=directory(), uid=1000)


def facts_for(request: Request, **fields: object) -> Facts:
    """A Debian 12 with conda on PATH, pipx and uv, and the names that are known of what is wanted."""
    names = [wanted.name for wanted in request.wanted if wanted.name]
    tools = tuple(Tool(name, f"/opt/conda/bin/{name}") for name in ("conda", "pipx", "uv"))
    return some_facts(**{"tools": tools, "distributions": (), "conda": CondaSetup(names=look_up(CONDA, names)),
                         "os_names": look_up(DEBIAN, names), **fields})
