"""Which Dockerfile here builds an image, and with which arguments: compose, bake, pipelines, docker build lines."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Optional

from ...model.late_pattern import late
from .bake_text import bake_targets
from .build_words import build_commands
from .looped_builds import fitting, plainly, with_value
from .repository import Repository
from .yaml_nodes import YamlError, compose, is_mapping, is_scalar, items, mapping, strings, text_of, texts

ACTION = "docker/build-push-action"
BRACED = late(r"\$\{(\w+)[^{}]*\}")
REGISTRY = late(r"registry\.[\w.-]+/|\$ci_registry_image\b")    # GitLab's, as such images are written
PIPELINE = late(r"(?<![^/])\.?gitlab[^/]*")
OF_PIPELINE = late(r"\.?(?:gitlab-?ci|gitlab|ci)/", re.I)
MAX_FILES = 500     # of each sort that are read for builds


class Build(NamedTuple):
    """One build: the Dockerfile's path here, what the image is called, arguments, and other names for base images."""

    dockerfile: str
    names: tuple[str, ...] = ()
    arguments: tuple[tuple[str, str], ...] = ()
    contexts: tuple[tuple[str, str], ...] = ()
    directory: str = ""        # the context, from which COPY copies


def builds(repository: Repository) -> list[Build]:
    """Every build that some file here describes, found once."""
    known: Optional[list[Build]] = repository.cache.get("builds")
    if known is None:
        known = repository.cache["builds"] = []
        for sort in ("compose", "pipeline", "script"):
            for path in repository.listing(sort)[:MAX_FILES]:
                text = repository.read(path) or ""
                known.extend(each for build in _described(path, text) for each in _told_apart(build, repository))
    return known


def _told_apart(build: Build, repository: Repository) -> Iterator[Build]:
    """The builds of a loop, one for each Dockerfile that it goes through."""
    if "$" not in build.dockerfile:
        yield build
        return
    for path, value, names in fitting(build.dockerfile, build.names, repository.listing("dockerfile")):
        yield build._replace(dockerfile=path, names=names, directory=with_value(build.directory, value))


def builds_of(repository: Repository, dockerfile: str) -> list[Build]:
    """The builds of one Dockerfile."""
    index: Optional[dict[str, list[Build]]] = repository.cache.get("builds by file")
    if index is None:
        index = repository.cache["builds by file"] = {}
        for each in builds(repository):
            index.setdefault(each.dockerfile, []).append(each)
    return index.get(dockerfile, [])


def find_dockerfile(repository: Repository, image: str, asking: str) -> Optional[str]:
    """The Dockerfile that builds `image`: by a name it is given somewhere, else by its folder's or its own name.

    `acme/tools:base` is the one in the only folder `base`, or in that beside the asking one's.
    """
    name = _untagged(image)
    last = name.rsplit("/", 1)[-1]
    is_variable = "$" in image    # the registry or the tag may be one
    if not last:
        return None
    known = repository.is_known(image.rpartition("/")[2] if is_variable else image)
    any_registry = not known and "/" in name and "$" not in last
    for given, path in _named(repository).get(last, ()):
        if path != asking and (given == name or any_registry) and repository.read(path) is not None:
            return path
    if known or is_variable:
        return _of_pipeline(repository, name, asking) if is_variable else None
    folders = _folders(repository)
    if "/" in name:
        alike = folders.get(last) or folders.get(_squashed(last), [])
        fitting = sorted((path for path in alike if path != asking), key=_named_as(_tag(image)))
        found = next(iter(fitting), None)
        return found or _by_tag(folders.get(_tag(image), []), asking) or _of_pipeline(repository, name, asking)
    return next(_beside(folders.get(name, ()), asking), None)


def _by_tag(paths: list[str], asking: str) -> Optional[str]:
    return next(_beside(paths, asking), paths[0] if len(paths) == 1 and paths[0] != asking else None)


def _of_pipeline(repository: Repository, name: str, asking: str) -> Optional[str]:
    """The only Dockerfile that lies with a GitLab pipeline, for an image of GitLab's own registry."""
    above, gitlab, _ = PIPELINE.sub("\0", asking, count=1).partition("\0")
    if not gitlab or not REGISTRY.match(name):
        return None
    paths = [path for path in repository.listing("dockerfile")
             if path.startswith(above) and OF_PIPELINE.match(path, len(above))]
    return paths[0] if len(paths) == 1 else None


def _named_as(tag: str) -> Callable[[str], bool]:
    """To sort by: `base/noble.Dockerfile` goes before others in `base` where the tag is `noble`."""
    return lambda path: not tag or tag not in _image_names(path)[1:]


def _beside(paths: Iterable[str], asking: str) -> Iterator[str]:
    """Those in the same folder as the asking Dockerfile, or each in its own folder in the same one."""
    folder = os.path.dirname(asking)
    return (path for path in paths if path != asking and (
        os.path.dirname(path) == folder or os.path.dirname(os.path.dirname(path)) == os.path.dirname(folder)))


def _named(repository: Repository) -> dict[str, list[tuple[str, str]]]:
    """By an image's last word: the names that builds give, and their Dockerfiles."""
    index: Optional[dict[str, list[tuple[str, str]]]] = repository.cache.get("builds by name")
    if index is None:
        index = repository.cache["builds by name"] = {}
        for build in builds(repository):
            for given in map(_untagged, build.names):
                index.setdefault(given.rsplit("/", 1)[-1], []).append((given, build.dockerfile))
    return index


