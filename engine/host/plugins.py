"""Node types of one's own, beside those that come with the engine.

They come from the workspace's `nodes/` folder, one file each, and from pip packages that name them as entry points of
the group `callweave.nodes`. Their code is somebody else's, so whatever it does while it is loaded is caught here: a
syntax error, a missing package, an import that does not end. Such a node type is listed with its reason, and only flows
that use it have a fault. They are installed by operators, never by a tenant (DECISIONS 35).
"""

from __future__ import annotations

import importlib.util
import inspect
import re
import sys
import threading
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import ModuleType
from typing import Any

import structlog

from engine.function_node import FunctionNode
from engine.host.bounded import TooSlow, within
from engine.host.settings import Settings
from engine.node import Node, NodeConfig
from engine.node_types import BrokenNodeType, NodeTypes
from engine.nodes import registry

log = structlog.get_logger()

GROUP = "callweave.nodes"
LOADING = 5.0
"""Seconds that one node type may take to be imported."""
LONGEST_RUN = 240.0
"""Seconds that a function node's function may take: a worker's job has 300."""
_WORD = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
_NAMESPACE = "callweave_workspace_nodes"

NodeClass = type[Node[Any]]


class Unfit(Exception):
    """What was loaded is no node type that can be used; the message says why."""


def find_node_types(folder: Path, *, packages: bool = True, loading: float = LOADING) -> NodeTypes:
    """All node types: the engine's own, those of the folder, those of installed packages; two of a word clash."""
    types = dict(registry())
    broken: list[BrokenNodeType] = []
    for module, word, load in [*_files(folder), *(_packages() if packages else ())]:
        try:
            found = _checked(within(loading, load), word)
            if found.type in types:
                raise Unfit(f"there is a node type {found.type!r} already")
            types[found.type] = found
        except TooSlow:
            broken.append(BrokenNodeType(module, word, f"takes longer than {loading:g} s to load"))
        except Unfit as unfit:
            broken.append(BrokenNodeType(module, word, str(unfit)))
        except KeyboardInterrupt:
            raise
        except BaseException as error:  # noqa: BLE001 (somebody else's code, which may even call exit)
            broken.append(BrokenNodeType(module, word, _words(error)))
    for entry in broken:
        log.error("node type cannot be used", module=entry.module, type=entry.type, reason=entry.reason)
    return NodeTypes(types, broken)


def load_file(path: Path) -> NodeClass:
    """The node type in a file; raises whatever its code raises, and Unfit."""
    return _checked(_from_file(path), path.stem)


def _files(folder: Path) -> Iterator[tuple[str, str, Callable[[], Any]]]:
    for path in sorted(folder.glob("*.py")) if folder.is_dir() else ():
        if not path.name.startswith("_"):
            yield str(path), path.stem, partial(_from_file, path)


def _packages() -> Iterator[tuple[str, str, Callable[[], Any]]]:
    for point in sorted(entry_points(group=GROUP), key=lambda point: (point.name, point.value)):
        yield point.value, point.name, partial(_loaded, point)


def _from_file(path: Path) -> NodeClass:
    return _class_in(_load_file(path))


def _load_file(path: Path) -> ModuleType:
    name = f"{_NAMESPACE}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise Unfit("is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        exec(compile(path.read_bytes(), str(path), "exec"), module.__dict__)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def _loaded(point: EntryPoint) -> Any:
    loaded = point.load()
    return _class_in(loaded) if isinstance(loaded, ModuleType) else loaded


def _class_in(module: ModuleType) -> NodeClass:
    classes = [
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Node) and value.__module__ == module.__name__
    ]
    if len(classes) != 1:
        raise Unfit(f"must define one node type (defines {len(classes)})")
    return classes[0]


def _checked(found: Any, word: str) -> NodeClass:
    """The class, if it can be used in a flow, drawn and described."""
    if not (inspect.isclass(found) and issubclass(found, Node)):
        raise Unfit("is no class that derives from Node")
    if inspect.isabstract(found):
        missing = ", ".join(sorted(found.__abstractmethods__))
        raise Unfit(f"lacks {missing}")
    for name in ("type", "label"):
        if not isinstance(getattr(found, name, None), str):
            raise Unfit(f"lacks {name!r}, a text")
    if not _WORD.fullmatch(found.type):
        raise Unfit(f"{found.type!r} is no word for a node type: a small letter, then letters, digits and _")
    if found.type != word:
        raise Unfit(f"its type {found.type!r} must be its name here, {word!r}")
    config_type = getattr(found, "config_type", None)
    if not (inspect.isclass(config_type) and issubclass(config_type, NodeConfig)):
        raise Unfit("has no config: derive from Node[YourConfig], a NodeConfig")
    if not isinstance(found.version, int) or found.version < 1:
        raise Unfit(f"its version must be a whole number from 1 (is {found.version!r})")
    if issubclass(found, FunctionNode) and not 0 < found.timeout <= LONGEST_RUN:
        raise Unfit(f"its timeout must be more than 0 and at most {LONGEST_RUN:g} s (is {found.timeout!r})")
    found.schema()
    return found


def _words(error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"line {error.lineno}: {error.msg}"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


class Installed:
    """The node types of this installation; looked for again, in development, when a file of the folder changes."""

    def __init__(self, folder: Path, *, again: bool = False) -> None:
        self._folder = folder
        self._again = again
        self._lock = threading.Lock()
        self._seen: frozenset[tuple[str, int]] = frozenset()
        self._types: NodeTypes | None = None

    def types(self) -> NodeTypes:
        """What there is now; the same object as long as nothing has changed."""
        if self._types is not None and not self._again:
            return self._types
        with self._lock:
            there = _signature(self._folder)
            if self._types is None or there != self._seen:
                self._types, self._seen = find_node_types(self._folder), there
            return self._types


def _signature(folder: Path) -> frozenset[tuple[str, int]]:
    if not folder.is_dir():
        return frozenset()
    return frozenset((path.name, path.stat().st_mtime_ns) for path in folder.glob("*.py"))


_installed: Installed | None = None
_installing = threading.Lock()


def node_types() -> NodeTypes:
    """The node types of this installation, by its settings; loaded when first asked for."""
    global _installed
    if _installed is None:
        with _installing:
            if _installed is None:
                settings = Settings.load()
                _installed = Installed(settings.nodes, again=settings.development)
    return _installed.types()


def use(installed: Installed | None) -> None:
    """From now on this process has these node types; None: by its settings again."""
    global _installed
    _installed = installed
