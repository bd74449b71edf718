"""The name of an image, a runner or a box says which release it is: by tag, codename, digest or point release."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyguard.checking.host_files import known_host
from pyguard.checking.profiles import ProfileKind, find_profile, system_facts
from tests.check.test_cli import findings, write

RELEASES = """
ubuntu 22.04  ubuntu:22.04 docker.io/library/ubuntu:22.04 localhost:5000/ubuntu:22.04 ubuntu:jammy-20240627.1
ubuntu 22.04  ubuntu:22.04@sha256:0a ubuntu-22.04 ubuntu-22.04-arm buildjet-4vcpu-ubuntu-2204 ubuntu-2204:current
ubuntu 22.04  geerlingguy/docker-ubuntu2204-ansible:latest rocm/dev-ubuntu-22.04:5.7 ubuntu/jammy64 bento/ubuntu-22.04
ubuntu 22.04  ros:humble osrf/ros:iron-desktop nvidia/cuda:12.10.1-cudnn-devel-ubuntu22.04 swift:5.9-jammy
ubuntu 20.04  ubuntu:focal ubuntu:20.04 ros:noetic osrf/ros:noetic-desktop-full phusion/baseimage:focal-1.2.0
ubuntu 25.10  ubuntu:rolling
ubuntu 18.04  ubuntu:bionic ros:melodic travisci/ci-ubuntu-1804:packer-1
ubuntu 16.04  ros:kinetic ros:lunar ubuntu:xenial
ubuntu 24.04  ubuntu ubuntu:latest ubuntu:$TAG ubuntu@sha256:0a ubuntu:noble-20260113@sha256:0123abcd ubuntu-latest
ubuntu 24.04  ubuntu-latest-8-cores ros:rolling-ros-base-noble ros:jazzy swift:5.9 kasmweb/desktop:1.14.0
debian 12     debian:12 debian:12.5 debian:12.5-slim debian:bookworm-20240211 debian:12@sha256:0a node:20-bookworm
debian 12     geerlingguy/docker-debian12-ansible mcr.microsoft.com/devcontainers/cpp:1-debian-12 debian:bookworm64
debian 13     debian debian:sid-slim debian:testing-20240101 debian@sha256:0a debian:13.1 node:18 nginx:stable
debian 13     arm32v7/debian arm64v8/debian:trixie
debian 8      debian:jessie debian:8.11 debian/eol:jessie
alpine 3.19   alpine:3.19 alpine:3.19.1 node:18-alpine3.19 alpine:3.19@sha256:0a alpine:alpine319
alpine 3.22   i386/alpine alpine@sha256:0a docker:24.0 docker:stable nginx:stable-alpine
rhel 7        centos:7 centos:7.9.2009 centos:centos7 roboxes/centos7 rhel7 ubi7/ubi registry.access.redhat.com/ubi7/ubi
rhel 8        ubi8 registry.access.redhat.com/ubi8/ubi-minimal ubi8/ubi:8.10-1088 oraclelinux:8-slim centos:stream8
rhel 9        rockylinux:9.4 almalinux:9.3-minimal centos:stream9 ubi9/ubi:latest nvidia/cuda:12.2.0-base-rockylinux9
rhel 9        almalinux/9-base
rhel 10       almalinux:10 quay.io/centos/centos:stream10
fedora 39     fedora:39 fedora:39-cloud-base fedora:fedora39
amzn 2        amazonlinux:2 amazonlinux:2.0.20240109
amzn 2023     amazonlinux:2023.3.20240108 amazoncorretto:17-al2023 amazonlinux
amzn 1        amazonlinux:1 amazonlinux:2018.03
"""
CASES = [(image, system, release) for system, release, *images in map(str.split, RELEASES.strip().splitlines())
         for image in images]


@pytest.mark.parametrize(("image", "system", "release"), CASES, ids=[case[0] for case in CASES])
def test_the_release_of_an_image(image: str, system: str, release: str) -> None:
    profile = find_profile(image)
    assert (profile.kind, profile.system, profile.version) == (ProfileKind.SYSTEM, system, release)


@pytest.mark.parametrize(("image", "kind"), [
    ("python@sha256:0a", ProfileKind.PRIVATE), ("python:3.12@sha256:0a", ProfileKind.PRIVATE),
    ("continuumio/miniconda3@sha256:0a", ProfileKind.CONDA_BASE), ("acme/tool@sha256:0a", ProfileKind.UNKNOWN),
    ("frolvlad/alpine-miniconda3", ProfileKind.CONDA_BASE), ("bitnami/spark:3", ProfileKind.PRIVATE),
    ("registry:5000/$IMAGE", ProfileKind.UNKNOWN), ("$BASE@sha256:0a", ProfileKind.UNKNOWN),
    ("windows-2022", ProfileKind.WINDOWS), ("mcr.microsoft.com/windows/servercore:ltsc2022", ProfileKind.WINDOWS)])
def test_what_is_no_distribution_s(image: str, kind: ProfileKind) -> None:
    assert find_profile(image).kind is kind


def test_the_site_s_own_images_are_known_by_digest_too() -> None:
    images = (("acme/tool", "debian:12"),)
    assert find_profile("acme/tool@sha256:0a", images).version == "12"


@pytest.mark.parametrize(("image", "python", "guarded"), [
    ("ubuntu:22.04", "3.10", False), ("ubuntu:20.10", "3.8", False), ("ubuntu:30.04", "3.14", True),
    ("debian:7", "3.4", False), ("debian:12.5", "3.11", True)])
def test_the_python_of_a_release(image: str, python: str, guarded: bool) -> None:
    interpreter = system_facts(find_profile(image), True, ()).interpreter
    assert (interpreter.minor, interpreter.externally_managed is not None) == (python, guarded)


@pytest.mark.parametrize("image", ["debian:12.5", "debian:13.1", "rockylinux:9.4", "almalinux:9.3-minimal"])
def test_a_point_release_has_its_release_s_host_file(image: str) -> None:
    profile = find_profile(image)
    assert known_host(profile.system, profile.version) is not None


@pytest.mark.parametrize("image", ["ubuntu:22.04", "ubuntu:jammy", "docker.io/library/ubuntu:22.04"])
def test_a_release_without_a_guard_has_none_to_walk_around(tmp_path: Path, image: str) -> None:
    write(tmp_path, "Dockerfile", f"FROM {image}\nRUN pip install --break-system-packages rich\n")
    (found,) = findings(tmp_path)
    assert (found["rule"], found["confidence"]) == ("protected-interpreter-install", "certain")
    assert findings(tmp_path, "--containers", "conflicts") == []


def test_a_requirements_file_is_held_against_the_point_release(tmp_path: Path) -> None:
    write(tmp_path, "requirements.txt", "six==1.10\nurllib3==1.20\n")
    for image in ("debian:12.5", "debian:12"):
        write(tmp_path, "Dockerfile", f"FROM {image}\nCOPY requirements.txt .\nRUN pip install -r requirements.txt\n")
        assert {each["line"] for each in findings(tmp_path) if each["path"] == "requirements.txt"} == {1, 2}
