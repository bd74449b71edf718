"""Distributions of every metadata kind, with the names that import finds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyguard.errors import CollectError
from pyguard.facts.distributions import read_distributions
from pyguard.facts.import_names import names_of_files, normalize_import_name
from pyguard.facts.metadata import parse_headers, parse_requires, split_directory_name
from pyguard.facts.ownership import load_packages
from pyguard.model.facts import OwnerKind
from tests.facts.debian_host import LOCAL_SITE, OS_SITE, SITE, USER_SITE, DebianHost

LOCAL = LOCAL_SITE.path


@pytest.fixture
def debian(tmp_path):
    return DebianHost(tmp_path)


def read_os(debian):
    found = read_distributions(debian.host, [OS_SITE], load_packages(debian.host))
    return {str(item.name): item for item in found}


def read_local(debian, wanted=None):
    found = read_distributions(debian.host, [LOCAL_SITE], wanted=wanted)
    return {str(item.name): item for item in found}


def test_described_twice_is_one_with_its_owner(debian):
    debian.stock()
    found = read_os(debian)["cryptography"]
    assert (found.version, found.metadata, found.site) == ("38.0.4", "dist-info", SITE)
    assert (found.owner.kind, found.owner.name, found.owner.version) == (
        OwnerKind.OS, "python3-cryptography", "38.0.4-3+deb12u1")
    assert found.import_names == ("cryptography",)
    assert found.requires == ("cffi (>=1.12)",)
    assert not found.record


def test_egg_info_with_another_import_name(debian):
    debian.stock()
    found = read_os(debian)["pyopenssl"]
    assert found.metadata == "egg-info" and found.import_names == ("OpenSSL",)
    assert found.requires == ("cryptography<40,>=38.0.0", 'pytest ; extra == "test"')


def test_flat_egg_info_takes_its_names_from_the_file_list(debian):
    debian.package("python3-gi", files={
        f"{SITE}/PyGObject-3.42.2.egg-info": "Name: PyGObject\nVersion: 3.42.2\n",
        f"{SITE}/gi/__init__.py": "", f"{SITE}/gi/_gi.cpython-311-x86_64-linux-gnu.so": "",
        f"{SITE}/pygtkcompat/__init__.py": ""})
    found = read_os(debian)["pygobject"]
    assert (found.metadata, found.import_names) == ("egg-info-file", ("gi", "pygtkcompat"))


def test_attr_is_found_by_its_import_name(debian):
    debian.package("python3-attr", files={
        f"{SITE}/attrs-22.2.0.dist-info/METADATA": "Name: attrs\nVersion: 22.2.0\n",
        f"{SITE}/attr/__init__.py": "", f"{SITE}/attrs/__init__.py": ""})
    assert read_os(debian)["attrs"].import_names == ("attr", "attrs")


def test_modules_without_any_distribution(debian):
    debian.package("debconf", "1.5.82", (f"{SITE}/debconf.py",))
    debian.package("python3-apt", "2.6.0", {
        f"{SITE}/apt/__init__.py": "", f"{SITE}/apt_pkg.cpython-311-x86_64-linux-gnu.so": "",
        f"{SITE}/apt_pkg-stubs/__init__.pyi": "", f"{SITE}/apt/cache.py": ""})
    found = read_os(debian)
    assert set(found) == {"debconf", "apt", "apt-pkg"}
    assert found["apt-pkg"].import_names == ("apt_pkg",)
    assert found["debconf"].metadata == "none" and found["debconf"].owner.name == "debconf"


def test_one_package_inside_another_is_no_distribution(debian):
    debian.package("python3-software-properties", files=(f"{SITE}/softwareproperties/__init__.py",))
    debian.package("software-properties-common", files=(f"{SITE}/softwareproperties/dbus/x.py",))
    assert set(read_os(debian)) == {"softwareproperties"}


def test_namespace_packages_are_dotted(debian):
    for name in ("interface", "event"):
        debian.package(f"python3-zope.{name}", files={
            f"{SITE}/zope.{name}-5.4.egg-info/PKG-INFO": f"Name: zope.{name}\nVersion: 5.4\n",
            f"{SITE}/zope.{name}-5.4.egg-info/namespace_packages.txt": "zope\n",
            f"{SITE}/zope.{name}-5.4.egg-info/top_level.txt": "zope\n",
            f"{SITE}/zope.{name}-5.4-nspkg.pth": "import sys\n",
            f"{SITE}/zope/{name}/__init__.py": ""})
    found = read_os(debian)
    assert found["zope-interface"].import_names == ("zope.interface",)
    assert found["zope-event"].import_names == ("zope.event",)


def test_a_declared_namespace_with_an_init_of_its_own(debian):
    """Debian 13's python3-zope.interface."""
    info = f"{SITE}/zope.interface-7.2.dist-info"
    debian.package("python3-zope.interface", files={
        f"{info}/METADATA": "Name: zope.interface\nVersion: 7.2\n",
        f"{info}/namespace_packages.txt": "zope\n", f"{info}/top_level.txt": "zope\n",
        f"{SITE}/zope/__init__.py": "__import__('pkg_resources').declare_namespace(__name__)\n",
        f"{SITE}/zope/interface/__init__.py": ""}, Source="zope.interface")
    assert {name: item.import_names for name, item in read_os(debian).items()} == {
        "zope-interface": ("zope.interface",)}


