"""Conda as it is laid out: bases, every place where a name could be taken, the whole search order of its files."""

from __future__ import annotations

from pathlib import Path

from pyguard.facts.conda import CondaEnvironment, CondaLayout, read_conda, read_setup, search_path
from pyguard.host import Host

HOME = "/home/a"


def layout(root: Path, **environment: str) -> CondaLayout:
    return read_conda(Host(str(root)), environment, HOME)


def make(root: Path, *paths: str) -> None:
    for path in paths:
        place = root / path.lstrip("/")
        if path.endswith("/"):
            place.mkdir(parents=True, exist_ok=True)
        else:
            place.parent.mkdir(parents=True, exist_ok=True)
            place.touch()


def write(root: Path, path: str, text: str) -> None:
    make(root, path)
    (root / path.lstrip("/")).write_text(text)


def test_every_place_counts(tmp_path: Path) -> None:
    make(tmp_path, "home/a/miniforge3/envs/one/", "home/a/.conda/envs/two/", "data/envs/three/", "home/a/.venvs/four/",
         "opt/conda/envs/half-made/", "srv/shared/six/", "home/a/micromamba/envs/seven/", "home/a/.pixi-envs/eight/")
    write(tmp_path, "home/a/.conda/environments.txt", "/elsewhere/five\n\nnot absolute\n")
    write(tmp_path, "etc/conda/condarc.d/site.yml", "envs_path: [/srv/shared]\n")
    found = layout(tmp_path, CONDA_ENVS_DIRS="/data/envs:relative").taken
    assert {path.rsplit("/", 1)[-1] for path in found} == {
        "one", "two", "three", "four", "five", "six", "seven", "eight", "half-made"}


def test_nothing_and_no_home(tmp_path: Path) -> None:
    assert read_conda(Host(str(tmp_path)), {}, "").taken == ()
    assert layout(tmp_path).bases == () and layout(tmp_path).settings is None


def test_bases_environments_and_caches(tmp_path: Path) -> None:
    make(tmp_path, "opt/conda/conda-meta/history", "opt/conda/condabin/", "opt/conda/pkgs/",
         "opt/conda/envs/dev/conda-meta/history", "opt/conda/envs/half/conda-meta/", "opt/conda/envs/no-conda/",
         "home/a/miniconda3/conda-meta/conda-26.7.1-py312_0.json", "srv/x/conda-meta/history",
         "opt/conda/envs/dev/conda-meta/frozen", "home/a/.conda/pkgs/")
    write(tmp_path, "home/a/.conda/environments.txt", "/srv/x\n/opt/conda/envs/dev\n/gone\n")
    found = layout(tmp_path)
    assert found.bases == ("/home/a/miniconda3", "/opt/conda")
    assert found.pkgs_dirs == ("/opt/conda/pkgs", "/home/a/.conda/pkgs")
    assert found.environments == (
        CondaEnvironment("/home/a/miniconda3", "base", base=True),
        CondaEnvironment("/opt/conda", "base", base=True, complete=True),
        CondaEnvironment("/opt/conda/envs/dev", "dev", complete=True, frozen=True, registered=True),
        CondaEnvironment("/opt/conda/envs/half", "half"),
        CondaEnvironment("/srv/x", "", complete=True, registered=True))


def test_the_search_order(tmp_path: Path) -> None:
    make(tmp_path, "etc/conda/condarc.d/b.yml", "etc/conda/condarc.d/a.yaml", "etc/conda/condarc.d/README")
    order = list(search_path(Host(str(tmp_path)), {"XDG_CONFIG_HOME": "/cfg", "CONDA_PREFIX": "/p",
                                                   "CONDARC": "/my/condarc"}, HOME, ["/opt/conda"]))
    expected = ["/etc/conda/.condarc", "/etc/conda/condarc", "/etc/conda/.mambarc", "/etc/conda/condarc.d/a.yaml",
                "/etc/conda/condarc.d/b.yml", "/var/lib/conda/.condarc", "/opt/conda/.condarc", "/cfg/conda/.condarc",
                "/home/a/.config/conda/.condarc", "/home/a/.conda/.condarc", "/home/a/.condarc", "/p/.condarc",
                "/my/condarc"]
    assert [path for path in order if path in expected] == expected


def test_later_files_win_and_variables_win_over_files(tmp_path: Path) -> None:
    write(tmp_path, "etc/conda/.condarc", "channels: [site]\nenvs_dirs: [/site/envs]\n")
    write(tmp_path, "home/a/.condarc",
          "channels:\n  - conda-forge\n  - defaults\nenvs_dirs: ['~/envs', '$HOME/more']\n")
    settings = layout(tmp_path, HOME=HOME, CONDA_CHANNELS="mine").settings
    assert settings is not None
    assert [(one.value, one.origin) for one in settings.channels] == [
        ("mine", "CONDA_CHANNELS"), ("conda-forge", "/home/a/.condarc"), ("defaults", "/home/a/.condarc"),
        ("site", "/etc/conda/.condarc")]
    assert [one.value for one in settings.envs_dirs] == ["/home/a/envs", "/home/a/more", "/site/envs"]


def test_a_broken_file_is_a_gap(tmp_path: Path) -> None:
    for number, text in enumerate(("{", "- a\n- b\n", "channels: 3\n", "[" * 5000)):
        write(tmp_path, f"etc/conda/condarc.d/{number}.yml", text)
    settings = layout(tmp_path).settings
    assert settings is not None
    assert [path[-5] for path, _ in settings.gaps] == ["0", "1", "3"]


def test_root_goes_by_nobody_elses_channels(tmp_path: Path) -> None:
    write(tmp_path, "home/a/.condarc", "channels: [evil]\n")
    (tmp_path / "home/a/.condarc").chmod(0o666)
    host = Host(str(tmp_path))
    for uid, channels in ((0, ()), (1000, ("evil",))):
        assert read_setup(host, layout(tmp_path), {}, ["torch"], uid=uid, deep=False).channels == channels
    setup = read_setup(host, layout(tmp_path), {"CONDA_SHLVL": "0"}, ["torch", "no-such-thing"], uid=0, deep=False)
    assert setup.names == (("torch", "pytorch"),) and setup.ready
