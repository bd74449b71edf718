#!/bin/sh
# Makes pyguard's packages from this checkout: pyguard_VERSION-1_all.deb, pyguard-VERSION-1.noarch.rpm, wheel and sdist.
set -eu

usage() {
    cat <<'TEXT'
usage: sh hooks/packaging/build.sh [--out DIR] [--only deb,rpm] [--wheels DIR] [--tools PYTHON]

  --out DIR       where they go (default: dist/)
  --only KINDS    deb, rpm or both; wheel and sdist are always made
  --wheels DIR    the wheels that are packed inside: taken from there, or fetched into it when it is empty
  --tools PYTHON  a Python that has pip, hatchling and twine (default: an environment is made and thrown away)

Needs Python 3.9 or later, a package index, dpkg-deb for the .deb and rpmbuild for the .rpm. Times in the packages are
SOURCE_DATE_EPOCH, or those of the last commit.
TEXT
}

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd -P)
hooks=$(dirname -- "$here")
checkout=$(dirname -- "$hooks")
# shellcheck source-path=SCRIPTDIR source=../bootstrap.sh
. "$hooks/bootstrap.sh"
library=/usr/lib/pyguard/lib

main() {
    out=dist only=deb,rpm wheels='' tools=''
    while [ $# -gt 0 ]; do
        if [ "$1" = -h ] || [ "$1" = --help ]; then usage; exit 0; fi
        if [ $# -lt 2 ] || [ -z "$2" ]; then wrong_usage "$1 needs a value"; fi
        case $1 in
            --out) out=$2 ;;
            --only) only=$2 ;;
            --wheels) wheels=$2 ;;
            --tools) tools=$2 ;;
            *) wrong_usage "no such option: $1" ;;
        esac
        shift 2
    done
    case ,$only, in *,deb,* | *,rpm,*) ;; *) wrong_usage "--only takes deb, rpm or deb,rpm" ;; esac
    umask 022
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    settle_tools
    mkdir -p "$out"
    out=$(CDPATH='' cd -- "$out" && pwd -P)
    if [ -z "$wheels" ]; then wheels=$work/wheels; fi
    mkdir -p "$wheels"
    settle_time
    build_wheel
    fetch_wheels
    case ,$only, in *,deb,*) build_deb ;; esac
    case ,$only, in *,rpm,*) build_rpm ;; esac
    "$tools" -I -m twine check --strict "$out/pyguard_system-$version"* >"$work/twine" 2>&1 ||
        { cat "$work/twine" >&2; fail 'twine finds fault with the wheel or the sdist'; }
    say "made in $out: $(cd "$out" && printf '%s ' "pyguard"*"$version"*)"
}

wrong_usage() {
    printf 'pyguard: %s\n' "$1" >&2
    usage >&2
    exit 2
}

# Sets tools, and trust for whoever fetches.
settle_tools() {
    first_pip=there
    base=$tools
    if [ -z "$tools" ]; then base=$(find_python '') || no_python ''; fi
    settle_index "$base"
    settle_trust
    if [ -n "$tools" ]; then return; fi
    make_environment "$base" "$work/tools"
    tools=$work/tools/bin/python
    run_pip "$tools" -I -m pip install hatchling twine ||
        fail 'hatchling and twine could not be installed: the message of pip is above'
}

settle_time() {
    if [ -z "${SOURCE_DATE_EPOCH:-}" ]; then
        SOURCE_DATE_EPOCH=$(git -C "$checkout" -c safe.directory="$checkout" log -1 --format=%ct 2>/dev/null) ||
            SOURCE_DATE_EPOCH=$(date +%s)
    fi
    export SOURCE_DATE_EPOCH
}

