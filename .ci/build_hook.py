"""Lays the one file out as a typed package, in the wheel only.

Type checkers take a lone module for untyped, and find `import aiofiles.os` only where a file of that name
lies. So in the wheel aiofiles.py becomes aiofiles/__init__.py beside a py.typed, and every namespace of its
table `_MODULES` gets a stub that re-exports its names. They are read off aiofiles.py:

* Where a variable of its name is annotated as `os: _OsTypes`, they are the members of `class _OsTypes`.
  `X: TypeAlias = C` becomes C itself, so that X can stand in annotations, and so do imported names; a member
  annotated as another `_...Types` class is a namespace inside.
* Where the table has `_Namespace("base", None, f"name {_NAMES}", wrap=_wrap_function)`, directly or by a variable
  that is assigned such a call, these names are added. `_NAMES` is a string that is assigned before.
* Else they are the members of the class that is assigned as `pathlib = _PathlibTypes`.
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
MODULE = "import sys\n\nimport aiofiles\n\nsys.modules[__name__] = aiofiles._MODULES[\"{}\"]\n"


def statements(body):
    """What stands at the level of `body`, also under an `if`."""
    for node in body:
        yield node
        if isinstance(node, ast.If):
            yield from statements(node.body + node.orelse)


def members(body, names):
    """Lines that re-export what a types class declares."""
    lines = []
    for node in body:
        if isinstance(node, ast.If):
            for word, branch in ((f"if {ast.unparse(node.test)}:", node.body), ("else:", node.orelse)):
                if branch:
                    lines += [word, "    pass", *(f"    {line}" for line in members(branch, names))]
        elif isinstance(node, ast.ImportFrom):
            lines += [f"from {node.module} import {each.name} as {each.name}" for each in node.names]
        elif isinstance(node, ast.AnnAssign) and TYPES(ast.unparse(node.annotation)):
            lines.append(f"from . import {node.target.id} as {node.target.id}")
        elif isinstance(node, ast.AnnAssign) and node.value:
            own = ast.unparse(node.value).split("[")[0]  # DirEntry of DirEntry[AnyStr]
            lines.append(exported(own, node.target.id, names))
        elif isinstance(node, (ast.Assign, ast.FunctionDef, ast.AsyncFunctionDef)):
            for target in getattr(node, "targets", [node]):
                for name in getattr(target, "elts", [target]):
                    name = getattr(name, "id", None) or name.name
                    lines.append(f"{name} = _namespace.{name}")
    return list(dict.fromkeys(lines))  # the overloads of a function share a line


def exported(own, name, names):
    """A line that makes *name* of what is *own* to aiofiles.py, in a form that a checker takes for a re-export."""
    return f"from aiofiles import {own} as {name}" if own == name and own in names else f"{name} = {own}"


def stubs(source):
    """The text of the stub of each namespace."""
    names, nodes, constants, found = {}, {}, {}, {}  # names: how a stub gets each of them
    for node in statements(ast.parse(source).body):
        for alias in getattr(node, "names", ()):
            name = alias.asname or alias.name.split(".")[0]
            names[name] = ast.unparse(ast.Import([alias]) if isinstance(node, ast.Import) else node)
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            name = ast.unparse(node.targets[0] if isinstance(node, ast.Assign) else node.target)
            if node.value:
                with contextlib.suppress(NameError, ValueError):
                    constants[name] = text_of(node.value, constants)
        else:
            name = getattr(node, "name", None)
        if name:
            names.setdefault(name, f"from aiofiles import {name}")
            if not isinstance(nodes.get(name), ast.ClassDef):
                nodes[name] = node
    table = nodes["_MODULES"].value
    for key, value in zip(table.keys, table.values):
        variable = nodes.get(key.value.replace("os.path", "ospath"))
        kind = ast.unparse(getattr(variable, "annotation", ast.Constant("")))
        call = getattr(nodes.get(ast.unparse(value)), "value", value)
        lines = []
        if len(call.args) > 2:
            pairs = {name: name for name in text_of(call.args[2], constants).split()}
            if not TYPES(kind):
                pairs.update((keyword.arg, ast.unparse(keyword.value)) for keyword in call.keywords)
            lines = [exported(own, name, names) for name, own in pairs.items()]
        if TYPES(kind):
            lines += [f"_namespace: {kind}", *members(nodes[kind].body, names)]
        elif not lines:
            lines = members(nodes[ast.unparse(variable.value)].body, names)
        lines = list(dict.fromkeys(lines))
        loaded = ast.walk(ast.parse("\n".join(lines)))
        used = {node.id for node in loaded if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
        found[key.value] = "\n".join([*(names[name] for name in sorted(used & names.keys())), *lines, ""])
    return found


def text_of(node, constants):
    """The string that *node* stands for: a literal, a name, or an f-string of names."""
    if not isinstance(node, (ast.Constant, ast.JoinedStr, ast.Name)):
        raise ValueError
    return str(eval(ast.unparse(node), {"__builtins__": {}}, constants))


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