def _folders(repository: Repository) -> dict[str, list[str]]:
    """The Dockerfiles by their folders' names and the words in their own."""
    index: Optional[dict[str, list[str]]] = repository.cache.get("folders")
    if index is None:
        index = repository.cache["folders"] = {}
        for path in repository.listing("dockerfile"):
            whole = () if "/" in path else (os.path.basename(repository.top).lower(),)    # acme/tools, of its clone
            for word in (*_image_names(path), *whole):
                for key in dict.fromkeys((word, _squashed(word))):
                    index.setdefault(key, []).append(path)
    return index


def _squashed(word: str) -> str:
    """`tool-suite-deps` and `toolsuite-deps` are one, where the name is long enough to be that one's only."""
    short = word.replace("-", "").replace("_", "").replace(".", "")
    return short if len(short) >= 10 else word


def _untagged(image: str) -> str:
    """Without tag and digest; a variable in it is one name, however it is written."""
    head, _, last = BRACED.sub(r"$\1", image).partition("@")[0].lower().rpartition("/")
    last = last.partition(":")[0]
    return f"{head}/{last}" if head else last


def _tag(image: str) -> str:
    return image.partition("@")[0].lower().rpartition("/")[2].partition(":")[2]


def _image_names(path: str) -> tuple[str, ...]:
    """What the image that a Dockerfile builds is likely to be called: its folder, or the word in its name."""
    folder, file = os.path.split(path.lower())
    word = re.sub(r"^(dockerfile|containerfile)[._-]|[._-](dockerfile|containerfile)$", "", file)
    return (os.path.basename(folder), word) if word != file else (os.path.basename(folder),)


def _described(path: str, text: str) -> Iterator[Build]:
    base = os.path.dirname(path)
    if "bake" in os.path.basename(path):
        for target in bake_targets(path, text):
            yield _build(base, target.get("context", "."), target.get("dockerfile", ""), tuple(target["tags"]),
                         tuple(target["args"].items()), tuple(target["contexts"].items()))
        return
    if "compose" in os.path.basename(path).lower():
        yield from _of_compose(base, text)
    elif ACTION in text and path.endswith((".yml", ".yaml")):
        yield from _of_action(text)
    if "build" in text or "bud" in text:
        yield from _of_commands(base, text)


def _build(base: str, context: str, file: str, names: tuple[str, ...], arguments: tuple[tuple[str, str], ...] = (),
           contexts: tuple[tuple[str, str], ...] = (), file_in_context: bool = True) -> Build:
    directory = os.path.normpath(os.path.join(base, context))
    place = os.path.join(directory if file_in_context or not file else base, file or "Dockerfile")
    return Build(os.path.normpath(place), names, arguments, contexts, directory)


def _of_compose(base: str, text: str) -> Iterator[Build]:
    try:
        services = mapping(mapping(compose(text)).get("services"))
    except YamlError:
        return
    for name, node in services.items():
        service = mapping(node)
        build = service.get("build")
        if build is None:
            continue
        names = tuple(each for each in (text_of(service.get("image")), name) if each)
        if is_scalar(build):
            yield _build(base, text_of(build), "", names)
        elif is_mapping(build):
            entries = mapping(build)
            yield _build(base, text_of(entries.get("context")) or ".", text_of(entries.get("dockerfile")),
                         (*names, *texts(entries.get("tags"))), tuple(_pairs(entries.get("args"))),
                         tuple(_pairs(entries.get("additional_contexts"))))


def _pairs(node: Any) -> Iterator[tuple[str, str]]:
    if is_mapping(node):
        yield from strings(node).items()
        return
    for word in texts(node):
        name, equals, value = word.partition("=")
        if equals:
            yield name, value


def _of_action(text: str) -> Iterator[Build]:
    """docker/build-push-action: `with: context, file, tags, build-args`."""
    try:
        jobs = mapping(mapping(compose(text)).get("jobs"))
    except YamlError:
        return
    for job in jobs.values():
        for node in items(mapping(job).get("steps")):
            step = mapping(node)
            if not text_of(step.get("uses")).startswith(ACTION):
                continue
            given = strings(step.get("with"))
            arguments = tuple((name.strip(), value.strip()) for name, equals, value in (
                line.partition("=") for line in given.get("build-args", "").split("\n")) if equals)
            context, file = plainly(given.get("context", ".")), plainly(given.get("file", ""))
            said = given.get("tags", "")
            tags = re.split(r"[\s,]+", plainly(said) if "$" in context + file else said)
            yield _build("", context, file, tuple(tag for tag in tags if tag and "{" not in tag), arguments,
                         file_in_context=False)


def _of_commands(base: str, text: str) -> Iterator[Build]:
    """`docker build -t NAME -f FILE DIRECTORY` in scripts, Makefiles and pipelines; from there or from the top."""
    for words in build_commands(text):
        names: list[str] = []
        arguments: list[tuple[str, str]] = []
        file = context = ""
        while words:
            word = words.pop(0)
            option, equals, value = word.partition("=")
            if option in ("-t", "--tag", "-f", "--file", "--build-arg", "--target", "--platform", "--network",
                          "--progress", "--cache-from", "--cache-to", "--label", "-o", "--output", "--secret"):
                value = value if equals else (words.pop(0) if words else "")
                if option in ("-t", "--tag"):
                    names.append(value)
                elif option in ("-f", "--file"):
                    file = value
                elif option == "--build-arg" and "=" in value:
                    arguments.append((value.partition("=")[0], value.partition("=")[2]))
            elif not word.startswith("-"):
                context = context or word
        named = tuple(name for name in names if "$unknown" not in _untagged(name).rsplit("/", 1)[-1])
        if named:
            for place in dict.fromkeys((base, "")):
                yield _build(place, context or ".", file, named, tuple(arguments), file_in_context=False)