# Sets version. What hatchling takes from the checkout is what is in the packages, too.
build_wheel() {
    (cd "$checkout" && "$tools" -I -m hatchling build -d "$work/dist" >"$work/hatchling" 2>&1) ||
        { cat "$work/hatchling" >&2; fail 'hatchling could not build the wheel'; }
    own_wheel=$(printf '%s' "$work"/dist/*.whl)
    version=${own_wheel##*/pyguard_system-} version=${version%%-*}
    cp -- "$work"/dist/* "$out/"
}

# What pyproject.toml names, for the oldest Python and without markers: every Python gets every backport. Wheels of
# Python alone; PyYAML has none, so that its parser in C is taken out of one for any platform.
fetch_wheels() {
    if [ -n "$(find "$wheels" -name '*.whl')" ]; then return; fi
    sed -n '/^dependencies = \[/,/^\]/s/^ *"\([^";]*\).*/\1/p' "$checkout/pyproject.toml" >"$work/requirements"
    grep -v '^PyYAML' "$work/requirements" >"$work/pure"
    grep '^PyYAML' "$work/requirements" >"$work/compiled"
    set -- "$tools" -I -m pip download --only-binary=:all: --python-version 3.9 --dest "$wheels"
    run_download "$@" --implementation py --abi none --platform any --requirement "$work/pure"
    run_download "$@" --platform manylinux2014_x86_64 --no-deps --requirement "$work/compiled"
}

run_download() {
    if [ "$trust" != default ]; then PIP_CERT=$trust; export PIP_CERT; fi
    env PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 "$@" --quiet --no-cache-dir ||
        fail 'the distributions that pyguard needs could not be fetched: the message of pip is above'
}

