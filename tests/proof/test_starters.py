"""What starts by itself on a real system is named in the refusal: a unit, a cron job; in explain certbot's own, too."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.rootfs import Root

pytestmark = pytest.mark.proof
SCRIPT = "#!/usr/bin/python3\nimport cryptography\n"
UNIT = "[Service]\nExecStart=/usr/bin/python3 /opt/backup.py\n"


@pytest.mark.core
def test_a_unit_and_a_cron_job_of_the_administrators(new_root: Callable[..., Root],
                                                     installed_pyguard: Callable[[Root], list[str]]) -> None:
    root = new_root("bookworm", ("certbot", "python3-pip", "python3-venv"))
    installed_pyguard(root)
    root.write("/etc/systemd/system/backup.service", UNIT)
    root.write("/opt/backup.py", "from cryptography import x509\n")
    root.write("/etc/cron.daily/bar", SCRIPT, 0o755)
    for user in ("alice", "root"):
        refused = root.run(["pyguard", "pip", "--", "install", "cryptography==39.0.1"], user=user)
        assert refused.returncode == 11, refused.stderr
        assert "unit backup.service" in refused.stderr and "cron.daily/bar" in refused.stderr, refused.stderr
        explained = root.run(["pyguard", "explain", "pip", "install", "cryptography==39.0.1"], user=user, check=True)
        line = next(line for line in explained.stdout.splitlines() if "certbot: " in line)
        assert "certbot.service" in line and "cron.d/certbot" in line, explained.stdout
    print(explained.stdout)
