"""Lays the one file out as a typed package, in the wheel only.

Type checkers take a lone module for untyped, and find `import aiofiles.os` only where a file of that name
lies. So in the wheel aiofiles.py becomes aiofiles/__init__.py beside a py.typed, and every namespace gets a
stub that re-exports its names. They are read off aiofiles.py, where both of these stand at module level, or
under an `if` there:

* `os: _OsTypes`, or `os = _OsTypes`, makes a namespace of the public members of `class _OsTypes`. One that is
  annotated with another such class is a namespace inside. `X: type[C]` and `X: TypeAlias = C` become C itself,
  so that X can stand in annotations.
* `_MODULES = {"threadpool.text": ("AsyncTextIOWrapper",), "base": (*_BASE, "_wrap_function as wrap")}` lists
  the namespaces that only re-export names of the file. `_BASE` is a tuple of such names, written out before.
"""

import ast
import contextlib
import re
import tempfile
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

TYPES = re.compile(r"_\w+Types").fullmatch

# pyright warns of a stub without a module beside it. This one is not run, as `import aiofiles` has filled
# sys.modules by then, unless a namespace was taken out of there or is reloaded: then it puts it back.
MODULE = "import sys\n\nimport aiofiles\n\nsys.modules[__name__] = aiofiles.{}\n"


def statements(body):
    """What stands at the level of `body`, also under an `if`."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from statements(node.body + node.orelse)


def members(body, space, spaces, names):
    """Lines that re-export what a types class declares; the namespaces in it are added to `spaces`."""
    lines = []
    for node in body:
        if isinstance(node, ast.If):
            for word, branch in ((f"if {ast.unparse(node.test)}:", node.body), ("else:", node.orelse)):
                if branch:
                    inner = members(branch, space, spaces, names)
                    lines += [word, "    pass", *(f"    {line}" for line in inner)]
            continue
        name = getattr(node, "name", None) or getattr(getattr(node, "target", None), "id", "_")
        kind = ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else ""
        line = f"{name} = _namespace.{name}"
        if TYPES(kind):
            spaces.append((f"{space}.{name}", kind))
            line = f"from . import {name} as {name}"
        elif kind.startswith("type[") or kind.endswith("TypeAlias"):
            own = ast.unparse(node.value or node.annotation.slice).split("[")[0]  # DirEntry of DirEntry[Any]
            line = f"from aiofiles import {own} as {name}" if own in names else f"{name} = {own}"
        if not name.startswith("_") and line not in lines:  # the overloads of a function share a line
            lines.append(line)
    return lines


def stubs(source):
    """The text of the stub of each namespace."""
    names, classes, constants, spaces, found = {}, {}, {}, [], {}  # names: how a stub gets each of them
    for node in statements(ast.parse(source).body):
        for alias in getattr(node, "names", ()):
            name = alias.asname or alias.name.split(".")[0]
            plain = isinstance(node, ast.Import)
            names[name] = ast.unparse(ast.Import([alias])) if plain else f"from aiofiles import {name}"
        name, kind = getattr(node, "name", None), ""
        if isinstance(node, ast.Assign):
            name, kind = ast.unparse(node.targets[0]), ast.unparse(node.value)
            with contextlib.suppress(ValueError):
                constants[name] = ast.literal_eval(node.value)
        elif isinstance(node, ast.AnnAssign):
            name, kind = ast.unparse(node.target), ast.unparse(node.annotation)
        names.setdefault(name, f"from aiofiles import {name}")
        classes[name] = node
        if TYPES(kind):
            spaces.append((name, kind))
        elif name == "_MODULES":
            for space, listed in eval(ast.unparse(node.value), {}, constants).items():
                pairs = [(entry.split()[0], entry.split()[-1]) for entry in listed]
                found[space] = [f"from aiofiles import {own} as {public}" for own, public in pairs]
    for space, kind in spaces:  # grows by the namespaces inside
        lines = members(classes[kind].body, space, spaces, names)
        found[space] = [f"_namespace: {kind}", *found.get(space, ()), *lines]
    for lines in found.values():
        nodes = ast.walk(ast.parse("\n".join(lines)))
        used = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        lines[:0] = [names[name] for name in sorted(used & names.keys())]
    return {space: "\n".join(lines) + "\n" for space, lines in found.items()}


class OneFilePackage(BuildHookInterface):
    def initialize(self, version, build_data):
        self.scratch = tempfile.TemporaryDirectory()
        if version == "editable":  # puts the checkout on sys.path, where aiofiles.py lies as it is
            return
        source, package = Path(self.root, "aiofiles.py"), Path(self.scratch.name)
        package.joinpath("py.typed").touch()
        texts = stubs(source.read_text(encoding="utf-8"))
        for space, text in texts.items():
            place = package.joinpath(*space.split("."))
            if any(other.startswith(f"{space}.") for other in texts):
                place /= "__init__"
            place.parent.mkdir(parents=True, exist_ok=True)
            place.with_suffix(".pyi").write_bytes(text.encode())
            place.with_suffix(".py").write_bytes(MODULE.format(space).encode())
        build_data["force_include"] = {str(source): "aiofiles/__init__.py", str(package): "aiofiles"}

    def finalize(self, version, build_data, artifact_path):
        self.scratch.cleanup()