# stage TREE shared|none: everything that both kinds of packages have.
stage() {
    tree=$1
    mkdir -p "$tree$library" "$tree/usr/bin" "$tree/etc/pyguard" "$tree/usr/lib/systemd/system" \
        "$tree/usr/share/man/man1" "$tree/usr/share/bash-completion/completions" \
        "$tree/usr/share/fish/vendor_completions.d" "$tree/usr/share/zsh/vendor-completions"
    "$tools" -I -B "$here/vendor.py" "$tree$library" "$own_wheel" "$wheels"/*.whl ||
        fail 'what is packed inside is not all that is needed'
    rm -rf "$tree$library/pyguard/_hooks/packaging" "$tree$library/pyguard/_hooks/ansible"    # not for a machine
    write_main >"$tree/usr/lib/pyguard/main.py"
    write_command >"$tree/usr/bin/pyguard"
    cp -- "$here/python" "$here/maintain" "$tree/usr/lib/pyguard/"
    cp -- "$here/policy.toml" "$tree/etc/pyguard/"
    cp -- "$here/pyguard-audit.service" "$here/pyguard-audit.timer" "$tree/usr/lib/systemd/system/"
    run_staged hook stage --startup "$2" "$tree" >/dev/null
    run_staged manual man >"$tree/usr/share/man/man1/pyguard.1"
    run_staged manual bash >"$tree/usr/share/bash-completion/completions/pyguard"
    run_staged manual fish >"$tree/usr/share/fish/vendor_completions.d/pyguard.fish"
    run_staged manual zsh >"$tree/usr/share/zsh/vendor-completions/_pyguard"
    gzip -9n "$tree/usr/share/man/man1/pyguard.1"
    settle_modes "$tree"
}

run_staged() { "$tools" -I -S -B "$tree/usr/lib/pyguard/main.py" "$@"; }

write_main() {
    cat <<'PYTHON'
import sys
sys.path.insert(0, __file__.rpartition("/")[0] + "/lib")    # -I -S: beside it there is the standard library alone
from pyguard.cli.main import entry_point
entry_point()
PYTHON
}

write_command() {
    cat <<'LAUNCHER'
#!/bin/sh
# pyguard's command, as an OS package has it.
data=/usr/lib/pyguard
python=$data/python main=$data/main.py rescue=$data/lib/pyguard/_hooks/rescue.sh
again='install the package pyguard again'
LAUNCHER
    cat -- "$hooks/launcher.sh"
}

settle_modes() {
    find "$1" -name __pycache__ -prune -exec rm -rf {} +
    find "$1" -type d -exec chmod 755 {} +
    find "$1" -type f -exec chmod 644 {} +
    grep -rlI --null '\A#!' -P -z "$1/usr" >"$work/programs" || :
    xargs -0 chmod 755 <"$work/programs"
    find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

build_deb() {
    if ! command -v dpkg-deb >/dev/null; then fail 'the .deb needs dpkg-deb (apt-get install dpkg)'; fi
    stage "$work/deb" shared
    mkdir -p "$work/deb/DEBIAN" "$work/deb/usr/share/doc/pyguard"
    size=$(du -sk --apparent-size "$work/deb" | cut -f1)
    sed -e "s/@VERSION@/$version/" -e "s/@SIZE@/$size/" -e "s/@MAINTAINER@/$(maintainer)/" "$here/deb/control.in" \
        >"$work/deb/DEBIAN/control"
    for script in preinst postinst prerm postrm; do
        cp -- "$here/deb/$script" "$work/deb/DEBIAN/$script"
        chmod 755 "$work/deb/DEBIAN/$script"
    done
    cp -- "$here/deb/triggers" "$work/deb/DEBIAN/triggers"
    (cd "$work/deb" && find etc -type f | LC_ALL=C sort | sed 's|^|/|') >"$work/deb/DEBIAN/conffiles"
    { cat -- "$here/deb/copyright"; sed -n '3,$p' "$checkout/LICENSE" | sed -e 's/^$/./' -e 's/^/ /'; } |
        sed '/^$/d;s/^Files:/\n&/' >"$work/deb/usr/share/doc/pyguard/copyright"
    printf 'pyguard (%s-1) unstable; urgency=medium\n\n  * Built from its checkout.\n\n -- %s  %s\n' "$version" \
        "$(maintainer)" "$(date -Ru -d "@$SOURCE_DATE_EPOCH")" >"$work/deb/usr/share/doc/pyguard/changelog.Debian"
    gzip -9n "$work/deb/usr/share/doc/pyguard/changelog.Debian"
    chmod 644 "$work/deb/usr/share/doc/pyguard"/*
    mkdir -p "$work/deb/usr/share/lintian/overrides"
    cp -- "$here/deb/lintian-overrides" "$work/deb/usr/share/lintian/overrides/pyguard"
    (cd "$work/deb" && find usr -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) >"$work/deb/DEBIAN/md5sums"
    dpkg-deb --root-owner-group -Zxz --build "$work/deb" "$out/pyguard_${version}-1_all.deb" >/dev/null
}

maintainer() { printf '%s <%s>' "${DEBFULLNAME:-The pyguard developers}" "${DEBEMAIL:-developers@pyguard.example}"; }

build_rpm() {
    if ! command -v rpmbuild >/dev/null; then fail 'the .rpm needs rpmbuild (apt-get install rpm)'; fi
    stage "$work/rpm" none
    mv "$work/rpm/usr/share/zsh/vendor-completions" "$work/rpm/usr/share/zsh/site-functions"
    ghosts >"$work/ghosts"
    printf '* %s %s - %s-1\n- Built from its checkout\n' "$(LC_ALL=C date -u -d "@$SOURCE_DATE_EPOCH" '+%a %b %d %Y')" \
        "$(maintainer)" "$version" >"$work/changes"
    sed -e "s/@VERSION@/$version/" -e "/@GHOSTS@/{r $work/ghosts
d}" -e "s/@MAINTAINER@/$(maintainer)/" -e "/@CHANGES@/{r $work/changes
d}" -e 's|zsh/vendor-completions|zsh/site-functions|' "$here/rpm/pyguard.spec.in" >"$work/pyguard.spec"
    rpmbuild -bb --quiet --define "_topdir $work/rpmbuild" --define "_rpmdir $work/rpms" --define "tree $work/rpm" \
        --define 'clamp_mtime_to_source_date_epoch 1' --define 'use_source_date_epoch_as_buildtime 1' \
        "$work/pyguard.spec" >"$work/rpmbuild.log" 2>&1 || { tail -n 5 "$work/rpmbuild.log" >&2; fail 'rpmbuild failed'; }
    cp -- "$work"/rpms/noarch/*.rpm "$out/"
}

# The files of the startup hook in each Python's own site directory, which are written when the package is installed.
ghosts() {
    for minor in 6 7 8 9 10 11 12 13 14 15 16; do
        for name in _pyguard_boot.py _pyguard_handover.py _pyguard_words.py _pyguard_notice.py _pyguard_shield.py \
            _pyguard_watch.py _pyguard.conf pyguard.start pyguard.pth; do
            printf '%%ghost %%attr(0644, root, root) /usr/lib/python3.%s/site-packages/%s\n' "$minor" "$name"
        done
    done
}

main "$@"
