"""Rebuild pyguard/data/*_names.txt: what distributions are called as conda packages and as Debian packages.

    pip download --no-deps --dest DIRECTORY conda-pypi grayskull
    (cd DIRECTORY && apt-get download dh-python)
    python -m tests.tools.record_package_names DIRECTORY

The sources: the mapping inside conda-pypi's wheel (MIT), the manual one inside grayskull's (Apache-2.0), and
dh-python's list of which Debian package holds which distribution (Expat). Read the diff before you commit it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import yaml
from packaging.utils import canonicalize_name

DATA = Path(__file__).resolve().parents[2] / "pyguard" / "data"
HASH = re.compile(r"[0-9a-f]{40,}$")    # keys that the mapping's robot took from links instead of names
# conda-forge has the whole distribution under its own name too; the mapping names the smaller part.
WHOLE = ("build", "dask", "matplotlib", "opencv-python-headless", "seaborn")
# The mapping leaves out most names that are the same on both sides. These projects' own documentation, or their
# conda-forge recipe, says that `conda install -c conda-forge NAME` is the same project.
SAME = """
accelerate aiohttp alembic altair anthropic anyio apache-airflow asyncpg awscli azure-core azure-identity
beautifulsoup4 black bokeh boto3 botocore catboost certifi cffi charset-normalizer click conan contourpy coverage
cryptography cython datasets django djangorestframework dnspython docutils fastapi fiona flake8
flask folium fonttools fsspec gensim geopandas google-api-core google-api-python-client google-auth
google-cloud-bigquery google-cloud-core google-cloud-storage googleapis-common-protos gradio greenlet grpcio
grpcio-status grpcio-tools gunicorn h5py holoviews hvplot imageio importlib-metadata importlib-resources ipykernel
ipython ipywidgets isort jax jaxlib joblib jsonschema jupyter jupyterlab keras kiwisolver langchain langchain-core
librosa lightgbm lightning llvmlite lxml markdown marshmallow mkdocs mkdocs-material mlflow multidict mypy
mysql-connector-python mysqlclient natsort nbconvert nbformat netcdf4 networkx nltk notebook numba numexpr numpy onnx
onnxruntime openai openpyxl optuna orjson panel pandas paramiko peewee pendulum pillow pipenv plotly polars pre-commit
prettytable prometheus-client propcache protobuf psutil psycopg psycopg2 pyarrow pycairo pycryptodome pydantic
pydantic-core pygments pylint pymongo pymysql pynacl pyodbc pyopenssl pyproj pyspark pytest pytest-asyncio
pytest-cov pytest-mock pytest-xdist python-dotenv pytorch-lightning pywavelets pyyaml pyzmq rasterio regex reportlab
requests rich ruff s3fs sagemaker scikit-image scikit-learn scipy scrapy selenium sentence-transformers sentencepiece
sentry-sdk setuptools shap shapely simplejson snowflake-connector-python spacy sphinx sqlalchemy sqlmodel starlette
statsmodels streamlit stripe sympy tensorboard tensorflow threadpoolctl tiktoken tokenizers torchaudio torchvision
tornado tox tqdm transformers twilio ujson umap-learn uvicorn uvloop virtualenv wandb watchdog websockets werkzeug
wheel wrapt xarray xgboost xlrd xlsxwriter yapf yarl yt-dlp zarr zipp
"""


def conda_names(directory: Path) -> dict[str, str]:
    """Normalized PyPI name -> conda-forge name."""
    names = {name: name for name in SAME.split()}
    with zipfile.ZipFile(one(directory, "conda_pypi-*.whl")) as wheel:
        for row in json.loads(wheel.read("conda_pypi/grayskull_pypi_mapping.json")).values():
            names[canonicalize_name(row["pypi_name"])] = row["conda_name"]
    with zipfile.ZipFile(one(directory, "grayskull-*.whl")) as wheel:
        for name, row in yaml.safe_load(wheel.read("grayskull/strategy/config.yaml")).items():
            names[canonicalize_name(name)] = row.get("conda_forge", name)
    names.update({name: name for name in WHOLE})
    return {name: conda for name, conda in names.items() if not HASH.match(name)}


def debian_names(directory: Path) -> dict[str, str]:
    """Normalized PyPI name -> the Debian package that holds that distribution for Python 3."""
    with tempfile.TemporaryDirectory() as unpacked:
        subprocess.run(["dpkg-deb", "-x", str(one(directory, "dh-python_*.deb")), unpacked], check=True)
        lines = (Path(unpacked) / "usr/share/dh-python/dist/cpython3_fallback").read_text(encoding="utf-8")
    pairs = (line.split() for line in lines.splitlines() if not line.startswith("#"))
    return {canonicalize_name(pair[0]): pair[1] for pair in pairs
            if len(pair) >= 2 and pair[1].startswith("python3-")}


def one(directory: Path, pattern: str) -> Path:
    found = sorted(directory.glob(pattern))
    if not found:
        sys.exit(f"{directory} has no {pattern}: see the first lines of this file")
    return found[-1]


def write(path: Path, names: Mapping[str, str], prefix: str = "") -> None:
    """Sorted lines `name other`; the name alone where the other is the name behind the prefix."""
    lines = [name if other == prefix + name else f"{name} {other}" for name, other in sorted(names.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(path, len(lines), path.stat().st_size)


def main(directory: Path) -> None:
    write(DATA / "conda_names.txt", conda_names(directory))
    write(DATA / "debian_names.txt", debian_names(directory), "python3-")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
