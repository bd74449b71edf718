"""dpkg's database as text: whole, being written to, damaged; and what the real dpkg says to it."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.errors import CollectError
from pyguard.facts import ownership
from pyguard.facts.ownership import dpkg, load_packages, package_stamp
from pyguard.facts.ownership.deb822 import parse_dependencies, read_paragraphs
from pyguard.host import Host
from pyguard.model.facts import Bound
from tests.facts.debian_host import SITE, DebianHost


@pytest.fixture
def debian(tmp_path):
    return DebianHost(tmp_path)


def test_bounds_as_declared(debian):
    debian.stock()
    package = load_packages(debian.host).packages["python3-openssl"]
    assert package.version == "23.0.0-1"
    assert (Bound("python3-cryptography", "<<", "40"),) in package.depends
    assert (Bound("python3"),) in package.depends


def test_owners_of_what_matters_only(debian):
    debian.package("python3-x", files=(f"{SITE}/x/__init__.py", "/usr/share/doc/x/README", "/usr/bin/x",
                                       "/etc/cron.daily/x", "/etc/x.conf",
                                       "/usr/share/dbus-1/system-services/org.x.service"))
    owners = load_packages(debian.host).owners
    assert set(owners) == {SITE, "/usr/lib/python3", f"{SITE}/x", f"{SITE}/x/__init__.py", "/usr/bin/x",
                           "/etc/cron.daily", "/etc/cron.daily/x",
                           "/usr/share/dbus-1/system-services/org.x.service"}


def test_a_shared_directory_has_no_owner(debian):
    for name in ("a", "b", "c"):
        debian.package(f"python3-zope.{name}", files=(f"{SITE}/zope/{name}/__init__.py",))
    owners = load_packages(debian.host).owners
    assert f"{SITE}/zope" not in owners
    assert owners[f"{SITE}/zope/c"] == "python3-zope.c"


@pytest.mark.parametrize("status, present", [
    ("install ok installed", True),
    ("install ok half-configured", True),
    ("install ok unpacked", True),
    ("install reinstreq half-installed", True),
    ("hold ok installed", True),
    ("install ok triggers-pending", True),
    ("deinstall ok config-files", False),
    ("purge ok not-installed", False),
])
def test_present_from_unpacked_on(debian, status, present):
    debian.package("python3-x", files=(f"{SITE}/x.py",), status=status)
    found = load_packages(debian.host)
    assert ("python3-x" in found.packages) is present
    assert (f"{SITE}/x.py" in found.owners) is present
    assert not found.gaps


def test_usr_merge_keeps_ownership(debian):
    debian.package("cloud", files=("/lib/systemd/system/c.service", "/bin/c", "/usr/bin/d"))
    owners = load_packages(debian.host).owners
    assert owners["/usr/lib/systemd/system/c.service"] == owners["/usr/bin/c"] == "cloud"


def test_without_usr_merge_paths_stay(tmp_path):
    debian = DebianHost(tmp_path, merged=False)
    debian.package("cloud", files=("/bin/c", "/usr/bin/c"))
    assert {"/bin/c", "/usr/bin/c"} <= set(load_packages(debian.host).owners)


def test_two_architectures_are_one_package(debian):
    debian.package("libpython3.11-stdlib", architecture="amd64", list_name="libpython3.11-stdlib:amd64",
                   files=("/usr/lib/python3.11/os.py",), Depends="libc6 (>= 2.35)")
    debian.package("libpython3.11-stdlib", architecture="i386", list_name="libpython3.11-stdlib:i386",
                   files=("/usr/lib/python3.11/lib-dynload/_i386.so",), Depends="libc6 (>= 2.35), libx:i386")
    found = load_packages(debian.host)
    package = found.packages["libpython3.11-stdlib"]
    assert package.depends == ((Bound("libc6", ">=", "2.35"),), (Bound("libx"),))
    assert found.owners["/usr/lib/python3.11/lib-dynload/_i386.so"] == "libpython3.11-stdlib"
    assert found.owners["/usr/lib/python3.11"] == "libpython3.11-stdlib"


def test_diversions(debian):
    debian.package("python3-x", files=("/usr/bin/x", "/usr/bin/y"))
    debian.package("better-x", files=("/usr/bin/x",))
    debian.write("/var/lib/dpkg/diversions",
                 "/bin/x\n/bin/x.real\nbetter-x\n/usr/bin/y\n/usr/bin/y.distrib\n:\n")
    found = load_packages(debian.host)
    owners = found.owners
    assert [(each.source, each.by, each.is_local) for each in found.diversions] == [
        ("/usr/bin/x", "better-x", False), ("/usr/bin/y", ":", True)]
    assert owners["/usr/bin/x"] == "better-x"
    assert owners["/usr/bin/x.real"] == "python3-x"
    assert owners["/usr/bin/y.distrib"] == "python3-x" and "/usr/bin/y" not in owners


def test_broken_diversions_are_a_gap(debian):
    debian.package("x", files=("/usr/bin/x",))
    debian.write("/var/lib/dpkg/diversions", "/usr/bin/x\n/usr/bin/x.real\n:\n/usr/bin/y\n")
    found = load_packages(debian.host)
    assert found.owners["/usr/bin/x.real"] == "x"
    assert [gap.subject for gap in found.gaps] == [dpkg.DIVERSIONS]


def test_journal_of_a_running_dpkg_counts(debian):
    debian.package("python3-x", "1.0", (f"{SITE}/x.py",))
    debian.write("/var/lib/dpkg/updates/0001", "Package: python3-x\nStatus: install ok unpacked\n"
                                               "Architecture: amd64\nVersion: 2.0\n\n")
    debian.write("/var/lib/dpkg/updates/tmp.i", "Package: half")
    assert load_packages(debian.host).packages["python3-x"].version == "2.0"


def test_distroless(tmp_path):
    debian = DebianHost(tmp_path)
    debian.status.unlink()
    debian.write("/var/lib/dpkg/status.d/python3", "Package: python3\nVersion: 3.11.2\nArchitecture: amd64\n")
    debian.write("/var/lib/dpkg/status.d/python3.md5sums", f"{'0' * 32}  ./usr/lib/python3.11/os.py\n")
    found = load_packages(debian.host)
    assert found.packages["python3"].version == "3.11.2"
    assert found.owners["/usr/lib/python3.11/os.py"] == "python3"


def test_other_encodings(debian):
    debian.package("python3-x", files=(f"{SITE}/\udce4.py",), make=False, Maintainer="J\udcfcrgen")
    found = load_packages(debian.host)
    assert found.owners[f"{SITE}/\udce4.py"] == "python3-x"


@pytest.mark.parametrize("text, reference", [
    ("Package: x\nStatus: install ok instal", "package-database-truncated"),
    ("Status: install ok installed\n\n", "package-database-damaged"),
    ("Package: x\nStatus: install ok installed\n\n", "package-database-damaged"),
    ("Package: x\nStatus: installed\nVersion: 1\n\n", "package-database-damaged"),
    ("\x00\x00\x00\x00\n", "package-database-damaged"),
    ("Package: x\nno field\n\n", "package-database-damaged"),
    ("<html>not found</html>\n", "package-database-damaged"),
])
def test_damage_is_one_clear_error(debian, text, reference):
    debian.stock()
    debian.append(text)
    with pytest.raises(CollectError) as caught:
        load_packages(debian.host)
    assert caught.value.reference == reference
    assert dpkg.STATUS in caught.value.context


def test_a_status_file_cut_between_paragraphs_is_noticed(debian):
    debian.stock()
    text = debian.status.read_text()
    debian.status.write_text(text[:text.index("Package: python3-openssl")])
    gaps = load_packages(debian.host).gaps
    assert "python3-openssl" in {gap.subject for gap in gaps}


@pytest.mark.parametrize("content, reason", [
    (None, "missing"), ("", "empty"), ("/.\n/usr/lib/pyth", "breaks off")])
def test_damaged_file_lists_are_gaps(debian, content, reason):
    debian.package("python3-x", files=(f"{SITE}/x.py",))
    path = debian.root / "var/lib/dpkg/info/python3-x.list"
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    (gap,) = load_packages(debian.host).gaps
    assert gap.subject == "python3-x" and reason in gap.reason


def test_unreadable_depends_is_a_gap(debian):
    debian.package("python3-x", files=(f"{SITE}/x.py",), Depends="python3 (~~ 3")
    (gap,) = load_packages(debian.host).gaps
    assert gap.subject == "python3-x" and "Depends" in gap.reason


def test_a_directory_in_place_of_the_status_file(debian):
    debian.status.unlink()
    debian.status.mkdir()
    assert not dpkg.available(debian.host)


class Busy:
    """A database that changes a number of times while it is read."""

    NAME = "busy"

    def __init__(self, changes, fails=False):
        self.changes, self.reads, self.fails = changes, 0, fails

    def available(self, host):
        return True

    def stamp(self, host):
        return (("x", min(self.reads, self.changes), 0),)

    def load(self, host):
        self.reads += 1
        if self.fails:
            raise CollectError("package-database-damaged", "half written")
        return ("read", self.reads)


def test_read_again_when_it_changed_meanwhile(monkeypatch):
    monkeypatch.setattr(ownership, "DATABASES", (Busy(changes=1),))
    assert load_packages(Host()) == ("read", 2)


@pytest.mark.parametrize("fails", [False, True])
def test_a_database_that_never_rests_is_an_error(monkeypatch, fails):
    monkeypatch.setattr(ownership, "DATABASES", (Busy(changes=99, fails=fails),))
    with pytest.raises(CollectError) as caught:
        load_packages(Host())
    assert caught.value.reference == "package-database-changing"


def test_damage_at_rest_is_that_error(monkeypatch):
    monkeypatch.setattr(ownership, "DATABASES", (Busy(changes=0, fails=True),))
    with pytest.raises(CollectError, match="half written"):
        load_packages(Host())


def test_stamp_changes_with_every_part(debian):
    debian.stock()
    stamps = [package_stamp(debian.host)]
    for path in ("/var/lib/dpkg/info/new.list", "/var/lib/dpkg/updates/0000", "/var/lib/dpkg/diversions"):
        debian.write(path, "x")
        stamps.append(package_stamp(debian.host))
    before = debian.status.stat()
    debian.status.write_text(debian.status.read_text().replace("38.0.4-3", "39.0.4-3"))
    os.utime(debian.status, ns=(before.st_atime_ns, before.st_mtime_ns))
    stamps.append(package_stamp(debian.host))
    assert len(set(stamps)) == 5


names = st.from_regex(r"[a-z0-9][a-z0-9+.-]{1,8}", fullmatch=True)
versions = st.from_regex(r"([0-9]:)?[0-9][A-Za-z0-9.+~-]{0,6}", fullmatch=True)
relations = st.sampled_from(["<<", "<=", "=", ">=", ">>"])
bounds = st.builds(Bound, names, relations, versions) | st.builds(Bound, names)


@given(st.lists(st.lists(bounds, min_size=1, max_size=3).map(tuple), max_size=5).map(tuple),
       st.sampled_from(["", ":any", ":amd64"]), st.sampled_from([", ", ",", " ,\n "]))
def test_dependencies_round_trip(groups, qualifier, comma):
    text = comma.join(" | ".join(str(bound).replace(bound.package, bound.package + qualifier, 1)
                                 for bound in group) for group in groups)
    assert parse_dependencies(text, {}) == groups


@given(st.text())
def test_any_dependency_text_is_understood_or_not(text):
    parsed = parse_dependencies(text, {})
    assert parsed is None or all(bound.package for group in parsed for bound in group)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029")))
def test_any_status_text_is_read_or_refused(text):
    try:
        for paragraph in read_paragraphs(text, ("Package", "Version"), "status"):
            assert set(paragraph) <= {"Package", "Version"}
    except CollectError as error:
        assert error.reference.startswith("package-database-")


@given(st.integers(min_value=1))
def test_a_cut_status_text_never_passes_for_whole(cut):
    whole = "Package: a\nVersion: 1\nDepends: b,\n c\n\nPackage: d\nVersion: 2\n"
    text = whole[:cut % len(whole)]
    try:
        found = list(read_paragraphs(text, ("Package", "Version", "Depends"), "status"))
    except CollectError:
        assert not text.endswith("\n")
    else:
        assert text == "" or text.endswith("\n")
        assert len(found) == text.count("Package: ")


def test_a_file_list_cut_at_the_end_of_a_line_is_seen_by_the_checksums(tmp_path):
    world = DebianHost(tmp_path / "tree")
    world.package("python3-six", "1.16.0-4", (f"{SITE}/six.py", f"{SITE}/six-1.16.0.dist-info/METADATA"))
    lists = world.root / "var/lib/dpkg/info"
    sums = "".join(f"{number:032x}  {path}\n" for number, path in enumerate(
        [f"{SITE}/six.py"[1:], f"{SITE}/six-1.16.0.dist-info/METADATA"[1:], "usr/share/doc/python3-six/copyright"]))
    (lists / "python3-six.md5sums").write_text(sums)
    assert load_packages(world.host).gaps == ()    # a file that has nothing to do with Python may be left out
    whole = (lists / "python3-six.list").read_text().splitlines(keepends=True)
    for length in range(1, len(whole)):
        (lists / "python3-six.list").write_text("".join(whole[:length]))
        assert [gap.subject for gap in load_packages(world.host).gaps] == ["python3-six"], whole[:length]
