"""uv's options, as its own parser has them (uv 0.13): which take a value. clap knows no abbreviations."""

from __future__ import annotations

from .command_line import Grammar

# uv takes these before and after any command
GLOBAL_VALUES = """--allow-insecure-host --cache-dir --color --config-file --directory --project --python-fetch
 --python-preference --preview-features --trusted-host"""
GLOBAL_FLAGS = """--allow-python-downloads --isolated --managed-python --native-tls --no-allow-python-downloads
 --no-cache --no-cache-dir --no-color --no-config --no-managed-python --no-native-tls --no-offline --no-preview
 --no-progress --no-python-downloads --no-system-certs --offline --preview --quiet --system-certs --verbose
 --version --show-settings --no-installer-metadata -V -n -q -v"""
PIP_VALUES = """--build-constraint --build-constraints -b --cert --config-setting --config-settings
 --config-settings-package --config-setting-package -C --constraint --constraints -c --default-index --editable
 -e --exclude-newer --exclude-newer-package --excludes --exclude --extra --extra-index-url --find-links -f
 --fork-strategy --group --index --index-strategy --index-url -i --keyring-provider --link-mode --no-binary
 --no-build-isolation-package --no-editable-package --no-sources-package --only-binary --output-format
 --override --overrides --prefix --prerelease --prerelease-package --python --python-platform --python-version
 -p --refresh-package --reinstall-package --requirement --requirements -r --resolution --target --torch-backend
 --upgrade-group --upgrade-package -P -t"""
PIP_FLAGS = """--all-extras --allow-empty-requirements --break-system-packages --build-isolation --check
 --compile-bytecode --compile --deps --disable-pip-version-check --dry-run --exact --force-reinstall
 --generate-hashes --index-certs --no-allow-empty-requirements --no-break-system-packages --no-build
 --no-build-isolation --no-cert --no-compile --no-compile-bytecode --no-deps --no-editable --no-exact --no-index
 --no-refresh --no-reinstall --no-require-hashes --no-sources --no-strict --no-system --no-upgrade
 --no-verify-hashes --only-binary-all --pre --refresh --reinstall --require-build-hashes --require-hashes
 --sources --strict --system --unmanaged --upgrade -U --user --verify-hashes"""

GENERAL = Grammar("uv", GLOBAL_VALUES, GLOBAL_FLAGS)
PIP = Grammar("uv", f"{GLOBAL_VALUES} {PIP_VALUES}", f"{GLOBAL_FLAGS} {PIP_FLAGS}")
