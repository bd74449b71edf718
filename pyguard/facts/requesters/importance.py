"""An OS package in, the reason why it is core out: package management, boot, network, login, remote access.

The names are those that real failures and the default seeds of Debian, Ubuntu, Fedora and EL show to stand
on the system Python; what a package's own files prove (a hook of apt's, of the network's) is found there.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..ownership.interface import Package

PACKAGES = "package management"
BOOT = "boot and set-up of the machine"
NETWORK = "network and firewall"
LOGIN = "login and identity"
REMOTE = "remote access and remote management"

CORE = {
    PACKAGES: """
        apt apt-listchanges apt-utils aptdaemon command-not-found debconf distro-info dnf dnf-automatic
        dpkg gdebi-core packagekit python3 python3-apt python3-aptdaemon python3-commandnotfound
        python3-distro-info python3-distupgrade python3-dnf python3-minimal python3-rpm
        python3-software-properties
        python3-update-manager reportbug rhsm snapd software-properties-common subscription-manager tdnf
        ubuntu-advantage-tools ubuntu-drivers-common ubuntu-pro-client ubuntu-release-upgrader-core
        unattended-upgrades update-manager-core update-notifier-common yum yum-utils zypper
        """,
    BOOT: """
        anaconda apparmor cloud-guest-utils cloud-init dracut grub-common grub2-common initial-setup
        initramfs-tools initramfs-tools-core leapp leapp-upgrade mdadm os-prober systemd ubiquity
        """,
    NETWORK: """
        firewalld fail2ban ifupdown2 ifupdown-ng netplan.io nftables network-manager networkd-dispatcher
        openvswitch-switch python3-firewall python3-netplan ufw wicked
        """,
    LOGIN: """
        authselect freeipa-client gdm3 ipa-client lightdm policycoreutils-python-utils python3-sss samba
        samba-common-bin selinux-utils setroubleshoot-server sssd sssd-common ssh-import-id
        """,
    REMOTE: """
        amazon-ec2-utils amazon-ssm-agent aws-cfn-bootstrap cockpit ec2-instance-connect
        google-compute-engine google-guest-agent insights-client landscape-client landscape-common
        openssh-server pcs python3-cockpit salt-minion waagent walinuxagent WALinuxAgent
        """,
}
REASONS = {name: reason for reason, names in CORE.items() for name in names.split()}

HOOKS = (
    ("/etc/apt/apt.conf.d/", "apt runs its hook"),
    ("/etc/dpkg/dpkg.cfg.d/", "dpkg runs its hook"),
    ("/etc/kernel/", "runs when a kernel is installed"),
    ("/usr/share/initramfs-tools/", "builds the initramfs"),
    ("/etc/network/if-", "runs when an interface comes up or goes down"),
)


def core_reason(package: Package, paths: Iterable[str]) -> str:
    """Empty for a package of normal importance. `paths`: the files it owns."""
    if package.name in REASONS:
        return REASONS[package.name]
    if package.essential:
        return "essential to the system"
    if package.priority == "required":
        return "of required priority"
    for path in paths:
        for prefix, reason in HOOKS:
            if path.startswith(prefix):
                return f"{reason} ({path})"
    return ""