def test_a_directory_without_init_is_no_module_of_its_own(debian):
    """Debian 13's python3-ruamel.yaml and python3-google-auth name the directory in top_level.txt."""
    for site in (SITE, LOCAL):
        debian.write(f"{site}/ruamel/yaml/__init__.py")
    debian.write(f"{LOCAL}/ruamel.yaml-0.18.egg-info/PKG-INFO", "Name: ruamel.yaml\nVersion: 0.18\n")
    debian.write(f"{LOCAL}/ruamel.yaml-0.18.egg-info/top_level.txt", "ruamel\n")
    debian.package("python3-ruamel.yaml", files={
        f"{SITE}/ruamel.yaml-0.18.egg-info/PKG-INFO": "Name: ruamel.yaml\nVersion: 0.18\n",
        f"{SITE}/ruamel.yaml-0.18.egg-info/top_level.txt": "ruamel\n",
        f"{SITE}/ruamel/yaml/__init__.py": ""})
    assert read_os(debian)["ruamel-yaml"].import_names == ("ruamel.yaml",)
    assert read_local(debian)["ruamel-yaml"].import_names == ("ruamel.yaml",)


def test_private_copies_are_no_distributions(debian):
    debian.package("python3-pkg-resources", files=(
        f"{SITE}/pkg_resources/__init__.py", f"{SITE}/setuptools/_vendor/packaging/__init__.py"))
    assert set(read_os(debian)) == {"pkg-resources"}


def test_modules_split_off_into_a_sibling_package(debian):
    debian.package("python3-setuptools", files={
        f"{SITE}/setuptools-66.1.1.egg-info/PKG-INFO": "Name: setuptools\nVersion: 66.1.1\n",
        f"{SITE}/setuptools-66.1.1.egg-info/top_level.txt": "debian\npkg_resources\nsetuptools\n",
        f"{SITE}/setuptools/__init__.py": ""}, Source="setuptools")
    debian.package("python3-pkg-resources", files=(f"{SITE}/pkg_resources/__init__.py",),
                   Source="setuptools (66)")
    debian.package("python3-debian", files=(f"{SITE}/debian/__init__.py",))
    found = read_os(debian)
    assert found["setuptools"].import_names == ("pkg_resources", "setuptools")
    assert found["pkg-resources"].owner.name == "python3-pkg-resources"


def test_an_unowned_file_below_an_os_directory(debian):
    debian.stock()
    debian.write(f"{SITE}/evil-1.dist-info/METADATA", "Name: evil\nVersion: 1\n")
    assert read_os(debian)["evil"].owner.kind is OwnerKind.NOBODY


def test_record_installer_and_names(debian):
    info = f"{LOCAL}/PyYAML-6.0.dist-info"
    debian.write(f"{info}/METADATA", "Name: PyYAML\r\nVersion: 6.0\r\n\r\nName: not this\r\n")
    debian.write(f"{info}/INSTALLER", "pip\n")
    debian.write(f"{info}/RECORD", "../../../bin/x,,\nyaml/__init__.py,sha256=x,1\nyaml/cyaml.py,,\n"
                                   "_yaml/__init__.py,,\nyaml/_yaml.cpython-311.so,,\nPyYAML-6.0.dist-info/RECORD,,\n")
    found = read_local(debian)["pyyaml"]
    assert (found.version, found.installer, found.record) == ("6.0", "pip", True)
    assert found.import_names == ("_yaml", "yaml")
    assert found.owner.kind is OwnerKind.LOCAL


def test_installed_files(debian):
    info = f"{LOCAL}/six-1.16.0-py3.11.egg-info"
    debian.write(f"{info}/PKG-INFO", "Name: six\nVersion: 1.16.0\n")
    debian.write(f"{info}/installed-files.txt", "../six.py\nPKG-INFO\n../__pycache__/six.pyc\n")
    found = read_local(debian)["six"]
    assert found.import_names == ("six",) and found.record


def test_eggs_and_egg_links(debian):
    debian.write(f"{LOCAL}/foo_bar-1.2-py3.11.egg/EGG-INFO/PKG-INFO", "Name: foo-bar\nVersion: 1.2\n")
    debian.write(f"{LOCAL}/foo_bar-1.2-py3.11.egg/EGG-INFO/top_level.txt", "foobar\n")
    debian.write(f"{LOCAL}/zipped-0.3-py3.11.egg", "PK")
    debian.write(f"{LOCAL}/my-project.egg-link", "/home/ann/src\n../\n")
    debian.write("/home/ann/src/my_project.egg-info/PKG-INFO", "Name: my-project\nVersion: 0.1\n")
    debian.write("/home/ann/src/my_project.egg-info/top_level.txt", "project\n")
    found = read_local(debian)
    assert (found["foo-bar"].version, found["foo-bar"].import_names) == ("1.2", ("foobar",))
    assert (found["zipped"].version, found["zipped"].import_names) == ("0.3", ("zipped",))
    link = found["my-project"]
    assert (link.metadata, link.version, link.import_names) == ("egg-link", "0.1", ("project",))


