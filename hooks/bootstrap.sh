# shellcheck shell=sh
# Makes an environment with a working pip out of a machine's bare Python: sourced by hooks/install.sh and
# tests/run.sh. POSIX sh; installs nothing into the system and never weakens a check: what is missing comes
# through apt, signatures verified, into the scratch directory `work`, which the caller makes and removes.

work='' explained=''

# Where distributions keep their trust roots: OpenSSL's default files.
TRUST_ROOTS='/etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt /etc/ssl/ca-bundle.pem /etc/ssl/cert.pem'
LOWEST='3.9'
NEWER_PYTHONS='python3.14 python3.13 python3.12 python3.11 python3.10 python3.9'

say() { printf 'pyguard: %s\n' "$*"; }

fail() {
    explained=yes
    printf 'pyguard: %s\n' "$*" >&2
    exit 1
}

# For a trap at EXIT: `set -e` ends a script without a word of its own. 120 to 149 are signals.
report_end() {
    code=$?
    case $code$explained in 0 | *yes | 1[2-4]?) return ;; esac
    printf 'pyguard: %s gave up: a command exited %s; what it said, if anything, is above\n' "$0" "$code" >&2
}

# One that the user may not read (root's, after `su`), or that is deleted: find and pip fail there.
leave_unusable_directory() {
    if [ ! -r . ] || ! env pwd -P >/dev/null 2>&1; then cd /; fi
}

# The Python that was named, or else the first that is new enough: the distribution's own before any
# other, for those do not vanish.
find_python() {
    if [ -n "$1" ]; then
        usable_python "$1"
        return
    fi
    for candidate in /usr/bin/python3 $NEWER_PYTHONS python3; do
        if usable_python "$candidate"; then return 0; fi
    done
    return 1
}

# Prints /usr/bin/python3.11 and not /usr/bin/python3, which an upgrade points elsewhere.
usable_python() {
    found=$(command -v "$1" 2>/dev/null) || return 1
    "$found" -I -c 'import sys, venv; sys.exit(sys.version_info < (3, 9))' >/dev/null 2>&1 || return 1
    case $("$found" -I -c 'import sys; print(sys.prefix != sys.base_prefix)') in
        True) printf '%s\n' "$found" ;;    # followed, a link in an environment would lead out of it
        *) readlink -f "$found" ;;
    esac
}

no_python() {
    have=${1:-$(python3 --version 2>/dev/null)} || have='no python3'
    fail "needs Python $LOWEST or later with venv, found ${have:-none}: install the distribution's newer one" \
        "(apt-get install python3, dnf install python3.12 ...), or name one with --python PATH"
}

# make_environment PYTHON DIRECTORY: an environment with an up-to-date pip of its own.
make_environment() {
    "$1" -I -m venv --without-pip "$2" || fail "$1 -m venv could not make $2"
    first_pip=$(find_pip "$1")
    settle_index "$1"
    settle_trust
    find_distutils "$1"
    settle_wanted
    if [ -n "$wanted" ]; then fetch_missing "$1"; fi
    if [ "$distutils" = fetched ]; then add_distutils "$2"; fi
    first_pip_code >"$work/first_pip.py"
    run_pip "$2/bin/python" -I "$work/first_pip.py" "$first_pip" install --upgrade pip ||
        fail 'pip could not be fetched from your package index: its own message is above'
}

# Debian's pip takes two things for granted that are not there yet: the libraries it bundles in
# /usr/share/python-wheels (Debian 11) and /etc/ssl/certs/ca-certificates.crt as soon as it is imported (13).
first_pip_code() {
    cat <<'PYTHON'
import glob, os, runpy, sys
pip = sys.argv.pop(1)
bundled = [path for path in glob.glob(os.path.join(os.path.dirname(pip), "*.whl")) if path != pip]
sys.path[:0] = [pip] + (bundled if pip.endswith(".whl") else [])
try:
    import pip._vendor.certifi as certifi
except ImportError:
    import certifi
given = os.environ.get("PIP_CERT") or os.environ.get("REQUESTS_CA_BUNDLE")
if given and not os.path.exists(certifi.where()):
    certifi.where = lambda: given
sys.argv[0] = "pip"
runpy.run_module("pip", run_name="__main__", alter_sys=True)
PYTHON
}

