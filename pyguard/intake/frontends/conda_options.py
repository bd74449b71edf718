"""Options of conda, mamba and micromamba that take a value, and those that take none, over all of their commands.

From the sources of conda 26.7 and micromamba 2: cli/helpers.py, cli/main_*.py; src/common_options.cpp.
"""

from __future__ import annotations

from .command_line import Grammar

VALUES = """--name -n --prefix -p --channel -c --file -f --solver --experimental-solver --subdir --platform
 --repodata-fn --revision --rev --clone --experimental --log-level --rc-file --root-prefix -r --pinned-packages
 --channel-priority --cwd --console --use-index-cache-ttl --env-spec --environment-specifier --format
 --relocate-prefix --category --extra-safety-checks --ssl-verify --cacert-path --retry-clean-cache
 --repodata-ttl --download-threads --extract-threads --trusted-channels --lock-timeout --remote-max-retries
 --shell -s --default-channel --override-channels-enabled --verify-artifacts --use-uv"""
FLAGS = """--json --yes -y --dry-run -d --verbose -v --quiet -q --debug --offline --download-only --no-deps
 --only-deps --no-pin --copy --no-shortcuts --shortcuts-only --force-reinstall --freeze-installed
 --no-update-deps --update-deps --update-specs -S --update-all --all -a --force --force-remove --prune
 --no-plugins --no-env --no-rc --use-local --override-channels --strict-channel-priority --no-channel-priority
 --insecure -k --use-index-cache --clobber --override-frozen --keep-env --dev --satisfied-skip-solve --features
 --no-capture-output --live-stream --debug-wrapper-scripts --no-py-pin --py-pin --no-pyc --pyc --always-softlink
 --always-copy --allow-softlinks --no-lock --no-default-packages --version -V --show-channel-urls
 --override-frozen-env --ignore-missing-files --use-lockfile --clean-env --detach --no-prune-deps --prune-deps
 --lax --strict"""

CONDA = Grammar("conda", VALUES, FLAGS, abbreviated=True)