def test_an_egg_link_whose_project_is_gone_has_the_name_of_its_file(debian):
    """requests-toolbelt is not requests in the version toolbelt."""
    debian.write(f"{LOCAL}/requests-toolbelt.egg-link", "/home/ann/gone\n.\n")
    found = read_local(debian)
    assert "requests" not in found
    link = found["requests-toolbelt"]
    assert (link.version, link.import_names) == ("", ("requests_toolbelt",))


@pytest.mark.parametrize("metadata", ["", "\x00\x01junk", "Name: \n", "no header at all\n\n", "\udcff\udcfe"])
def test_broken_metadata_falls_back_on_the_name(debian, metadata):
    debian.write(f"{LOCAL}/foo_bar-1.2.dist-info/METADATA", metadata)
    found = read_local(debian)["foo-bar"]
    assert (found.version, found.import_names) == ("1.2", ("foo_bar",))


def test_missing_metadata_and_leftovers(debian):
    debian.write(f"{LOCAL}/foo-1.2.dist-info/WHEEL", "")
    debian.write(f"{LOCAL}/~oo-1.1.dist-info/METADATA", "Name: foo\nVersion: 1.1\n")
    found = read_distributions(debian.host, [LOCAL_SITE])
    assert [(item.name, item.version) for item in found] == [("foo", "1.2")]


@pytest.mark.parametrize("wanted, found", [
    ({"pyyaml"}, True), ({"yaml"}, True), ({"requests"}, False), ({"google-auth"}, True)])
def test_wanted_names_are_never_missed(debian, wanted, found):
    debian.write(f"{LOCAL}/PyYAML-6.0.dist-info/METADATA", "Name: PyYAML\nVersion: 6.0\n")
    debian.write(f"{LOCAL}/yaml/__init__.py")
    debian.write(f"{LOCAL}/google/auth/__init__.py")
    assert bool(read_local(debian, frozenset(wanted))) is found


def test_a_directory_that_is_not_there_has_none(debian):
    assert read_distributions(debian.host, [USER_SITE, LOCAL_SITE]) == ()


def test_a_loop_of_links_is_a_clear_error(debian):
    (debian.root / "usr/local/lib/python3.11").mkdir(parents=True)
    (debian.root / LOCAL[1:]).symlink_to("dist-packages")
    with pytest.raises(CollectError) as caught:
        read_local(debian)
    assert caught.value.reference == "site-unreadable"


@pytest.mark.parametrize("files, names", [
    (["a.py", "b.so", "c.cpython-311-x86_64-linux-gnu.so", "d.abi3.so", "e.pth", "f.txt"],
     ("a", "b", "c", "d")),
    (["google/cloud/storage/__init__.py", "google/cloud/storage/x.py"], ("google.cloud.storage",)),
    (["ns/mod.py"], ("ns.mod",)),
    (["pkg/__init__.py", "pkg/sub/__init__.py"], ("pkg",)),
    (["x-1.dist-info/y.py", "__pycache__/a.cpython-311.pyc", "a-b.py"], ()),
])
def test_names_of_files(files, names):
    assert names_of_files(files) == names


def test_declared_namespaces_are_looked_into():
    files = ["ruamel/__init__.py", "ruamel/yaml/__init__.py"]
    assert names_of_files(files, {"ruamel"}) == ("ruamel.yaml",)


@given(st.lists(st.text()))
def test_any_paths_give_identifiers(paths):
    for name in names_of_files(paths):
        assert all(part.isidentifier() for part in name.split("."))


@given(st.text())
def test_any_text_is_a_header(text):
    headers = parse_headers(text)
    assert "\n" not in headers.name + headers.version
    parse_requires(text)


def test_requirements_of_an_egg_info():
    text = "six>=1.0\n\n[:python_version < '3']\nenum34\n\n[test:sys_platform == 'win32']\ncolorama\n"
    assert parse_requires(text) == (
        "six>=1.0", "enum34 ; (python_version < '3')",
        "colorama ; (sys_platform == 'win32') and extra == \"test\"")


def test_spellings():
    assert split_directory_name("pyOpenSSL-23.0.0.egg-info") == ("pyOpenSSL", "23.0.0")
    assert split_directory_name("cryptography.egg-info") == ("cryptography", "")
    assert normalize_import_name("zope.interface") == "zope-interface"
    assert normalize_import_name("_yaml") == "yaml"