# settle_index PYTHON: writes $work/index, which sets pip's variables to what they and its configuration files say of
# where distributions come from and what is trusted; a `target` or `prefix` is for others.
# The files and their order: pip's _internal/configuration.py.
settle_index() {
    "$1" -I - >"$work/index" <<'PYTHON' || { explained=yes; exit 1; }
import configparser, locale, os, shlex, sys, sysconfig
KEPT = ("index-url extra-index-url find-links no-index trusted-host cert client-cert proxy timeout retries "
        "resume-retries keyring-provider use-feature use-deprecated only-binary no-binary prefer-binary "
        "uploaded-prior-to").split()
OTHER_NAMES = {"pypi-url": "index-url", "default-timeout": "timeout"}
chosen = os.environ.get("PIP_CONFIG_FILE") or ""
places = [*(os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":"), "/etc"]
files = [f"{place}/pip/pip.conf" if place != "/etc" else "/etc/pip.conf" for place in places]
if not os.path.exists(chosen):
    config = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
    files += ["~/.pip/pip.conf", f"{config}/pip/pip.conf"]
sections = {"global": {}, "install": {}, "variables": {}}
def add(section, items):
    for name, value in items:
        name = name.lower().replace("_", "-")
        name = name[2:] if name.startswith("--") else name
        sections.get(section, {})[OTHER_NAMES.get(name, name)] = value
for file in () if chosen == os.devnull else (*map(os.path.expanduser, files), chosen):
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding=locale.getpreferredencoding(False))
    except (configparser.Error, UnicodeDecodeError):
        sys.exit(f"pyguard: {file} cannot be read, not by pip either: correct it, or set PIP_CONFIG_FILE=/dev/null")
    for section in parser.sections():
        add(section, parser.items(section))
variables = [name for name in os.environ if name.startswith("PIP_") and name.isidentifier()]
add("variables", [(name[4:], os.environ[name]) for name in variables])
for name in variables:
    print(f"unset {name}")
for name in KEPT:
    value = [section[name] for section in sections.values() if section.get(name)][-1:]
    if value:
        print(f"export PIP_{name.upper().replace('-', '_')}={shlex.quote(value[0])}")
# Before Python 3.10 pip follows distutils' files as well (find_config_files), and no option keeps it from that.
files = [sysconfig.get_path("stdlib") + "/distutils/distutils.cfg", "~/.pydistutils.cfg", "setup.cfg"]
for file in map(os.path.abspath, map(os.path.expanduser, files if sys.version_info < (3, 10) else ())):
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read(file, encoding="latin-1")
    except configparser.Error:
        continue    # pip says so itself
    names = parser.options("install") if parser.has_section("install") else ()
    if any(name.startswith("install") or name in ("prefix", "exec_prefix", "home", "root", "user") for name in
           (name.replace("-", "_") for name in names)):
        sys.exit(f"pyguard: {file} says where pip puts things: move it away until pyguard is installed, or take a "
                 "Python from 3.10 on (--python PATH)")
PYTHON
}

# carried NAME: what pip will find in one of its variables.
carried() {
    # shellcheck source=/dev/null
    (. "$work/index" && eval "printf '%s' \"\${$1:-}\"")
}

# run_pip COMMAND...: pip with the user's index and trust settings, but into its environment and nowhere else.
run_pip() (
    # shellcheck source=/dev/null
    . "$work/index"
    if [ "$trust" != default ]; then set -- PIP_CERT="$trust" "$@"; fi
    exec env PIP_CONFIG_FILE=/dev/null PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 \
        "$@" --no-user --quiet --no-cache-dir
)

# Sets trust: "default" when pip finds its own way, a bundle to use, or "missing".
settle_trust() {
    trust=default
    if [ -n "$(carried PIP_CERT)${REQUESTS_CA_BUNDLE:-}" ]; then return; fi
    if [ -n "${SSL_CERT_FILE:-}" ]; then
        trust=$SSL_CERT_FILE
    elif ! system_roots && { [ -z "$first_pip" ] || index_needs_tls; }; then
        trust=missing
    fi
}

index_needs_tls() {
    if [ -n "$(carried PIP_NO_INDEX)" ]; then return 1; fi
    case $(carried PIP_INDEX_URL) in https:* | '') return 0 ;; *) return 1 ;; esac
}

system_roots() {
    for file in $TRUST_ROOTS; do
        if [ -s "$file" ]; then return 0; fi
    done
    return 1
}

