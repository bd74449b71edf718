"""A Debian-like file system tree made by a test: packages in, a Host out."""

from __future__ import annotations

from pathlib import Path

from pyguard.host import Host
from pyguard.model.facts import OwnerKind, SiteDirectory

SITE = "/usr/lib/python3/dist-packages"
OS_SITE = SiteDirectory(SITE, OwnerKind.OS, "deb_system", 2)
LOCAL_SITE = SiteDirectory("/usr/local/lib/python3.11/dist-packages", OwnerKind.LOCAL, "posix_local", 1)
USER_SITE = SiteDirectory("/home/ann/.local/lib/python3.11/site-packages", OwnerKind.USER, "user_site", 0)


class DebianHost:
    """Writes a dpkg database, and the files it names, below a directory."""

    def __init__(self, root: Path, merged: bool = True) -> None:
        self.root = root
        for directory in ("var/lib/dpkg/info", "var/lib/dpkg/updates", "usr/bin", "usr/sbin", "usr/lib"):
            (root / directory).mkdir(parents=True)
        for name in ("bin", "sbin", "lib") if merged else ():
            (root / name).symlink_to(f"usr/{name}")
        self.status = root / "var/lib/dpkg/status"
        self.status.write_text("")

    @property
    def host(self) -> Host:
        """The tree as a host."""
        return Host(str(self.root))

    def write(self, path: str, text: str = "", mode: int = 0o644) -> None:
        """A file of the tree, its directories made."""
        file = Path(self.host.locate(path))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, errors="surrogateescape")
        file.chmod(mode)

    def package(self, name: str, version: str = "1.0-1", files: dict[str, str] | tuple[str, ...] = (), *,
                architecture: str = "amd64", status: str = "install ok installed", list_name: str = "",
                make: bool = True, **fields: str) -> None:
        """A paragraph, a file list with all parent directories, and the files themselves."""
        lines = [f"Package: {name}", f"Status: {status}", f"Architecture: {architecture}",
                 f"Version: {version}"]
        lines += [f"{field.replace('_', '-')}: {value}" for field, value in fields.items()]
        self.append("\n".join(lines) + "\n\n")
        contents = files if isinstance(files, dict) else dict.fromkeys(files, "")
        listed = {"/."} | {str(parent) for path in contents for parent in Path(path).parents} - {"/"}
        text = "\n".join(sorted(listed | set(contents))) + "\n"
        self.write(f"/var/lib/dpkg/info/{list_name or name}.list", text)
        for path, content in contents.items():
            if make:
                self.write(path, content, 0o755 if "bin/" in path else 0o644)

    def append(self, text: str) -> None:
        """More text for the status file."""
        with self.status.open("a", errors="surrogateescape") as file:
            file.write(text)

    def stock(self) -> None:
        """cryptography 38 with pyOpenSSL bound to it and certbot on top, as Debian 12 has them."""
        self.package("python3-minimal", "3.11.2-1+b1", ("/usr/bin/py3compile",), Essential="no",
                     Depends="libpython3.11-minimal")
        self.package("libpython3.11-minimal", "3.11.2-6", ("/usr/lib/python3.11/os.py",),
                     list_name="libpython3.11-minimal:amd64")
        self.package("python3-cryptography", "38.0.4-3+deb12u1", {
            f"{SITE}/cryptography-38.0.4.dist-info/METADATA":
                "Name: cryptography\nVersion: 38.0.4\nRequires-Dist: cffi (>=1.12)\n\nText\n",
            f"{SITE}/cryptography.egg-info/PKG-INFO": "Name: cryptography\nVersion: 38.0.4\n",
            f"{SITE}/cryptography/__init__.py": "", f"{SITE}/cryptography/x509/__init__.py": "",
        }, Depends="python3:any (>= 3~)")
        self.package("python3-openssl", "23.0.0-1", {
            f"{SITE}/pyOpenSSL-23.0.0.egg-info/PKG-INFO": "Name: pyOpenSSL\nVersion: 23.0.0\n",
            f"{SITE}/pyOpenSSL-23.0.0.egg-info/requires.txt": "cryptography<40,>=38.0.0\n\n[test]\npytest\n",
            f"{SITE}/pyOpenSSL-23.0.0.egg-info/top_level.txt": "OpenSSL\n",
            f"{SITE}/OpenSSL/__init__.py": "",
        }, Depends="python3-cryptography (>= 38.0.0), python3-cryptography (<< 40), python3:any")
        self.package("python3-certbot", "2.1.0-4", {
            f"{SITE}/certbot-2.1.0.egg-info/PKG-INFO": "Name: certbot\nVersion: 2.1.0\n",
            f"{SITE}/certbot/__init__.py": ""}, Depends="python3-openssl, python3-acme | python3-never")
        self.package("certbot", "2.1.0-4", {
            "/usr/bin/certbot": "#!/usr/bin/python3 -Es\nimport certbot\n",
            "/lib/systemd/system/certbot.service": "[Service]\nExecStart=/usr/bin/certbot -q renew\n"},
            Depends="python3-certbot (= 2.1.0-4), python3:any")
        self.package("coreutils", "9.1-1", {"/bin/true": "\x7fELF"}, Essential="yes", Priority="required")