# The pip that comes with a Python: the wheel, or the directory, that holds its `pip`; else nothing.
find_pip() {
    "$1" -I - <<'PYTHON' 2>/dev/null || :
import glob, os
places = ["/usr/share/python-wheels", "/usr/share/python-pip-wheels"]
try:
    import ensurepip
    places.insert(0, os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"))
except ImportError:
    pass
wheels = [wheel for place in places for wheel in sorted(glob.glob(place + "/pip-*.whl"))]
if wheels:
    print(wheels[0])
else:
    import pip
    print(os.path.dirname(os.path.dirname(os.path.abspath(pip.__file__))))
PYTHON
}

# Sets distutils: below Python 3.10 pip cannot do without it, and Debian has it in an OS package of its own.
find_distutils() {
    distutils=there
    if ! "$1" -I -c 'import sys
if sys.version_info < (3, 10): import distutils.command.install' 2>/dev/null; then distutils=missing; fi
    distutils_home=$("$1" -I -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')/distutils
}

# The whole package, the distribution's half of it included, before the standard library on the path.
add_distutils() {
    mkdir -p "$1/lib/distribution"
    cp -R "$distutils_home" "$work/unpacked$distutils_home" "$1/lib/distribution"
    "$1/bin/python" -I - <<'PYTHON'
import os, sysconfig
with open(os.path.join(sysconfig.get_path("purelib"), "distutils.pth"), "w") as file:
    file.write("import os, sys; sys.path.insert(0, os.path.join(sys.prefix, 'lib', 'distribution'))\n")
PYTHON
}

# Sets wanted: what this machine lacks, in words.
settle_wanted() {
    wanted=''
    if [ -z "$first_pip" ]; then wanted='pip'; fi
    if [ "$distutils" = missing ]; then wanted="${wanted:+$wanted, }distutils"; fi
    if [ "$trust" = missing ]; then wanted="${wanted:+$wanted, }trust roots (CA certificates)"; fi
}

# Sets first_pip, distutils and trust to what was fetched, for this installation alone.
fetch_missing() {
    if command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null; then
        say "this machine has no $wanted: fetching through apt, for this installation only"
        fetch_with_apt
    elif command -v dnf >/dev/null && [ "$(id -u)" = 0 ]; then
        say "this machine has no $wanted: installing python3-pip and ca-certificates with dnf"
        dnf -q -y install python3-pip ca-certificates || nothing_fetched
        first_pip=$(find_pip "$1")
        settle_trust
        settle_wanted
    fi
    if [ -n "$wanted" ]; then nothing_fetched; fi
}

nothing_fetched() {
    if [ -s "$work/apt.log" ]; then grep '^[EW]:' "$work/apt.log" | head -n 3 >&2 || :; fi
    fail "this machine has no $wanted, which could not be fetched. Either let an administrator run" \
        "'apt-get update && apt-get install python3-pip ca-certificates' (or the same with dnf), or repair" \
        'the network or proxy (https_proxy) that apt uses, and install again'
}

# With a private state directory apt needs no root and leaves the system's lists as they are; it checks
# the signatures against the system's own keyrings.
fetch_with_apt() {
    mkdir -p "$work/apt/state/lists/partial" "$work/apt/cache/archives/partial" "$work/debs" "$work/unpacked"
    chmod 711 "$work"    # root's apt downloads as the user _apt
    if [ "$(id -u)" = 0 ]; then chown _apt "$work/debs" 2>/dev/null || :; fi
    apt_settings >"$work/apt.conf"
    private_apt update || nothing_fetched
    if [ -z "$first_pip" ]; then
        download_package python3-pip-whl || download_package python-pip-whl || nothing_fetched
        first_pip=$(find "$work/unpacked/usr/share/python-wheels" -name 'pip-*.whl')
    fi
    if [ "$distutils" = missing ]; then
        download_package python3-distutils || nothing_fetched
        distutils=fetched
    fi
    if [ "$trust" = missing ]; then
        download_package ca-certificates || nothing_fetched
        gather_roots >"$work/roots.pem"
        trust=$work/roots.pem
    fi
    wanted=''
}

apt_settings() {
    cat <<CONF
Dir::State "$work/apt/state";
Dir::State::status "/var/lib/dpkg/status";
Dir::Cache "$work/apt/cache";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
    if [ -n "${SSL_CERT_FILE:-}" ]; then printf 'Acquire::https::CaInfo "%s";\n' "$SSL_CERT_FILE"; fi
}

private_apt() { (cd "$work/debs" && LC_ALL=C apt-get -q -c "$work/apt.conf" "$@" >>"$work/apt.log" 2>&1); }

download_package() { private_apt download "$1" && dpkg-deb -x "$work/debs/$1"_*.deb "$work/unpacked"; }

# The distribution's roots and the site's own, as update-ca-certificates(8) gathers them.
gather_roots() {
    for directory in "$work/unpacked/usr/share/ca-certificates" /usr/local/share/ca-certificates; do
        if [ -d "$directory" ]; then find "$directory" -name '*.crt' -exec awk 1 {} +; fi
    done
}
