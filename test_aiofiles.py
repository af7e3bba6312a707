"""The tests of aiofiles.py: one section for each promise of the contract, in the same order.

    python -m pytest                                the suite
    AIOFILES_TEST_PROGRAMS=100000 python -m pytest  more random programs (the default is 3000)
    AIOFILES_TEST_SEED=7 python -m pytest           other random programs
    AIOFILES_DELEGATE_ALL=1 python -m pytest        every operation runs in the executor
    AIOFILES_TEST_UVLOOP=1 python -m pytest         on uvloop

No test sleeps to win a race: it waits for an event, a gate or a condition.
"""

import ast
import asyncio
import builtins
import bz2
import codecs
import collections
import collections.abc
import concurrent.futures
import contextlib
import contextvars
import copy
import errno
import functools
import gc
import glob
import gzip
import importlib
import inspect
import io
import itertools
import logging
import lzma
import os
import pathlib
import pickle
import pty
import random
import re
import select
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import textwrap
import threading
import time
import traceback
import tty
import types
import warnings
import weakref
import zipfile
from unittest import mock

import aiofiles.os
import aiofiles.tempfile
import pytest

import aiofiles

if os.environ.get("AIOFILES_TEST_UVLOOP"):
    import uvloop

    @pytest.fixture(scope="session")
    def event_loop_policy():
        return uvloop.EventLoopPolicy()


PROGRAMS = int(os.environ.get("AIOFILES_TEST_PROGRAMS", "3000"))
SEED = int(os.environ.get("AIOFILES_TEST_SEED", "0"))
LIBRARY = os.path.abspath(aiofiles.__file__)
FOLDER = str(pathlib.Path(LIBRARY).parents[LIBRARY.endswith("__init__.py")])  # the folder that it is imported from
CPYTHON = sys.implementation.name == "cpython"
PYPY = sys.implementation.name == "pypy"
POSIX = os.name == "posix"
LINUX = sys.platform.startswith("linux")
KERNEL_TELLS = hasattr(os, "preadv") and hasattr(os, "RWF_NOWAIT")  # what the page cache holds

posix_only = pytest.mark.skipif(not POSIX, reason="needs POSIX")
kernel_only = pytest.mark.skipif(not KERNEL_TELLS, reason="the kernel does not tell what it has cached")
at_once_only = pytest.mark.skipif(aiofiles.delegate_all, reason="every operation runs in the executor")
counted_only = pytest.mark.skipif(PYPY, reason="there is no reference counting")


# ---------------------------------------------------------------------------------------------------------------------
# Helpers: the private names of the library that tests cannot do without
# ---------------------------------------------------------------------------------------------------------------------


def set_clock(monkeypatch, clock):
    """Replace the clock of the library in this thread; others see the time at which it was read last."""
    thread, latest = threading.get_ident(), [0.0]

    def now():
        if threading.get_ident() == thread:
            latest[0] = clock()
        return latest[0]

    monkeypatch.setattr(aiofiles._Clock, "now", now)


def replace_waiting(file, kind):
    """Replace the calls that wait for *file* by a deque of this class."""
    file._queue.waiting = kind(file._queue.waiting)


def replace_line_search(file, pattern):
    """Replace the regular expression by which the stream *file* finds the ends of lines."""
    file._strategy.ends = pattern


def record_write_costs(monkeypatch):
    """A list to which each look at the size of what is written adds the data."""
    costs, cost = [], aiofiles._Writer.cost
    monkeypatch.setattr(aiofiles._Writer, "cost", lambda self, data: costs.append(data) or cost(self, data))
    return costs


TYPED_AS_THE_SAME = "_same"  # the function that types a function of a namespace as the standard library's own


# ---------------------------------------------------------------------------------------------------------------------
# Helpers: waiting, comparing, leaks; executors, files, kernels, processes and streams under control
# ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def quick_collections():
    """Keep the garbage collector away from what existed before the tests."""
    if hasattr(gc, "freeze"):
        gc.collect()
        gc.freeze()


if sys.version_info < (3, 10):

    @pytest.fixture(autouse=True)
    def close_the_loop_of_pytest_asyncio(request):
        """pytest-asyncio makes an event loop to restore, and leaves it to the garbage collector of a later test."""
        loop = asyncio.get_event_loop_policy()._local._loop
        if loop is not None and not loop.is_running() and not inspect.iscoroutinefunction(request.function):
            loop.close()


async def within(awaitable, seconds=20):
    """Await *awaitable*; fail if it hangs."""
    task = asyncio.ensure_future(awaitable)
    done, _ = await asyncio.wait([task], timeout=seconds)
    if not done:
        task.cancel()
        await asyncio.wait([task], timeout=1)
        pytest.fail(f"hangs: {awaitable!r}")
    return task.result()


async def until(condition, seconds=20):
    """Wait until *condition* is true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the condition does not become true"
        await asyncio.sleep(0.001)


async def turns(count=20):
    """Let the loop do everything that needs no thread."""
    for _ in range(count):
        await asyncio.sleep(0)


async def cancelled(task):
    """Cancel *task* and wait for its end."""
    task.cancel()
    await asyncio.wait([task], timeout=20)
    assert task.cancelled()


async def awaited(value):
    """*value*, awaited if it is awaitable: for programs that run on our files and on the builtin's."""
    return await value if hasattr(value, "__await__") else value


async def collected(iterator):
    """The items of an asynchronous iterator."""
    return [each async for each in iterator]


async def next_of(iterator):
    """The next item of an asynchronous iterator, as a coroutine."""
    return await iterator.__anext__()


def collect():
    """Collect all garbage, and the garbage that destructors make, or that a collection without the GIL leaves."""
    for _ in range(1 if CPYTHON and not sysconfig.get_config_var("Py_GIL_DISABLED") else 3):
        gc.collect()


def descriptors():
    """The number of open descriptors."""
    return len(os.listdir("/proc/self/fd"))


@contextlib.contextmanager
def nothing_left_behind(folder=None):
    """Fail if something warns, logs, or raises where nobody can catch it, and if a file in *folder* stays open."""
    found, handler = [], logging.Handler()
    handler.emit = lambda record: found.append(record.getMessage())
    with contextlib.ExitStack() as stack:
        stack.enter_context(warnings.catch_warnings())
        warnings.simplefilter("always")
        warnings.showwarning = lambda message, category, *_: found.append(f"{category.__name__}: {message}")
        for hook in "sys.unraisablehook", "threading.excepthook":
            stack.enter_context(mock.patch(hook, lambda args: found.append(f"{args.exc_value!r} in {args[-1]!r}")))
        for logger in map(logging.getLogger, ("asyncio", "concurrent.futures")):
            logger.addHandler(handler)
            stack.callback(logger.removeHandler, handler)
        collect()
        found.clear()
        yield
        collect()
    # pytest-asyncio leaves the loops of other tests open.
    assert [each for each in found if "unclosed event loop" not in each] == []
    if folder is not None and LINUX:
        links = []
        for fd in os.listdir("/proc/self/fd"):
            with contextlib.suppress(OSError):  # the descriptor of the listing itself
                links.append(os.readlink(f"/proc/self/fd/{fd}"))
        assert [link for link in links if link.startswith(str(folder))] == []


class Error(collections.namedtuple("Error", "type errno filename text")):
    """What has to be the same in our error and in the builtin's."""

    @classmethod
    def of(cls, error):
        text = error.encoding if isinstance(error, UnicodeDecodeError) and not CPYTHON else str(error)
        text = None if type(error) is AttributeError else text  # it names the class
        return cls(type(error), getattr(error, "errno", None), getattr(error, "filename", None), text)


async def outcome(call, *args, **kwargs):
    """The result of a call, awaited if it is awaitable, or the `Error` that it raises."""
    try:
        return await awaited(call(*args, **kwargs))
    except Exception as error:
        return Error.of(error)


class Pool(concurrent.futures.ThreadPoolExecutor):
    """An executor, of one thread by default, that counts the calls it accepts and has done, and can be blocked."""

    def __init__(self, workers=1):
        super().__init__(workers, thread_name_prefix="own-pool")
        self.submitted, self.ran, self.gates = 0, 0, []

    def submit(self, func, *args, **kwargs):
        def run():
            try:
                return func(*args, **kwargs)
            finally:
                self.ran += 1

        self.submitted += 1
        return super().submit(run)

    def gate(self):
        gate = threading.Event()
        gate.here = threading.Event()
        self.gates.append(gate)
        return gate

    def block(self):
        """Keep one thread busy until the returned event is set; its event `here` says that the thread is."""
        gate = self.gate()
        super().submit(lambda: (gate.here.set(), gate.wait(20)))
        return gate

    def block_before(self, name):
        """The same, as soon as the thread calls the method *name* of a file."""

        def profile(frame, event, arg):
            if event == "c_call" and arg.__name__ == name and isinstance(arg.__self__, io.IOBase):
                sys.setprofile(None)
                gate.here.set()
                gate.wait(20)

        gate = self.gate()
        super().submit(sys.setprofile, profile).result()
        return gate

    def done(self, before, count=1):
        """Wait, without an iteration of the event loop, until it has done *count* more calls than *before*."""
        end = time.monotonic() + 20
        while self.ran < before + count:
            assert time.monotonic() < end
            time.sleep(0.001)


@pytest.fixture
def pool():
    """A `Pool` of one thread, unblocked at the end of the test."""
    with Pool() as pool:
        yield pool
        for gate in pool.gates:
            gate.set()


class Inline(concurrent.futures.Executor):
    """An executor that runs each call at once, in the calling thread, and counts them: it makes hops cheap."""

    def __init__(self):
        self.calls = 0

    def submit(self, fn, /, *args, **kwargs):
        self.calls += 1
        future = concurrent.futures.Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except BaseException as error:
            future.set_exception(error)
        return future


class Slow:
    """A file object of a user's class, each call of which waits at a gate."""

    def __init__(self):
        self.lines, self.began, self.ended = [], [], []  # calls are tuples of a method name and its arguments
        self.most = 0  # how many calls have run at the same time
        self.lock, self.gate = threading.Lock(), threading.Semaphore(0)
        self.open = self.closed = False
        self.threads = set()

    def let(self, count=1):
        for _ in range(count):
            self.gate.release()

    def let_all(self):
        self.open = True
        self.let(1000)

    def _wait(self, *call):
        with self.lock:
            self.began.append(call)
            self.most = max(self.most, len(self.began) - len(self.ended))
            self.threads.add(threading.current_thread().name)
        if not self.open:
            self.gate.acquire()
        with self.lock:
            self.ended.append(call)

    def read(self, *args):
        self._wait("read", *args)
        return self.lines.pop(0)

    def readline(self):
        self._wait("readline")
        return self.lines.pop(0) if self.lines else ""

    def write(self, data):
        self._wait("write", data)
        return len(data)

    def fail(self):
        self._wait("fail")
        raise OSError("failed")

    def stop(self):
        raise StopIteration(1)

    def close(self):
        self._wait("close")
        self.closed = True


@pytest.fixture
def slow():
    """A `Slow` file, whose gate opens at the end of the test."""
    slow = Slow()
    yield slow
    slow.let_all()


def gated(func, gate, made):
    """*func*, which adds its result to the list *made* and then waits at *gate*."""

    @functools.wraps(func)
    def wait(*args, **kwargs):
        result = func(*args, **kwargs)
        made.append(result)
        gate.wait(20)
        return result

    return wait


def Clock(step):
    """A clock that advances by *step* each time it is read."""
    return itertools.count(step, step).__next__


PREADV = getattr(os, "preadv", None)
KERNELS = {"fast": 3, "delegate_all": 1, "no kernel": 3, "cold": 1, "moody": 3}  # the share of each in random programs


def set_kernel(monkeypatch, kernel, rnd=None):
    """Change what the kernel answers when it is asked for cached data, by *rnd* if it is moody."""

    def preadv(fd, buffers, *args):
        mood = rnd.random() if kernel == "moody" else 0
        if kernel == "no kernel":
            raise OSError(errno.EOPNOTSUPP, "not supported")
        if mood < 0.3:
            raise BlockingIOError(errno.EAGAIN, "try again")
        if mood < 0.4 and len(buffers) == 1 and len(buffers[0]) > 1:
            buffers = [memoryview(buffers[0])[: rnd.randrange(1, len(buffers[0]))]]
        return PREADV(fd, buffers, *args)

    if kernel in ("fast", "delegate_all") or not KERNEL_TELLS:
        monkeypatch.setattr(aiofiles, "delegate_all", kernel == "delegate_all")
    elif kernel != "moody" or rnd is not None:
        monkeypatch.setattr(os, "preadv", preadv)


@pytest.fixture
def no_page_cache(monkeypatch):
    """A kernel that does not tell what is cached: every refill of a buffer goes to a thread."""
    if KERNEL_TELLS:
        set_kernel(monkeypatch, "no kernel")


def fill(path, content):
    """Write a file without emptying it first: ext4 writes a file that was emptied to the disk when it is closed."""
    with open(path, "r+b" if os.path.exists(path) else "wb") as file:
        file.write(content)
        file.truncate()


@pytest.fixture
def with_input(tmp_path):
    """A folder with the file input.txt, of two lines."""
    (tmp_path / "input.txt").write_bytes(b"one\ntwo\n")
    return tmp_path


def plant(root, spec):
    """Make a tree: a dict is a directory, a str a file, a tuple a symbolic link."""
    for name, what in spec.items():
        path = os.path.join(str(root), name)
        if isinstance(what, dict):
            os.mkdir(path)
            plant(path, what)
        elif isinstance(what, tuple):
            os.symlink(what[0], path)
        else:
            pathlib.Path(path).write_text(what)
    return str(root)


def run_python(code, *options, path=(), cwd=None, args=()):
    """Run *code*, or the program *args*, in a new interpreter that finds the library, by default; what it prints."""
    code = f"import sys; sys.path[:0] = {[str(each) for each in path or [FOLDER]]!r}\n{textwrap.dedent(code)}"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1", **({"PYTHONPATH": FOLDER} if args else {})}
    command = [sys.executable, *options, *(args or ("-c", code))]
    done = subprocess.run(command, stdout=-1, stderr=-1, text=True, cwd=cwd, timeout=60, env=environment)
    assert done.returncode == 0, done.stderr
    return done.stdout + (done.stderr if args else "")


PRELUDE = """
import asyncio, io, os, signal, socket, sys
import aiofiles
signal.signal(signal.SIGINT, signal.default_int_handler)
def say(*words):
    os.write(2, (" ".join(map(str, words)) + chr(10)).encode())
"""


class Child(contextlib.AbstractContextManager):
    """A Python program that reports to the test with lines on stderr, which its function `say` writes."""

    def __init__(self, source, stdin=subprocess.PIPE):
        path = os.pathsep.join([FOLDER, os.environ.get("PYTHONPATH", "")])
        environment = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-c", PRELUDE + textwrap.dedent(source)]
        self.process = subprocess.Popen(command, bufsize=0, stdin=stdin, stdout=-1, stderr=-1, env=environment)
        self.errors = ""
        self.timer = threading.Timer(60, self.process.kill)  # it hangs
        self.timer.start()

    def __exit__(self, *exc_info):
        self.timer.cancel()
        self.process.kill()
        with self.process:
            pass

    def wait_for(self, word):
        """Wait for a line that begins with *word*."""
        while line := self.process.stderr.readline().decode():
            self.errors += line
            if line.startswith(word):
                return
        pytest.fail(f"ended: {self.errors}")

    def send(self, data):
        self.process.stdin.write(data)

    def ends(self, status=0, interrupted=False):
        """Wait for the end of the program, which has to be a clean one; what it has written to stdout."""
        output, errors = self.process.stdout.read(), self.errors + self.process.stderr.read().decode(errors="replace")
        self.process.wait()
        for word in "Fatal", "Exception ignored", "never retrieved", "never awaited", "Warning":
            assert word not in errors, errors
        if interrupted:
            assert self.process.returncode in (-signal.SIGINT, 130, 1), errors
            assert errors.rstrip().endswith("KeyboardInterrupt"), errors
        else:
            assert "Traceback" not in errors, errors
            assert self.process.returncode == status, errors
        return output


PAIRS_TELL = bool(gc.get_referents(io.BufferedRWPair(io.BytesIO(), io.BytesIO())))  # from Python 3.11 on


def of_socket(*args):
    """The file that `makefile` makes of one end of a pair of sockets, and the descriptor of the other end."""
    ours, theirs = socket.socketpair()
    with ours:
        return ours.makefile(*args), theirs.detach()


def of_pipe(*args):
    """The reading end of a pipe, opened, and the descriptor of the writing end."""
    reading, writing = os.pipe()
    return open(reading, *args), writing


def of_terminal(*args):
    """A terminal, opened, and the descriptor of the keyboard's side."""
    master, slave = pty.openpty()
    return open(slave, *args), master


STREAMS = {
    "pipe": lambda: of_pipe("rb"),
    "text pipe": lambda: of_pipe("r"),
    "unbuffered pipe": lambda: of_pipe("rb", 0),
    "terminal": lambda: of_terminal("rb"),
    "socket": lambda: of_socket("rb"),
    "text socket": lambda: of_socket("r"),
    "unbuffered socket": lambda: of_socket("rwb", 0),
    **({"socket both ways": lambda: of_socket("rwb"), "text both ways": lambda: of_socket("rw")} if PAIRS_TELL else {}),
}


def feed(data):
    """The descriptor of the reading end of a pipe that holds *data* and then ends."""
    reading, writing = os.pipe()
    os.write(writing, data)
    os.close(writing)
    return reading


# ---------------------------------------------------------------------------------------------------------------------
# 1. Shape
#
# One file, which works under any name, in any place, and under any option of the interpreter, and imports little.
# ---------------------------------------------------------------------------------------------------------------------

IMPORTS = {  # for each module, the names that are imported from it
    "": "Path __version__ glob open pathlib shutil stderr stderr_bytes stdin stdin_bytes stdout stdout_bytes tempfile "
    "wrap_file wrap_open",
    "base": "AiofilesContextManager AsyncBase AsyncIndirectBase wrap",
    "glob": "iglob",
    "os": "path stat wrap",
    "os.path": "exists",
    "ospath": "isfile",
    "pathlib": "Path",
    "shutil": "rmtree",
    "tempfile": "NamedTemporaryFile SpooledTemporaryFile TemporaryDirectory TemporaryFile",
    "tempfile.temptypes": "AsyncSpooledTemporaryFile AsyncTemporaryDirectory",
    "threadpool": "AsyncBufferedIOBase AsyncTextIOWrapper AsyncTextIndirectIOWrapper open sync_open wrap",
    "threadpool.binary": "AsyncBufferedIOBase AsyncBufferedReader AsyncFileIO AsyncIndirectBufferedIOBase "
    "AsyncIndirectBufferedReader AsyncIndirectFileIO",
    "threadpool.text": "AsyncTextIOWrapper AsyncTextIndirectIOWrapper",
    "threadpool.utils": "cond_delegate_to_executor delegate_to_executor proxy_method_directly proxy_property_directly",
}
IMPORT_FORMS = """
    import asyncio, os as real_os, io, inspect
    import {name}
    assert inspect.iscoroutinefunction({name}.os.stat)  # `import aiofiles` is enough for aiofiles.os
    for module, names in {imports}.items():
        module = "{name}." + module if module else "{name}"
        exec("import " + module + "; from " + module + " import " + names.replace(" ", ", "))
    from {name} import os as aios
    from {name}.pathlib import Path as Path2
    assert Path is Path2 and path is {name}.ospath and {name}.os.path is path
    assert sync_open is io.open and {name}.os is aios and inspect.iscoroutinefunction(rmtree)
    module = __import__({name!r}, fromlist=["os"])
    assert module.os is aios and module.__name__ == AsyncTextIOWrapper.__module__ == {name!r}
    if "." in {name!r}:
        parent, _, leaf = {name!r}.rpartition(".")
        for line in "from .leaf import os", "from .leaf.os import stat", "from .leaf.threadpool.text import AsyncBase":
            exec(line.replace("leaf", leaf), {{"__package__": parent, "__name__": parent}})

    async def main():
        me = real_os.path.join(DIRECTORY, "input.txt")
        async with module.open(me) as file:
            assert type(file) is AsyncTextIOWrapper and isinstance(file, AsyncBase)
            assert [line async for line in file] == ["one\\n", "two\\n"]
        async with module.tempfile.TemporaryDirectory() as directory:
            copy = await module.shutil.copy(me, directory)
            assert (await stat(copy)).st_size == 8 and await exists(copy)
            assert [entry.path async for entry in aios.scandir(directory)] == [copy]
            assert [await Path(each).read_text() async for each in iglob(directory + "/*")] == ["one\\ntwo\\n"]
        async with module.tempfile.SpooledTemporaryFile() as file:
            assert type(file) is AsyncSpooledTemporaryFile
            await file.write(b"x")
    asyncio.run(main())
    print("all is well")
"""
PLACES = {  # the path of the library, the name of its module, the entry of sys.path, options of the interpreter
    "in a package": ("house/vendor/files.py", "house.vendor.files", "", ""),
    "in a zip": ("lib.zip/aiofiles.py", "aiofiles", "lib.zip", ""),
    "in a package in a zip": ("lib.zip/pack/files.py", "pack.files", "lib.zip", ""),
    "in a zipapp": ("app.pyz/aiofiles.py", "aiofiles", "app.pyz", "-I"),
    "reloaded": ("aiofiles.py", "aiofiles", "", ""),
    **{options: ("quick_files.py", "quick_files", "", options) for options in ("-O", "-OO", "-I -S -OO", "-bb -X dev")},
}


@pytest.mark.parametrize("where", PLACES)
def test_every_import_form_works(where, with_input):
    path, name, archive, options = PLACES[where]
    code = f"DIRECTORY = {str(with_input)!r}\n" + textwrap.dedent(IMPORT_FORMS).format(name=name, imports=IMPORTS)
    if "-O" in options:  # which removes assertions
        code = code.replace("assert ", "check = ")
    if where == "reloaded":
        code = "import importlib, aiofiles, aiofiles.os\naiofiles.Path\nimportlib.reload(aiofiles)\n" + code
    if archive:
        with zipfile.ZipFile(with_input / archive, "w") as file:
            file.writestr("pack/__init__.py", "")
            file.writestr("__main__.py", code)
            file.write(LIBRARY, path.partition("/")[2])
    else:
        (with_input / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(LIBRARY, with_input / path)
    args = [str(with_input / archive)] if where == "in a zipapp" else ()
    assert run_python(code, "-W", "error", *options.split(), path=[with_input / archive], args=args) == "all is well\n"


IMPORT_SCRIPTS = {
    "each module can be the first import": """
        import sys
        for first in "os", "os.path", "ospath", "base", "threadpool.text", "tempfile.temptypes", "glob":
            for name in [name for name in sys.modules if name.partition(".")[0] == "aiofiles"]:
                del sys.modules[name]
            exec(f"import aiofiles.{first}; assert sys.modules['aiofiles.{first}'] is aiofiles.{first}")
        """,
    "the import imports little": """
        import sys, asyncio
        before = set(sys.modules)
        import aiofiles
        new = {name for name in set(sys.modules) - before if not name.startswith("aiofiles")}
        assert len(new) <= 3 and not new & {"tempfile", "shutil", "pathlib", "glob"}, new
        aiofiles.tempfile.TemporaryFile, aiofiles.shutil.copy, aiofiles.glob.iglob, aiofiles.Path
        assert {"tempfile", "shutil", "pathlib", "glob"} < set(sys.modules)
        """,
    "a star import hides no module, and that of a namespace gives all of it": """
        import inspect, os, pathlib, shutil, glob
        before = os, pathlib, shutil, glob
        from aiofiles import *
        assert before == (os, pathlib, shutil, glob) and open is __import__("aiofiles").open
        for name in "os", "os.path", "shutil", "glob", "tempfile", "pathlib":
            exec(f"from aiofiles.{name} import *")
        assert all(map(inspect.iscoroutinefunction, (stat, exists, rmtree, glob, mkstemp, Path.stat)))
        """,
    "two copies in one process": """
        import asyncio, copy, first_files, second_files, pickle
        async def main():
            for one, other in (first_files, second_files), (second_files, first_files):
                async with one.open("input.txt") as file:
                    assert type(file) is one.threadpool.AsyncTextIOWrapper
                    assert not isinstance(file, other.base.AsyncBase)
                    async with other.open("input.txt", "rb") as second:
                        assert [await file.readline(), await second.readline()] == ["one\\n", b"one\\n"]
                for path in pickle.loads(pickle.dumps(one.Path("a/b"))), copy.deepcopy(one.Path("a/b")):
                    assert type(path) is one.Path is not other.Path and path == one.Path("a/b")
            first_files.os.stat = None
            await second_files.os.stat("input.txt")
        asyncio.run(main())
        """,
}


@pytest.mark.parametrize("script", IMPORT_SCRIPTS)
def test_imports(script, with_input):
    for name in "aiofiles", "first_files", "second_files":
        shutil.copy(LIBRARY, with_input / f"{name}.py")
    run_python(IMPORT_SCRIPTS[script], "-I", "-S", path=[with_input], cwd=str(with_input))


# ---------------------------------------------------------------------------------------------------------------------
# 2. Drop-in
#
# Names, classes and the ways in which programs and their tests use them are those of aiofiles 25.1.0.
# ---------------------------------------------------------------------------------------------------------------------


def test_public_names():
    names = {*IMPORTS[""].split(), "os"}
    assert names <= set(dir(aiofiles)) and all(hasattr(aiofiles, name) for name in names)
    assert {"open", "tempfile", "stdin", "stdout", "stderr", "stdin_bytes"} <= set(aiofiles.__all__) <= names
    for module in aiofiles, aiofiles.os:
        with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'nonsense'"):
            module.nonsense
    with pytest.raises(ImportError):
        from aiofiles.os import nonsense  # noqa: F401
    for name in "AsyncTextIOWrapper", "AsyncBufferedIOBase", "AsyncBufferedReader", "AsyncFileIO":
        assert getattr(aiofiles.tempfile, name) is getattr(aiofiles.threadpool, name)
    for name in "AsyncBase", "AsyncIndirectBase":
        assert getattr(aiofiles.threadpool.binary, name) is getattr(aiofiles.threadpool.text, name)


# For each class of 25.1.0 its base, coroutine methods, plain methods and properties, taken from its source.
ANY_FILE = "__anext__ close flush isatty read readline readlines seek tell truncate write writelines"
FILE = f"{ANY_FILE} seekable writable"
BUFFERED = f"{FILE} read1 readinto", "__aiter__ detach fileno readable", "closed mode name raw"
PEEKED = f"{BUFFERED[0]} peek", *BUFFERED[1:]
RAW = f"{FILE} readall readinto", "__aiter__ fileno readable", "closed mode name"
TEXT = f"{FILE} readable", "__aiter__ detach fileno", "buffer closed encoding errors line_buffering mode name newlines"
RECORDED = {
    "threadpool.binary.AsyncBufferedIOBase": ("AsyncBase", *BUFFERED),
    "threadpool.binary.AsyncBufferedReader": ("AsyncBufferedIOBase", *PEEKED),
    "threadpool.binary.AsyncFileIO": ("AsyncBase", *RAW),
    "threadpool.binary.AsyncIndirectBufferedIOBase": ("AsyncIndirectBase", *BUFFERED),
    "threadpool.binary.AsyncIndirectBufferedReader": ("AsyncIndirectBufferedIOBase", *PEEKED),
    "threadpool.binary.AsyncIndirectFileIO": ("AsyncIndirectBase", *RAW),
    "threadpool.text.AsyncTextIOWrapper": ("AsyncBase", *TEXT),
    "threadpool.text.AsyncTextIndirectIOWrapper": ("AsyncIndirectBase", *TEXT),
    "tempfile.temptypes.AsyncSpooledTemporaryFile": ("AsyncBase", f"{ANY_FILE} fileno rollover", "__aiter__", "closed encoding mode name newlines"),
    "tempfile.temptypes.AsyncTemporaryDirectory": ("", "cleanup close", "", "name"),
    "base.AiofilesContextManager": ("", "__aenter__ __aexit__", "", ""),
    "base.AsyncIndirectBase": ("AsyncBase", "__anext__", "__aiter__", ""),
}  # fmt: skip


@pytest.mark.parametrize("path", RECORDED)
def test_members_of_classes(path):
    base, *kinds = RECORDED[path]
    module, _, name = path.rpartition(".")
    cls = getattr(importlib.import_module(f"aiofiles.{module}"), name)

    def kind_of(member):
        return 0 if inspect.iscoroutinefunction(member) else 1 if inspect.isfunction(member) else 2

    for kind, names in enumerate(kinds):
        members = {each: inspect.getattr_static(cls, each, None) for each in names.split()}
        assert [each for each, member in members.items() if kind_of(member) != kind or member is None] == []
    assert not base or cls.__bases__[0].__name__ == base


@pytest.mark.parametrize(
    "mode, buffering, name",
    [
        ("r", -1, "AsyncTextIOWrapper"), ("a+", 1, "AsyncTextIOWrapper"), ("rb", -1, "AsyncBufferedReader"),
        ("r+b", -1, "AsyncBufferedReader"), ("w+b", 512, "AsyncBufferedReader"), ("wb", -1, "AsyncBufferedIOBase"),
        ("ab", 4096, "AsyncBufferedIOBase"), ("rb", 0, "AsyncFileIO"), ("r+b", 0, "AsyncFileIO"),
    ],
)  # fmt: skip
async def test_an_opened_file(with_input, mode, buffering, name):
    path = str(with_input / "input.txt")
    with open(path, mode, buffering) as plain:
        kind = type(plain)
    async with aiofiles.open(path, mode, buffering) as file:
        assert type(file).__name__ == name and type(file) is getattr(aiofiles.threadpool, name)
        assert isinstance(file, aiofiles.base.AsyncBase) and type(file._file) is kind
        assert repr(file) == f"{object.__repr__(file)} wrapping {file._file!r}"
        assert (file.name, file.closed, file.fileno()) == (path, False, file._file.fileno())
        assert (await file.seekable()) is True and (await file.isatty()) is False
        names = {name for name in dir(file._file) if not name.startswith("_")}
        assert [name for name in names if not hasattr(file, name)] == []
        assert names | {"aclose"} <= set(dir(file))
        for name in {"write_through", "line_buffering", "closefd", "encoding", "newlines", "mode"} & names:
            assert getattr(file, name) == getattr(file._file, name)
        for name in "nonsense", "__nonsense__":
            with pytest.raises(AttributeError, match=f"'{type(file).__name__}' object has no attribute '{name}'"):
                getattr(file, name)
    assert file.closed and file._file.closed


async def test_standard_streams():
    assert type(aiofiles.stdin) is type(aiofiles.stdout) is aiofiles.threadpool.text.AsyncTextIndirectIOWrapper
    assert type(aiofiles.stdin_bytes) is aiofiles.threadpool.binary.AsyncIndirectBufferedIOBase
    assert aiofiles.threadpool.stderr is aiofiles.stderr and aiofiles.stdout._file is sys.stdout
    assert aiofiles.stdout._name == "sys.stdout" and aiofiles.stderr_bytes._name == "sys.stderr.buffer"
    with mock.patch("sys.stdout", io.StringIO()) as other:
        await aiofiles.stdout.write("to the other")
        aiofiles.stdout._file = None  # this has no effect
        assert aiofiles.stdout._file is other and other.getvalue() == "to the other"


async def test_decorators_on_classes_of_programs():
    utils = aiofiles.threadpool.utils

    @utils.delegate_to_executor("write", "close")
    @utils.proxy_method_directly("upper")
    @utils.proxy_property_directly("closed")
    class AsyncTable(aiofiles.base.AsyncBase):
        """A class as programs made them with aiofiles."""

    @utils.delegate_to_executor("upper")
    class WithoutBase:
        _executor, _file = None, "text"

    @utils.delegate_to_executor("is_open")
    class Door:
        _executor, _file = None, types.SimpleNamespace(is_open=lambda: True)

    class Table(collections.UserString):
        closed = False

        def write(self, key, value=None, *, overwrite=False):
            return key, value, overwrite

        def close(self, commit=True):
            return commit

    table = AsyncTable(Table("table"), asyncio.get_running_loop(), None)
    assert await table.write("key", "value", overwrite=True) == ("key", "value", True)
    assert await table.write(key="key") == ("key", None, False)
    assert [await table.close(), await table.close(commit=False)] == [True, False]
    assert table.upper() == "TABLE" and table.closed is False
    assert await WithoutBase().upper() == "TEXT" and await Door().is_open()


async def test_results_of_open_are_awaited_entered_and_scheduled(with_input):
    path = str(with_input / "input.txt")
    manager = aiofiles.open(path)
    assert isinstance(manager, aiofiles.base.AiofilesContextManager) and manager._obj is None
    for each in collections.abc.Awaitable, contextlib.AbstractAsyncContextManager:
        assert isinstance(manager, each)
    file = await manager
    async with manager as same, manager as again:  # entered twice, after it was awaited
        assert same is again is file and await file.read() == "one\ntwo\n"
    assert file.closed and manager._obj is None
    manager = aiofiles.open(path)
    task = asyncio.create_task(manager)
    assert "coro=<open()" in repr(task)
    async with await task as file:
        assert await file.readline() == "one\n"
    assert file.closed
    async with await asyncio.wait_for(aiofiles.open(path), 60) as file, file as same:
        assert same is file
    with pytest.raises(ValueError, match="closed"):
        await file.__aenter__()
    with pytest.raises(FileNotFoundError):
        await asyncio.create_task(aiofiles.open(path + "nowhere"))
    openings = aiofiles.open(path), aiofiles.open(path + "nowhere")
    file, failed = await asyncio.gather(*openings, return_exceptions=True)
    await file.aclose()
    assert file.closed and isinstance(failed, FileNotFoundError) and failed.filename == path + "nowhere"
    with nothing_left_behind():
        manager = aiofiles.open(path + "never", "w")
        assert weakref.ref(manager)() is manager
        await turns()
        manager.close()
        del manager
    assert not os.path.exists(path + "never")


async def test_sync_open_is_called_with_the_same_arguments():
    stream = mock.MagicMock(spec=io.BytesIO(b""))
    with mock.patch("aiofiles.threadpool.sync_open", return_value=stream) as opened:
        async with aiofiles.open("name") as file:
            assert type(file) is aiofiles.threadpool.AsyncBufferedIOBase and file._file is stream
        await aiofiles.open(b"name", "w", 7, "utf-8", "ignore", "\n", False, 5, loop=None)
    default = dict(mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None)
    other = dict(mode="w", buffering=7, encoding="utf-8", errors="ignore", newline="\n", closefd=False, opener=5)
    if not getattr(sys.flags, "warn_default_encoding", 0):
        assert opened.call_args_list == [mock.call("name", **default), mock.call(b"name", **other)]
    stream.__exit__.assert_called_once_with(None, None, None)


async def test_registered_types_and_mocks():
    """As the README of 25.1.0 shows them."""
    wrap = aiofiles.threadpool.wrap

    class Mine(io.StringIO):
        def __exit__(self, *exc_info):
            self.left = exc_info

    wrap.register(Mine)(lambda file, *, loop, executor: types.SimpleNamespace(_file=file))
    with mock.patch("aiofiles.threadpool.sync_open", return_value=Mine("mine")):
        async with aiofiles.open("name") as file:
            assert file._file.read() == "mine"
    assert file._file.left == (None, None, None)

    wrap.register(mock.MagicMock)(lambda *args, **kwargs: aiofiles.threadpool.AsyncTextIOWrapper(*args, **kwargs))
    handle = mock.mock_open(read_data="mocked\nlines\n")
    with mock.patch("aiofiles.threadpool.sync_open", handle):
        async with aiofiles.open("whatever") as file:
            assert await file.readline() == "mocked\n"
            assert await collected(file) == ["lines\n"]
            await file.writelines(["y"])
    handle().writelines.assert_called_once_with(["y"])


async def test_mocks_in_the_place_of_asynchronous_files():
    async def make(file):
        return file

    fake = mock.MagicMock(spec=aiofiles.AsyncTextIOWrapper)
    fake.read.return_value = "data"
    with mock.patch("aiofiles.threadpool.wrap", return_value=fake), mock.patch("aiofiles.threadpool.sync_open"):
        assert await (await aiofiles.open("name")).read() == "data"
    for fake in mock.MagicMock(), mock.MagicMock(_executor=mock.Mock()):
        async with await within(make(aiofiles.AiofilesContextManager(make(fake)))) as file:
            assert file is fake
        fake._file.__exit__.assert_called_once_with(None, None, None)


async def test_factories_of_users_are_called_with_the_event_loop():
    class Users:
        def read(self):
            return "data"

    class AsyncUsers(types.SimpleNamespace):
        async def read(self):
            return await self.loop.run_in_executor(self.executor, self.file.read)

    aiofiles.threadpool.wrap.register(Users)(lambda file, **where: AsyncUsers(file=file, **where))
    with mock.patch("aiofiles.threadpool.sync_open", return_value=Users()):
        assert await (await aiofiles.open("name")).read() == "data"


@pytest.mark.parametrize("name", ["AsyncTextIOWrapper", "AsyncBufferedReader", "AsyncBufferedIOBase", "AsyncFileIO"])
async def test_classes_of_files_can_be_replaced(name, tmp_path, monkeypatch):
    class Mine(getattr(aiofiles, name)):
        pass

    monkeypatch.setattr(aiofiles.threadpool, name, Mine)
    kinds = {"AsyncTextIOWrapper": ("w",), "AsyncBufferedReader": ("w+b",), "AsyncFileIO": ("wb", 0)}
    async with aiofiles.open(tmp_path / "file", *kinds.get(name, ("wb",))) as file:
        assert type(file) is Mine


async def test_objects_that_refuse_to_be_asked():
    class Proxy:
        def __getattr__(self, name):
            raise RuntimeError("outside of its context")

    proxy = Proxy()
    assert aiofiles.AsyncBufferedIOBase(proxy, None, None)._file is proxy


async def test_a_class_with_its_own_lines(with_input):
    class Lines(aiofiles.AsyncTextIOWrapper):
        async def readline(self, *args):
            return (await super().readline(*args)).upper()

        async def __anext__(self):
            return "<" + await super().__anext__()

    fill(with_input / "input.txt", b"one\n" * 5000)
    async with Lines(open(with_input / "input.txt")) as file:
        assert await file.read(4) == "one\n"
        assert await collected(file) == ["<ONE\n"] * 4999


async def test_a_class_that_looks_its_file_up_at_each_call(with_input):
    @aiofiles.threadpool.utils.delegate_to_executor("read", "close")
    @aiofiles.threadpool.utils.proxy_property_directly("closed")
    class Lazy(aiofiles.base.AsyncBase):
        def __init__(self, look_up):
            self.look_up = look_up
            super().__init__(None, None, None)

        @property
        def _file(self):
            return self.look_up()

        @_file.setter
        def _file(self, file):
            pass

    files = [open(with_input / "input.txt") for _ in range(2)]
    file = Lazy(lambda: files[-1])
    assert [await file.read(2), file.closed, await file.close(), file.closed] == ["on", False, None, True]
    files.pop()
    assert [await file.read(3), await file.aclose(), files[0].closed] == ["one", None, True]


async def test_names_can_be_patched(with_input):
    path = str(with_input / "input.txt")
    with mock.patch("aiofiles.open", return_value=3):
        assert aiofiles.open(path) == 3
    for name in "os.stat", "os.path.exists", "os.chmod", "os.listdir", "os.scandir":  # some are never used before
        with mock.patch(f"aiofiles.{name}", return_value=[name]) as patched:
            assert isinstance(patched, mock.AsyncMock)
            assert await functools.reduce(getattr, name.split("."), aiofiles)(path) == [name]
            patched.assert_awaited_once_with(path)
    with mock.patch("aiofiles.os.path.exists", return_value=5):
        assert await aiofiles.ospath.exists(path) == 5
    assert (await aiofiles.os.stat(path)).st_size == 8 and await aiofiles.os.path.exists(path) is True
    with mock.patch("aiofiles.threadpool.text.AsyncTextIOWrapper.read", return_value="patched"):
        async with aiofiles.open(path) as file:
            assert await file.read() == "patched"
    with mock.patch.object(aiofiles.threadpool.AsyncTextIOWrapper, "readline", side_effect=["a", "b", ""]):
        async with aiofiles.open(path) as file:
            assert await collected(file) == ["a", "b"]
    with mock.patch("os.stat"), concurrent.futures.ThreadPoolExecutor() as pool:  # a thread looks whether it is a FIFO
        async with aiofiles.open(path, executor=pool) as file:
            assert await file.read() == "one\ntwo\n"
    with mock.patch("aiofiles.threadpool._open", side_effect=aiofiles.threadpool._open) as opened:
        async with aiofiles.open(path) as file:
            assert await file.read() == "one\ntwo\n"
    assert [call.args[0] for call in opened.mock_calls] == [path]
    with mock.patch("pathlib.Path.read_text") as read:
        assert await aiofiles.Path(path).read_text() is read.return_value
    read.assert_called_once_with()
    with mock.patch("aiofiles.tempfile._temporary_file") as opened:
        async with aiofiles.tempfile.NamedTemporaryFile() as file:
            assert file is opened.return_value
    with mock.patch("asyncio.get_running_loop", side_effect=RuntimeError):  # for other code than this
        async with aiofiles.open(path) as file:
            assert [await file.readline(), await aiofiles.os.listdir(with_input)] == ["one\n", ["input.txt"]]


@pytest.mark.parametrize("options", [{"mode": "r"}, {"mode": "rb"}, {"mode": "rb", "buffering": 0}], ids=str)
async def test_methods_of_one_file_can_be_replaced(options, with_input):
    path, loop, threads = with_input / "input.txt", threading.current_thread(), []

    def opening(*args, **kwargs):
        file = io.open(*args, **kwargs)
        file.read = lambda *args: threads.append(threading.current_thread()) or "replaced"
        return file

    async with aiofiles.open(path, **options) as file:
        with mock.patch.object(file._file, "read", side_effect=OSError(errno.EIO, "replaced")):
            with pytest.raises(OSError, match="replaced"):
                await file.read()
    with mock.patch("aiofiles.threadpool.sync_open", opening):  # such a method may wait
        async with aiofiles.open(path, **options) as file:
            assert await file.read() == "replaced" and loop not in threads


async def test_mocks_with_a_specification_have_coroutine_methods(tmp_path):
    for cls in aiofiles.AsyncTextIOWrapper, aiofiles.AsyncBufferedReader, aiofiles.AsyncFileIO:
        for make in mock.MagicMock, mock.AsyncMock, mock.Mock, functools.partial(mock.create_autospec, instance=True):
            file = make(spec=cls) if make in (mock.MagicMock, mock.AsyncMock, mock.Mock) else make(cls)
            file.read.return_value = "data"
            assert await file.read() == "data"
            await file.close()
    with mock.patch("aiofiles.threadpool.sync_open", mock.mock_open(read_data="data")) as sync_open:
        aiofiles.threadpool.wrap.register(mock.MagicMock)(lambda file, **_: aiofiles.AsyncTextIOWrapper(file))
        async with aiofiles.open("file") as file:
            assert await file.read() == "data"
    assert sync_open.mock_calls[0] == mock.call(
        "file", mode="r", buffering=-1, encoding=None, errors=None, newline=None, closefd=True, opener=None
    )
    (tmp_path / "file").write_text("text")
    async with aiofiles.open(tmp_path / "file") as file:
        with mock.patch.object(file, "_file", io.StringIO("fake")):
            assert await file.read() == "fake"
        assert await file.read() == "text"


async def test_file_classes_are_called_and_subclasses_override_their_methods(tmp_path):
    class Loud(aiofiles.threadpool.AsyncTextIOWrapper):
        async def readline(self, *args):
            return (await super().readline(*args)).upper()

    loop = asyncio.get_running_loop()
    (tmp_path / "file").write_text("line\n" * 500)
    with open(tmp_path / "file", buffering=65536) as plain:  # so that one call in a thread fetches many lines
        file = Loud(plain, loop, None)
        assert (file._file, file._executor, file._loop) == (plain, None, loop)
        assert await collected(file) == ["LINE\n"] * 500


async def test_the_wrapped_file_can_be_replaced(with_input):
    async with aiofiles.open(with_input / "input.txt") as file, aiofiles.open(with_input / "output", "w") as output:
        assert await file.readline() == "one\n"
        await output.write("old")
        with file._file, output._file:
            file._file, output._file = io.StringIO("three\nfour\n"), io.StringIO()
        assert await collected(file) == ["three\n", "four\n"]
        await output.write("new")
        assert output._file.getvalue() == "new"


async def test_the_message_about_an_unsupported_type():
    strange = mock.NonCallableMock(spec=["close", "__repr__"], __repr__=lambda self: "<strange>")
    with mock.patch("aiofiles.threadpool.sync_open", return_value=strange):
        with pytest.raises(TypeError, match="Unsupported io type: <strange>"):
            await aiofiles.open("name")
    strange.close.assert_called_once_with()
    for wrap in (aiofiles.threadpool.wrap, aiofiles.wrap_file):
        with pytest.raises(TypeError, match="Unsupported io type: 42"):
            wrap(42)
    for value in aiofiles.wrap_file(io.BytesIO()), "name", None, object(), pathlib.Path("x"), io.BytesIO, Slow:
        with pytest.raises(TypeError):
            aiofiles.wrap_file(value)


def test_a_star_import_does_not_hide_builtins():
    names = {}
    exec("from aiofiles.os import *\nfrom aiofiles.tempfile import *", names)
    assert names["stat"] is aiofiles.os.stat and not vars(builtins).keys() & names.keys() - {"__builtins__", "__doc__"}


async def test_a_patch_of_a_base_class_reaches_its_subclass(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"real")
    base = aiofiles.threadpool.AsyncBufferedIOBase
    async with aiofiles.open(path, "rb") as file:
        assert type(file) is aiofiles.threadpool.AsyncBufferedReader
        with mock.patch.object(base, "read", mock.AsyncMock(return_value=b"mocked")):
            assert await file.read() == b"mocked"
        assert await file.read() == b"real"


async def test_a_file_of_a_class_without_a_hash(tmp_path):
    class Equal(aiofiles.threadpool.AsyncTextIOWrapper):
        def __eq__(self, other):
            return True

    async with Equal(open(tmp_path / "file", "w"), None, None) as file:
        await file.write("text")
    assert (tmp_path / "file").read_text() == "text"
    del file
    gc.collect()


# ---------------------------------------------------------------------------------------------------------------------
# 3. A file behaves as the builtin's
#
# Random programs run on a file of the builtin `open` and on one of ours, and have to give the same.  A program follows
# from its seed; a failure prints the shortest ones.  Other tests are for what random programs seldom do.
# ---------------------------------------------------------------------------------------------------------------------

ALPHABETS = {
    "utf-8": "aé日😀 ", "utf-8-sig": "aé日😀 ", "utf-16": "xÄ語😀\u0a0a\u0100", "utf-16-le": "xÄ語😀", "utf-16-be": "xÄ語😀",
    "utf-32": "xÄ語😀", "latin-1": "abäöü\x85", "ascii": "abc \t\x0b\x1c", "shift_jis": "日本語表ｱa", "cp1252": "a€ß",
    "gb18030": "a语😀",
}  # fmt: skip  # not iso2022_jp: CPython's decoder crashes after a seek into an escape sequence
GROUPS = {"binary": 4, "text": 4, "mixed text": 1.5, "damaged text": 1}  # groups of programs, and the share of each


class Builtin:
    """A file of the builtin `open` whose methods are coroutines, so that a program can run on it and on one of ours."""

    def __init__(self, file):
        self._file = file

    def __getattr__(self, name):
        value = getattr(self._file, name)

        async def method(*args, **kwargs):
            return value(*args, **kwargs)

        return method if callable(value) else value

    async def __aiter__(self):  # `next` would disable `tell`
        while line := self._file.readline():
            yield line


async def open_builtin(*args, **kwargs):
    return Builtin(builtins.open(*args, **kwargs))


def pick(rnd, weights):
    """A key of *weights*, by its weight."""
    return rnd.choices(list(weights), list(weights.values()))[0]


def make_text(rnd, alphabet, size):
    """About *size* characters of lines, of all lengths, with all kinds of ends."""
    ends = rnd.choice((["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"], ["\n", "\r", "\r\n", "\n\n", "\r\r\n"]))
    often, seldom = rnd.choice(((60, 60), (60, 60), (1200, 1200), (60, 20000)))  # the greatest lengths
    pieces = ["".join(rnd.choices(alphabet, k=7)) for _ in range(20)]
    lines, total, random_ = [], 0, rnd.random  # the other ways to choose are slow, and this is a third of the time
    while total < size:
        length = min(int(random_() * (often if random_() < 0.8 else seldom)), size + 3)
        line = (pieces[int(random_() * 20)] * (length // 7 + 1))[:length] + ends[int(random_() * len(ends))]
        lines.append(line)
        total += len(line)
    text = "".join(lines)
    return text[: len(text) - rnd.randrange(0, 3)] if rnd.random() < 0.5 else text


RECONFIGURE = {"line_buffering": True}, {"errors": "ignore"}, {"write_through": True}, {"newline": ""}, {"encoding": "?"}  # fmt: skip


class Program:
    """What is done to a file; everything follows from the seed."""

    def __init__(self, seed, group):
        self.seed = seed
        self.group = group
        self.rnd = rnd = random.Random(seed)
        self.binary = group == "binary"
        both, one = {"r+": 3, "w+": 2, "a+": 2, "x+": 0.5}, {"r": 5, "w": 2, "a": 2, "x": 1}
        modes = {"binary": {**both, **one}, "text": one, "mixed text": both, "damaged text": {"r": 1}}
        self.mode = pick(rnd, modes[group])
        self.only_writes = self.mode in ("w", "a", "x")
        buffering = pick(rnd, {-1: 6, 0: 1 if self.binary else 0, 1: 1, 2: 0.5, 10: 0.5, 100: 1, 5000: 1})
        self.buffering = 64 if self.binary and buffering == 1 else buffering
        self.options = {"mode": self.mode + "b" * self.binary, "buffering": self.buffering}
        size = pick(rnd, {0: 1, 30: 6, 300: 6, 5000: 4, 20000: 4, 90000: 1, 300000: 0.5})
        size = rnd.randrange(size // 2, size + 1)
        self.encoding = rnd.choice(list(ALPHABETS))
        self.alphabet = ALPHABETS[self.encoding]
        errors = rnd.choice((None, None, "strict", "ignore", "replace", "surrogateescape", "backslashreplace"))
        if not self.binary:
            newline = rnd.choice((None, None, "", "\n", "\r", "\r\n"))
            self.options.update(encoding=self.encoding, errors=errors, newline=newline)
        data = bytearray(make_text(rnd, self.alphabet, size).encode(self.encoding, "ignore"))
        if group == "damaged text" and data:
            for _ in range(rnd.randrange(1, 4)):
                data[rnd.randrange(len(data))] = rnd.choice((0xFF, 0x80, 0xD8, 0x0A, 0x0D, 0x1B))
        self.data = bytes(data)
        self.length = rnd.randrange(1, 25)

    def write_data(self):
        rnd = self.rnd
        size = pick(rnd, {0: 1, 10: 8, 200: 5, 3000: 2, 9000: 2, 70000: 0.3, 150000: 0.2})
        text = make_text(rnd, self.alphabet, rnd.randrange(size // 2, size + 1))
        if self.binary:
            return rnd.choice((bytes, bytes, bytes, bytearray, memoryview))(text.encode(self.encoding, "ignore"))
        odd = rnd.random() if self.group == "text" else 1
        return text + "\udc80" if odd < 0.03 else text + "€日" if odd < 0.06 else text

    def seek_args(self, cookies):
        rnd = self.rnd
        if cookies and rnd.random() < 0.5:
            return (rnd.choice(cookies),)
        if not self.binary:
            return rnd.choice(((0,), (0, 0), (0, 2), (0, 1), (0,), (-1,), (3, 1), (0, 3)))
        whence = rnd.choice((0, 0, 0, 1, 2))
        return rnd.randrange(-3, 2 * len(self.data) + 3) if whence == 0 else rnd.randrange(-50, 50), whence

    def next(self, cookies):
        """The next operation; *cookies* are positions that `tell` has returned."""
        rnd, choice, length = self.rnd, self.rnd.choice, len(self.data)
        size = choice((0, 1, 2, 5, 17, 100, 1000, 4096, 8192, 10000, 65536, 100000, rnd.randrange(1, 40)))
        operations = {  # its weight, and what makes its arguments
            "for": (5, lambda: (pick(rnd, {1: 1, 3: 2, 20: 2, 200: 1, 10**9: 0.5}), rnd.random() < 0.1)),
            "readlines()": (2, lambda: (choice((2, 5, 100)),)),
            "reads": (3, lambda: (choice((1, 100, 1000, 2048, 4096)), choice((2, 5, 40)))),
            "writes": (4 if self.only_writes else 1, lambda: (self.write_data(), choice((3, 30, 500)))),
            "readinto": (2 * self.binary, lambda: (size,)),
            "readinto1": (self.binary, lambda: (size,)),
            "reconfigure": (0.3 * (not self.binary), lambda: (choice(RECONFIGURE),)),
        }
        methods = {
            "readline": (8, lambda: choice(((), (size,)))),
            "read": (6.5, lambda: choice(((size,), (size,), (size,), choice(((), (-1,), (None,)))))),
            "read1": (2 * self.binary, lambda: (size,)),
            "peek": (2 * self.binary, lambda: (size,)),
            "readall": (self.buffering == 0, tuple),
            "readlines": (1, lambda: choice(((), (-1,), (size,)))),
            "seek": (5, lambda: self.seek_args(cookies)),
            "write": (15 if self.only_writes else 1 if self.mode == "r" else 5, lambda: (self.write_data(),)),
            "writelines": (2, lambda: ([self.write_data() for _ in range(rnd.randrange(4))],)),
            "truncate": (0.7, lambda: choice(((), (0,), (length // 2,), (length + 10,), (-1,)))),
            **{name: (weight, tuple) for name, weight in {"tell": 5, "flush": 2, "isatty": 0.5, "close": 0.1}.items()},
        }
        name = pick(rnd, {name: weight for name, (weight, _) in {**operations, **methods}.items()})
        return (name, *operations[name][1]()) if name in operations else ("call", name, methods[name][1]())


async def run_operation(file, what, *rest):
    """Do one operation of a program."""
    if what == "call":
        result = await getattr(file, rest[0])(*rest[1])
        return list(result) if isinstance(result, tuple) else result
    if what in ("reads", "writes"):
        count = min(rest[1], 300_000 // (len(rest[0]) + 1) + 2) if what == "writes" else rest[1]
        return [await getattr(file, what[:-1])(rest[0]) for _ in range(count)]
    if what in ("readinto", "readinto1"):
        target = bytearray(rest[0])
        return await getattr(file, what)(target), target
    if what == "reconfigure":
        return await file.reconfigure(**rest[0])
    lines = []
    if what == "readlines()":
        while len(lines) < rest[0] and (line := await file.readline()):
            lines.append(line)
    else:
        async for line in file:
            lines.append(line)
            if rest[1]:
                lines.append(await file.tell())
            if len(lines) >= rest[0]:
                break
    return lines


def brief(value):
    """A repr of at most 300 characters."""
    text = repr(value)
    return text if len(text) < 300 else f"{text[:140]} ... {text[-140:]} ({len(text)} characters)"


def told(program, log):
    """A program and its operations as lines, repeated ones only once."""
    data = f"{len(program.data)} bytes {brief(program.data)}"
    lines = [f"Program({program.seed}, {program.group!r}): {program.options}, {data}"]
    for entry, same in itertools.groupby(map(brief, log)):
        count = len(list(same))
        lines.append(entry if count == 1 else f"{entry} {count} times")
    return "\n".join(lines)


async def run_both(plain, file, operation):
    """Do one operation of a program to both files; the two results, and whether they agree."""
    name = operation[1] if operation[0] == "call" else operation[0]
    loose = name in ("read1", "readinto1", "peek")  # how much these give depends on the buffer
    before = plain.tell() if loose and not plain.closed else 0
    expected = await outcome(run_operation, Builtin(plain), *operation)
    got = await outcome(run_operation, file, *operation)
    if not loose or isinstance(expected, Error) or isinstance(got, Error):
        disabled = isinstance(expected, Error) and "by next() call" in str(expected.text)
        return expected, got, expected == got or disabled
    size = operation[1] if name == "readinto1" else (*operation[2], -1)[0]
    wanted, given = [bytes(each[1][: each[0]]) if name == "readinto1" else each for each in (expected, got)]
    plain.seek(before)
    rest = plain.read(1 << 20)
    plain.seek(before if name == "peek" else before + len(given))
    fits = name == "peek" or size < 0 or len(given) <= size
    return expected, got, rest.startswith(given) and bool(given) == bool(wanted) and fits


async def run_program(program, folder, executor):
    """Run a program on both files and compare all that can be seen."""
    paths, log = [folder / "builtin", folder / "ours"], []
    for path in paths:
        fill(path, program.data)
        if "x" in program.mode:
            path.unlink()

    def check(expected, got, same):
        assert same, f"{told(program, log)}\nbuiltin: {brief(expected)}\nours:    {brief(got)}"

    plain = await outcome(builtins.open, paths[0], **program.options)
    file = await outcome(aiofiles.open, paths[1], executor=executor, **program.options)
    if isinstance(plain, Error) or isinstance(file, Error):
        check(plain, file, plain == file)
        return
    cookies = []
    try:
        for _ in range(program.length):
            operation = program.next(cookies)
            if "+" in program.mode and operation[operation[0] == "call"] in ("read1", "peek", "readinto1"):
                continue
            log.append(operation)
            expected, got, same = await run_both(plain, file, operation)
            check(expected, got, same)
            if operation[:2] == ("call", "tell") and type(expected) is int:
                cookies.append(expected)
        log.append("close")
        results = [await outcome(each.close) for each in (plain, file)] + [path.read_bytes() for path in paths]
        check(results[::2], results[1::2], results[::2] == results[1::2])
    finally:
        await outcome(plain.close)
        await outcome(file.close)


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("kernel", KERNELS)
async def test_random_programs(kernel, group, monkeypatch, tmp_path):
    share = KERNELS[kernel] / sum(KERNELS.values()) * GROUPS[group] / sum(GROUPS.values())
    set_kernel(monkeypatch, kernel, random.Random(SEED))
    executor = Inline()
    start = SEED + 1_000_000 * list(KERNELS).index(kernel)
    failures = []
    for seed in range(start, start + int(PROGRAMS * share) // (2 if CPYTHON else 8) + 1):
        try:
            await run_program(Program(seed, group), tmp_path, executor)
        except AssertionError as error:
            failures.append(str(error))
    shortest = "\n\n".join(sorted(failures, key=len)[:2])
    assert not failures, f"{len(failures)} programs, of which these are the shortest:\n\n{shortest}"


UTF_8 = {"encoding": "utf-8"}
NUMBERS = b"".join(b"%07d\n" % number for number in range(2500))
LINE = b"x" * 3999 + b"\n"
LATE_ERROR = LINE * 38 + b"\xff\n" + LINE * 25
CHOSEN_PROGRAMS = {  # the content, the arguments of `open`, and calls
    **{  # all is read to find the encoding, and then again; after a part, the builtin does not allow it
        f"reconfigured after {' '.join(name for name, *_ in calls)} of {size}": (
            b"abc\r\n" * (size // 5), UTF_8, [*calls, ("reconfigure", {"encoding": "latin-1", "newline": ""}), ("seek", 0), ("read",)],
        )
        for size in (20, 20_000)
        for calls in (
            [("read",)], [("readline",)], [("read",), ("readline",)], [("read",), ("tell",)], [("read", 7)],
            *([[("readlines", 1), ("read",)]] if CPYTHON else []),  # PyPy's own results differ
        )
    },
    **{  # it loses nothing, and makes no empty lines
        f"{name} in {call[0]}": (content, options, [call, call, call, ("tell",)])
        for name, content, options in (
            ("decoder error", NUMBERS[:19_000] + b"\xff" + NUMBERS[19_001:], UTF_8),
            ("wrong error handler", b"ok\n" + b"caf\xe9\n" * 3, {"encoding": "ascii", "errors": "xmlcharrefreplace"}),
        )
        for call in [("for", 10**9, False), ("readlines()", 10**9), ("readlines",), ("read",)]
    },
    **{  # when it returns, its bytes are in the file
        f"large write of {data[:1]} in {mode}": (NUMBERS, options, [*[("write", data[:3000])] * 5, ("write", data), ("the file is looked at",)])
        for mode, data in itertools.product(("w", "r+", "a"), ("x" * 20_000, "日" * 4_000, b"x" * 20_000))
        for options in [{"mode": mode, **UTF_8} if isinstance(data, str) else {"mode": mode + "b"}]
    },
    # Text is decoded in larger pieces only while no error is possible, whatever is called in between.
    "late decoder error": (LATE_ERROR, UTF_8, [("readlines()", 10**9), ("readline",)]),
    "late decoder error after reconfigure": (
        LATE_ERROR, UTF_8, [("readlines()", 6), ("reconfigure", {"line_buffering": True}), ("readlines()", 10**9), ("readline",)],
    ),
    "late decoder error in f._file": (LATE_ERROR, UTF_8, [("readlines()", 6), ("the wrapped file is read",), ("readline",)]),
    "much decoded ahead": (("😀" * 2048 + "a" * 399_000).encode(), UTF_8, [("read", 100), ("read", 100_000), ("read", -1), ("read", -1)]),
    "a file that grows": (
        b"old\n", UTF_8, [("for", 10**9, False), ("another writes", b"old\nnew"), ("read",), ("another writes", b"old\nnew\nmore\nx"),
        ("readline",), ("readline",), ("another writes", b"old\nnew\nmore\nxyz\n"), ("readlines",)],
    ),
    "another appends": (b"", {"mode": "a"}, [("write", "a"), ("flush",), ("another writes", b"a other"), ("write", "b"), ("tell",)]),
    "nothing read ahead": (b"old\nold\n", UTF_8, [("read", 0), ("another writes", b"new\n"), ("read",)]),
    # From then on the builtin does not say where it is, until it has met the end of the file.
    "tell after readlines": (NUMBERS, UTF_8, [("readlines", 5), ("readlines()", 1500), ("tell",), ("seek", 0, 1), ("readline",)]),
    "after a writelines that fails": (NUMBERS, {**UTF_8, "mode": "r+"}, [("writelines", ["a", 5]), ("readline",), ("tell",)]),
    "after a read that fails": (NUMBERS, {"mode": "ab"}, [("write", b"a"), ("another writes", NUMBERS * 2), ("readline",), ("tell",)]),
}  # fmt: skip


@at_once_only
@pytest.mark.parametrize("before", [0, 3010, 3020])
@pytest.mark.parametrize("size", [1, 4095, 4096, 4097, 8190, 8191, 8192, 8193, 20_000, 131_071, 131_073])
@pytest.mark.parametrize("mode", ["w", "wb", "w+", "a"])
async def test_a_write_that_the_builtin_passes_on_is_in_the_file(mode, size, before, tmp_path, pool):
    """What the builtin holds back takes no thread; if the length is that of the buffer, versions of Python differ."""
    line, data = [b"x" * n if "b" in mode else "x" * n for n in (100, size)]
    with open(tmp_path / "theirs", mode) as theirs:
        async with aiofiles.open(tmp_path / "ours", mode) as ours:
            for _ in range(before):  # some of these are granted, and the buffer grows
                await ours.write(line)
                theirs.write(line)
            asyncio.get_running_loop().set_default_executor(pool)
            assert await ours.write(data) == theirs.write(data) == size
            held_back = os.path.getsize(theirs.name) < 100 * before + size
            if not before and "+" not in mode:
                assert pool.submitted == 1 - held_back or size == buffer_size(theirs)
            if size >= 8192 or "b" in mode:  # a smaller text passes on what was held back before, in some versions
                assert held_back or os.path.getsize(ours.name) == 100 * before + size


@at_once_only
@pytest.mark.parametrize("mode", ["wb", "r+b"])
async def test_what_the_wrapped_file_has_written_takes_room(mode, tmp_path, pool):
    fill(tmp_path / "file", b"")
    async with aiofiles.open(tmp_path / "file", mode, buffering=1000) as file:
        for _ in range(2):
            await file.write(b"x")
            file._file.write(b"x" * 900)
            asyncio.get_running_loop().set_default_executor(pool)
            before = pool.submitted
            await file.write(b"x" * 200)  # flushes the buffer
            assert pool.submitted == before + 1


ENCODINGS = [
    "utf-8-sig", "cp1252", "koi8-r", "shift_jis", "gb18030", "utf-16", "utf-32", "utf-7", "iso2022_jp", "cp037",
]  # fmt: skip


@at_once_only
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", *ENCODINGS])
async def test_small_writes_of_any_encoding_take_a_thread_only_for_a_full_buffer(encoding, newline, tmp_path, pool):
    asyncio.get_running_loop().set_default_executor(pool)
    async with aiofiles.open(tmp_path / "ours", "w", encoding=encoding, newline=newline) as ours:
        with open(tmp_path / "theirs", "w", encoding=encoding, newline=newline) as theirs:
            before = pool.submitted
            for number in range(1000):
                line = f"{number} \xe4\n" if encoding in ("utf-8", "utf-16", "gb18030") else f"{number}\n"
                assert await ours.write(line) == theirs.write(line)
        assert pool.submitted <= before + 3
    assert (tmp_path / "ours").read_bytes() == (tmp_path / "theirs").read_bytes()


def buffer_size(file):
    return getattr(os.fstat(file.fileno()), "st_blksize", 8192) if sys.version_info < (3, 14) else 131_072


@pytest.mark.parametrize("kernel", ["fast", "delegate_all", "no kernel"])
@pytest.mark.parametrize("name", CHOSEN_PROGRAMS)
async def test_chosen_programs(name, kernel, tmp_path, monkeypatch):
    set_kernel(monkeypatch, kernel)
    content, options, calls = CHOSEN_PROGRAMS[name]
    results, path = [], tmp_path / "file"
    for opens in open_builtin, functools.partial(aiofiles.open, executor=Inline()):
        fill(path, content)
        file = await opens(path, **options)
        results.append([])
        for what, *args in calls:
            if what == "another writes":
                fill(path, *args)
            elif what == "the wrapped file is read":
                results[-1].append(await outcome(lambda: [*iter(file._file.readline, "")]))
            elif what == "the file is looked at":
                results[-1].append(path.read_bytes())
            elif what in ("for", "readlines()", "reconfigure"):
                results[-1].append(await outcome(run_operation, file, what, *args))
            else:
                results[-1].append(await outcome(run_operation, file, "call", what, args))
        await file.close()
        results[-1].append(path.read_bytes())
    assert results[1] == results[0]


@pytest.mark.parametrize(
    "args",
    [
        {"file": "missing"}, {"file": "missing", "mode": "r+b"}, {"file": "missing/x", "mode": "w"},
        {"file": "."}, {"file": ".", "mode": "w"}, {"file": ".", "mode": "rb", "buffering": 0}, {"file": "there/x"},
        {"file": "there", "mode": "x"}, {"file": "nul\0", "mode": "w"},
        *[{"file": file} for file in (b"missing", b"nul\0", "", "forbidden", 99999, -1, 2.5, None, ["there"])],
        *[{"file": "there", "mode": mode} for mode in ("q", "rw", "", "tb", 5, None, "U")],
        *[{"file": "there", "encoding": encoding} for encoding in ("none-such", 5, "hex", "a\0b")],
        *[{"file": "there", "mode": "rb", name: "x"} for name in ("encoding", "errors", "newline")],
        {"file": "there", "errors": 5}, {"file": "there", "newline": "x"},
        *[{"file": "there", "buffering": buffering} for buffering in (0, -5, "x", None)],
        {"file": "there", "closefd": False}, {"file": "there", "opener": lambda path, flags: -1},
        {"file": "there", "opener": lambda path, flags: "x"}, {"file": "there", "opener": lambda path: 0},
        *[{"file": "new", "mode": mode} for mode in ("w", "wb", "a", "x", "xb", "w+", "a+b")],  # permissions
        {"file": "new", "mode": "x", "newline": "x"}, {"file": "new", "mode": "x", "buffering": 0},  # opened only once
    ],
    ids=repr,
)  # fmt: skip
async def test_arguments_of_open(args, tmp_path, monkeypatch):
    async def open_and_close(function):
        file = await awaited(function(**args))
        await awaited(file.close())
        return "a file"

    results = []
    for function in builtins.open, aiofiles.open:
        monkeypatch.chdir(tempfile.mkdtemp(dir=tmp_path))
        pathlib.Path("there").write_bytes(b"text\n")
        pathlib.Path("forbidden").touch(0)
        results.append(await outcome(open_and_close, function))
        results[-1] = results[-1], {name: os.stat(name).st_mode for name in os.listdir()}
    assert results[1] == results[0]


CALLS = [
    ("read",), ("read", 3), ("read", None), ("read", "3"), ("read", 2.0), ("read", 1, 2), ("readline",),
    ("readline", 2), ("readline", "x"), ("readline", -1.0), ("readlines",), ("readlines", "x"), ("write",),
    ("write", "x"), ("write", b"bytes"), ("write", 5), ("write", None), ("write", ["x"]), ("write", "\ud800"),
    ("writelines",), ("writelines", ["text"]), ("writelines", [b"bytes"]), ("writelines", [5]), ("writelines", 5),
    ("writelines", ["a", None]), ("seek",), ("seek", "x"), ("seek", None), ("seek", -1), ("seek", 1.5), ("seek", 0, 7),
    ("seek", 0, "x"), ("seek", -1, 1), ("seek", 0, 1, 2), ("seek", 2**64), ("tell", 1), ("tell",), ("flush",),
    ("flush", 1), ("truncate", -1), ("truncate", "x"), ("truncate", 1, 2), ("isatty",), ("isatty", 1), ("seekable",),
    ("writable", 1), ("writable",), ("close", 1),
]  # fmt: skip
BINARY_CALLS = [
    ("read1",), ("read1", -1), ("read1", "x"), ("read1", 1, 2), ("readinto",), ("readinto", "text"), ("readinto", 5),
    ("readinto", b"const"), ("readinto", bytearray(3)), ("readinto", memoryview(bytearray(8))[::2]),
    ("readinto", bytearray(3), 1), ("readinto1", "text"), ("readinto1", bytearray(3)), ("readinto1", bytearray(3), "x"),
    ("peek",), ("peek", "x"), ("peek", 1, 2), ("readall",),
]  # fmt: skip


@pytest.mark.parametrize("state", ["fresh", "in the middle", "closed"])
@pytest.mark.parametrize(
    "options",
    [
        *[{"mode": mode, "encoding": "utf-8"} for mode in ("r", "w", "r+")],
        *[{"mode": mode} for mode in ("rb", "wb", "ab", "r+b")],
        *[{"mode": mode, "buffering": 0} for mode in ("rb", "wb")],
    ],
    ids=str,
)
async def test_results_and_errors_of_calls(options, state, tmp_path):
    path = tmp_path / "file"
    prepare = {"in the middle": "readline" if "r" in options["mode"] else "flush", "closed": "close"}.get(state)

    async def run(opens, name, args):
        fill(path, b"line 1\nline 2\n")
        file = await opens(path, **options)
        if prepare is not None:
            await outcome(getattr(file, prepare))
        args = [bytearray(arg) if isinstance(arg, bytearray) else arg for arg in args]
        result = await outcome(lambda: getattr(file, name)(*args))
        await outcome(file.close)
        return result, [args if name.startswith("readinto") else None, path.read_bytes()]

    differences = []
    for name, *args in CALLS + (BINARY_CALLS if "b" in options["mode"] else []):
        expected, effects = await run(open_builtin, name, args)
        got, our_effects = await run(aiofiles.open, name, args)
        if isinstance(expected, Error) and isinstance(got, Error) and expected.type is got.type is TypeError:
            # The text is the same, unless Python itself counts the arguments: it does so first.
            counts = name in ("write", "readline", "close") and "argument" in got.text
            same = state != "fresh" or counts or expected == got
        else:
            same = expected == got or (name, args) == ("write", []) or name == "close"
        if not same or effects != our_effects:
            differences.append((name, args, expected, got))
    assert differences == []


@pytest.mark.parametrize("newline", ["\r", "\r\n", "\n", "", None])
async def test_line_ends_of_a_wrapped_file(newline, tmp_path):
    """The file does not say which ends it was opened with."""
    (tmp_path / "file").write_bytes(b"a\nb\r\nc\r" * 2000 + b"\rd\r\ne")
    with open(tmp_path / "file", newline=newline) as plain:
        wanted = list(plain)
    async with aiofiles.wrap_file(open(tmp_path / "file", newline=newline, buffering=8192)) as file:
        assert await collected(file) == wanted


async def test_a_disk_error_does_not_lose_the_lines_before_it(tmp_path):
    """Reading ahead meets the error first."""
    (tmp_path / "file").write_bytes(NUMBERS * 16)
    async with aiofiles.open(tmp_path / "file", buffering=65_536) as file:
        lines = [await file.readline() for _ in range(8000)]
        directory = os.open(tmp_path, os.O_RDONLY)
        os.dup2(directory, file.fileno())  # from here on every read of the disk fails
        os.close(directory)
        assert file._file.readable()  # what is known of lines is forgotten
        with pytest.raises(IsADirectoryError):
            while True:
                lines.append(await file.readline())
    assert "".join(lines).encode() == (NUMBERS * 16)[:65_536]


async def test_a_detached_file(with_input):
    file = await aiofiles.open(with_input / "input.txt")
    assert await file.readline() == "one\n"
    with file.detach(), pytest.raises(ValueError, match="detached"):
        await file.readline()
    with pytest.raises(ValueError, match="detached"):
        file.name


async def test_wrap_file(tmp_path):
    path = str(tmp_path / "file")
    with zipfile.ZipFile(path + ".zip", "w") as archive:
        archive.writestr("member", b"one\ntwo\n")
    for opener in gzip.open, bz2.open:
        async with aiofiles.wrap_file(opener(path, "wb")) as file:
            await file.write(data=b"one\n")
            await file.write(b"two\n")
        assert file.closed
    named, spooled = tempfile.NamedTemporaryFile(), tempfile.SpooledTemporaryFile()
    for plain in (
        gzip.open(io.BytesIO(gzip.compress(b"one\ntwo\n")), "rt"), bz2.open(path), io.StringIO("one\ntwo\n"),
        zipfile.ZipFile(path + ".zip").open("member"), io.BytesIO(b"one\ntwo\n"), named, spooled,
    ):  # fmt: skip
        async with aiofiles.wrap_file(plain) as file:
            if plain in (named, spooled):
                await file.write(b"one\ntwo\n")
                await file.seek(0)
            text = isinstance(plain, io.TextIOBase)
            assert isinstance(file, aiofiles.threadpool.AsyncTextIOWrapper) == text
            assert await file.readline(2) == ("on" if text else b"on")
            assert await collected(file) == (["e\n", "two\n"] if text else [b"e\n", b"two\n"])
            assert await file.seek(4) == 4
            assert await file.read() == ("two\n" if text else b"two\n")
    assert not os.path.exists(named.name) and isinstance(file, aiofiles.tempfile.AsyncSpooledTemporaryFile)
    for plain in named.file, open(path, "rb"):
        with contextlib.closing(plain):
            assert isinstance(aiofiles.wrap_file(plain), aiofiles.threadpool.AsyncBufferedReader)
    async with aiofiles.wrap_file(gzip.open(path, "wb")) as file:
        assert file.name == path and file.fileno() == file._file.fileno()
        assert file.myfileobj is file._file.myfileobj
    async with aiofiles.wrap_file(io.BytesIO(b"one")) as file:
        assert isinstance(file, aiofiles.threadpool.AsyncBufferedIOBase)
        assert await file.getvalue() == b"one" and await file.readinto1(bytearray(3)) == 3
    assert await aiofiles.wrap_file(os.popen("exit 3")).close() == 3 << 8


class UsersFile:
    """A file object that has nothing to do with `io`."""

    size = 12

    def __init__(self, lines):
        self.lines = list(lines)
        self.threads = []  # of each call

    def read(self, amount=-1, *, loud=False):
        self.threads.append(threading.current_thread())
        return "".join(self.lines).upper() if loud else "".join(self.lines)

    def readline(self, limit=-1):
        self.threads.append(threading.current_thread())
        return self.lines.pop(0) if self.lines else ""

    def close(self):
        """Only remember it."""
        self.threads.append(threading.current_thread())


async def test_wrap_file_of_a_users_class(pool):
    users = UsersFile(["one\n", "two\n"])
    async with aiofiles.wrap_file(users, executor=pool) as file:  # although it is no context manager
        assert repr(file).endswith(f"wrapping {users!r}")
        assert await file.read(loud=True) == "ONE\nTWO\n"
        assert file.size == 12 and file.lines is users.lines
        assert await file.readline(limit=3) == "one\n"
        assert await collected(file) == ["two\n"]
        assert {"read", "size", "close", "aclose"} <= set(dir(file))
        assert not hasattr(file, "write")
    assert len(users.threads) == 5 and threading.current_thread() not in users.threads


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of resources belong to POSIX")
@pytest.mark.parametrize("mode", ["w", "wb"])
def test_a_large_write_that_failed_is_not_written_later(mode, tmp_path):
    program = """
    import asyncio, resource, signal, sys
    import aiofiles

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    mode, data = sys.argv[1], "B" * 3 * aiofiles.io.DEFAULT_BUFFER_SIZE
    convert = str if mode == "w" else str.encode

    async def run(path, open, call):
        file = await call(open, path, mode)
        for _ in range(100):  # in sequence, so that the buffer is enlarged
            await call(file.write, convert("a" * 2000))
        await call(file.flush)
        resource.setrlimit(resource.RLIMIT_FSIZE, (210_000, resource.RLIM_INFINITY))
        try:
            await call(file.write, convert(data))
        except OSError as error:
            print(error.strerror)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await call(file.write, convert(data))
        await call(file.close)

    async def plainly(function, *args):
        return function(*args)

    async def awaited(function, *args):
        return await function(*args)

    asyncio.run(run("theirs", open, plainly))
    asyncio.run(run("ours", aiofiles.open, awaited))
    """
    output = run_python("", args=("-c", textwrap.dedent(program), mode), cwd=tmp_path).splitlines()
    assert len(output) == 2 and output[0] == output[1]
    assert pathlib.Path(tmp_path, "ours").read_bytes() == pathlib.Path(tmp_path, "theirs").read_bytes()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of resources belong to POSIX")
@pytest.mark.parametrize("mode", ["w", "wb"])
def test_a_small_write_does_not_raise_the_error_of_others(mode, tmp_path):
    program = """
    import asyncio, resource, signal, sys
    import aiofiles

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    convert = str if sys.argv[1] == "w" else str.encode

    async def main():
        file = await aiofiles.open("file", sys.argv[1])
        resource.setrlimit(resource.RLIMIT_FSIZE, (50, resource.RLIM_INFINITY))
        await file.writelines([convert("a" * 100)])
        for _ in range(3):
            await file.write(convert("b" * 10))
        try:
            await file.flush()
        except OSError as error:
            print(error.strerror)
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await file.close()

    asyncio.run(main())
    """
    assert run_python("", args=("-c", textwrap.dedent(program), mode), cwd=tmp_path).strip() == os.strerror(errno.EFBIG)
    if mode == "wb":  # a text layer forgets what it could not write
        assert pathlib.Path(tmp_path, "file").read_bytes() == b"a" * 100 + b"b" * 30


@pytest.mark.skipif(not hasattr(os, "fork"), reason="limits of resources belong to POSIX")
@pytest.mark.parametrize("buffering", ["-1", "1000", "65536"])
@pytest.mark.parametrize("rest", ["x" * 94, "\xe9" * 2100])  # the latter may take four bytes for each character
@pytest.mark.parametrize("mode", ["w", "w+", "wb"])
def test_small_writes_that_are_lost_raise_an_error(mode, rest, buffering, tmp_path):
    program = """
    import asyncio, resource, signal, sys
    import aiofiles

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    mode, rest, buffering = sys.argv[1:]

    async def main():
        file = await aiofiles.open("file", mode, int(buffering), **({} if "b" in mode else {"encoding": "utf-8"}))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))
        for number in range(3000):
            try:
                line = f"{number:5}{rest}\\n"
                await file.write(line.encode() if "b" in mode else line)
            except OSError as error:
                print(number, error.strerror)
                break
        resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
        await file.close()

    asyncio.run(main())
    """
    output = run_python("", args=("-X", "utf8", "-c", textwrap.dedent(program), mode, rest, buffering), cwd=tmp_path)
    number, _, message = output.strip().partition(" ")
    assert message == os.strerror(errno.EFBIG)
    lines = pathlib.Path(tmp_path, "file").read_text("utf-8").splitlines()
    assert [int(line[:5]) for line in lines] == [*range(len(lines))]
    # A text layer forgets what it held back, as the builtin's does.
    assert len(lines) >= int(number) - (mode != "wb") * 8192 // len(rest.encode())


@pytest.mark.parametrize("mode", ["w", "wb"])
async def test_large_pieces_of_writelines_are_in_the_file_when_it_returns(mode, tmp_path):
    convert = str if mode == "w" else str.encode
    async with aiofiles.open(tmp_path / "file", mode) as file:
        for _ in range(100):  # in sequence, so that the buffer is enlarged
            await file.write(convert("a" * 2000))
        await file.flush()
        await file.writelines([convert("B" * 3 * io.DEFAULT_BUFFER_SIZE)] * 3)
        assert os.stat(tmp_path / "file").st_size == 200_000 + 9 * io.DEFAULT_BUFFER_SIZE


# ---------------------------------------------------------------------------------------------------------------------
# 4. One file, one order
#
# Operations on a file take effect in the order in which they were called, one at a time, whatever number of tasks
# call them; and a file takes one thread at most.
# ---------------------------------------------------------------------------------------------------------------------


async def test_bursts_of_calls_take_effect_in_their_order(monkeypatch, tmp_path, pool):
    """Many tasks call at once; the results are those of the builtin called one after the other."""
    path = tmp_path / "file"
    for seed in range(SEED, SEED + max(30, PROGRAMS // 20)):
        rnd = random.Random(seed)
        kernel, binary, mode = pick(rnd, KERNELS), rnd.random() < 0.5, rnd.choice(("r", "r", "w", "w", "r+"))
        options = {"mode": mode + "b" * binary, **({} if binary else {"encoding": "utf-8", "newline": ""})}
        options["buffering"] = rnd.choice((-1, -1, -1, 0 if binary else 1, 100))
        content, calls = b"".join(b"%d%s\n" % (number, b"-" * rnd.randrange(60)) for number in range(1000)), []
        for number in range(rnd.randrange(5, rnd.choice((60, 60, 60, 60, 60, 600)))):
            data = "%d %s\n" % (number, "w" * rnd.choice([1, 20, 300, 3000, 9000, 40000][: rnd.randrange(1, 7)]))
            data = data.encode() if binary else data
            kinds = {
                "r": [("readline",)] * 9 + [("read", 10), ("read", 100), ("read", 5000), ("readline", 7), ("seek", 0), ("tell",)],
                "w": [("write", data)] * 20 + [("flush",), ("tell",), ("writelines", [data] * 3), ("truncate",), ("seek", 3)],
                "r+": [("readline",), ("read", 30), ("seek", 0), ("seek", 4000), ("tell",), ("flush",), ("write", data)],
            }  # fmt: skip
            calls.append(rnd.choice(kinds[mode]))
            if mode == "r+" and calls[-1][0] in ("read", "readline", "write"):
                calls.append(("seek", 100 * number))
        if rnd.random() < 0.1:
            calls.insert(rnd.randrange(len(calls)), ("close",))
        fill(path, content)
        with builtins.open(path, **options) as file:
            expected = [await outcome(getattr(file, name), *args) for name, *args in calls]
        expected.append(path.read_bytes())
        fill(path, content)
        with monkeypatch.context() as patch:
            set_kernel(patch, kernel, rnd)
            set_clock(patch, Clock(rnd.choice((0.00001, 0.0001, 0.0005))))  # so that time slices end at any call
            async with aiofiles.open(path, executor=pool, **options) as file:
                tasks, pauses = [], rnd.choice((0, 0.3, 1))
                for name, *args in calls:
                    tasks.append(asyncio.ensure_future(outcome(getattr(file, name), *args)))
                    if rnd.random() < pauses:
                        await turns(rnd.randrange(1, 4))
                got = [*await within(asyncio.gather(*tasks))]
        got.append(path.read_bytes())
        assert got == expected, f"seed {seed}: {kernel}, {options}, {[call[:1] for call in calls]}"


@pytest.mark.parametrize("spooled", [False, True])
@pytest.mark.parametrize("binary", [False, True])
async def test_many_gathered_calls_take_effect_in_their_order(tmp_path, binary, spooled, monkeypatch):
    """Some of the reads find their lines in memory, and the spooled file becomes a real one in the middle."""
    set_clock(monkeypatch, Clock(0.0002))  # so that some calls wait for the next time slice
    rnd, options = random.Random(3), {"mode": "w+" + "b" * binary, **({} if binary else {"encoding": "utf-8"})}
    sizes = [rnd.choice((20, 150, 150, 3000, 30000)[: rnd.randrange(2, 6)]) for _ in range(2000)]
    lines = [f"{number} ".ljust(size, "x") + "\n" for number, size in enumerate(sizes)]
    data = [line.encode() for line in lines] if binary else lines
    opens, first = (aiofiles.tempfile.SpooledTemporaryFile, 5000) if spooled else (aiofiles.open, tmp_path / "file")
    async with opens(first, **options) as file:
        writes = []
        for each in data:
            writes.append(asyncio.ensure_future(file.write(each)))
            await turns(rnd.randrange(2))
        assert await within(asyncio.gather(*writes)) == [len(each) for each in data]
        await file.flush()
        async with file if spooled else aiofiles.open(tmp_path / "file", options["mode"].replace("w+", "r")) as file:
            await file.seek(0)
            reads = [file.readline() if rnd.random() < 0.7 else file.read(rnd.choice([1, 10, 100, 5000])) for _ in data]
            results = [*await within(asyncio.gather(*reads)), await file.read()]
    assert data[0][:0].join(results) == data[0][:0].join(data)


async def test_text_and_bytes_of_stdio_are_two_ways_into_one_file(slow, monkeypatch):
    slow.buffer = slow
    monkeypatch.setattr(sys, "stdout", slow)
    writes = aiofiles.stdout.write("1"), aiofiles.stdout_bytes.write(b"2"), aiofiles.stdout.write("3")
    tasks = [asyncio.create_task(write) for write in writes]
    await until(lambda: slow.began)
    await turns()
    slow.let_all()
    await within(asyncio.gather(*tasks))
    assert slow.ended == [("write", "1"), ("write", b"2"), ("write", "3")] and slow.most == 1


def of_raw_terminal():
    keyboard, fd = pty.openpty()
    tty.setraw(fd)
    return open(fd, "r+b", buffering=0), keyboard


@pytest.mark.parametrize("opened", [of_raw_terminal, lambda: of_socket("rwb", 0)], ids=["terminal", "socket"])
@pytest.mark.parametrize("way", ["open", "wrap_file", "executor"])
async def test_a_read_that_waits_does_not_hold_up_a_write(opened, way):
    asyncio.get_running_loop().set_default_executor(concurrent.futures.ThreadPoolExecutor(1))
    plain, other = opened()
    with Pool(2) as pool, plain:
        if way == "wrap_file":
            file = aiofiles.wrap_file(plain)
        else:
            fd, executor = os.dup(plain.fileno()), pool if way == "executor" else None
            file = await aiofiles.open(fd, "r+b", buffering=0, executor=executor)
        read = asyncio.create_task(file.read(5))
        try:
            await turns()
            assert await within(file.write(b"question")) == 8
            assert os.read(other, 100) == b"question"
            assert not read.done()
        finally:
            os.write(other, b"reply")
        assert await within(read) == b"reply"
        await within(file.close())
    os.close(other)


def in_loops(work):
    """Await work(number) in four threads, each with an event loop, that take turns as often as the interpreter can."""

    def thread(number):
        started.wait(20)
        asyncio.run(within(work(number)))

    started, interval = threading.Barrier(4), sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with concurrent.futures.ThreadPoolExecutor(4) as threads:
            list(threads.map(thread, range(4)))
    finally:
        sys.setswitchinterval(interval)


@pytest.mark.parametrize("mode, buffering", [("w", -1), ("wb", -1), ("wb", 0), ("w+", -1)])
def test_event_loops_in_several_threads_write_to_one_file(tmp_path, mode, buffering):
    lines = [[f"{number} {i} ".ljust(9000 if i % 100 == 0 else i % 97, "x") for i in range(400)] for number in range(4)]
    file = asyncio.run(awaited(aiofiles.open(tmp_path / "file", mode, buffering)))

    async def write(number):
        data = [f"{line}\n".encode() if "b" in mode else f"{line}\n" for line in lines[number]]
        for each in data[:200]:
            await file.write(each)
        await asyncio.gather(*map(file.write, data[200:]))

    in_loops(write)
    asyncio.run(file.close())
    written = (tmp_path / "file").read_text().splitlines()
    assert len(written) == 1600
    assert [[line for line in written if line[0] == str(number)] for number in range(4)] == lines


@pytest.mark.parametrize("in_threads", [True, False])
@pytest.mark.parametrize("mode, buffering", [("r", -1), ("rb", -1), ("rb", 10), ("r+", -1), ("rb", 0)])
@pytest.mark.parametrize("method", ["lines", "readline", "read"])
def test_several_readers_share_all_lines(tmp_path, mode, buffering, method, in_threads):
    count = 300 if mode == "r+" or buffering == 10 else 30_000 if buffering else 2000  # many where no thread is needed
    lines = [f"{number:06}".ljust(63, "x") + "\n" for number in range(count if in_threads else min(count, 3000))]
    (tmp_path / "file").write_text("".join(lines))
    file = asyncio.run(awaited(aiofiles.open(tmp_path / "file", mode, buffering)))
    found = [[] for _ in range(16)]

    async def read(number):
        if method == "lines":
            async for line in file:
                found[number].append(line)
                await asyncio.sleep(0) if len(found[number]) % 10 == 0 else None
        while line := await (file.read(64) if method == "read" else file.readline()):
            found[number].append(line)

    async def read_in_tasks():
        await within(asyncio.gather(*map(read, range(16))))

    in_loops(read) if in_threads else asyncio.run(read_in_tasks())
    asyncio.run(file.close())
    assert sorted(itertools.chain(*found)) == [line.encode() if "b" in mode else line for line in lines]
    assert found == [sorted(each) for each in found]


@pytest.mark.parametrize("first", [("write", "x" * 100000), ("read",)])
def test_a_loop_that_is_closed_while_operations_wait_does_not_block_the_file(first, tmp_path, pool):
    """Its tasks are not cancelled, and somebody still refers to them."""

    async def leave():
        for name, *args in first, ("truncate", 5), first:
            tasks.append(asyncio.ensure_future(getattr(file, name)(*args)))
            await turns(2)

    (tmp_path / "file").write_text("0123456789")
    tasks, loop = [], asyncio.new_event_loop()
    loop.set_default_executor(pool)
    file = loop.run_until_complete(aiofiles.open(tmp_path / "file", "r+"))
    gate = pool.block()
    loop.run_until_complete(leave())
    loop._default_executor = None  # `close` would shut it down
    loop.close()
    gate.set()
    loop = asyncio.new_event_loop()
    loop.run_until_complete(within(file.close()))
    loop.close()
    for task in tasks:
        task._log_destroy_pending = False


@pytest.mark.parametrize("closed", [False, True])
async def test_a_caller_that_is_collected_while_it_is_notified_gives_the_queue_to_one_other(closed, monkeypatch):
    def collect(state, operation):
        monkeypatch.undo()
        collected.close()
        return not closed and state.report(operation)

    queue = aiofiles._Queue()
    await queue.hold()
    collected = queue.hold()
    collected.send(None)
    others = [asyncio.ensure_future(queue.hold()) for _ in range(2)]
    await turns()
    monkeypatch.setattr(aiofiles._LoopState, "report", collect)
    queue.release()
    await turns()
    assert [each.done() for each in others] == [True, False]
    queue.release()
    await within(others[1])


def test_a_caller_whose_loop_was_closed_does_not_release_the_queue(tmp_path, pool):
    (tmp_path / "file").write_text("0123456789")
    tasks, loop = [], asyncio.new_event_loop()
    file = loop.run_until_complete(aiofiles.open(tmp_path / "file", "r+", executor=pool))

    async def leave():
        tasks.extend(asyncio.ensure_future(file.read(1)) for _ in range(2))
        await turns(2)

    async def use():
        gate = pool.block()
        reading = asyncio.ensure_future(file.read(3))
        await turns(2)
        tasks[1].get_coro().close()  # it waited for the queue
        moved = asyncio.ensure_future(file.seek(0))
        await turns(5)
        assert not moved.done()
        gate.set()
        assert (await within(reading), await within(moved)) == ("012", 0)
        await file.close()

    gate, before = pool.block(), pool.ran
    loop.run_until_complete(leave())
    loop.close()
    gate.set()
    pool.done(before)
    asyncio.run(use())
    for task in tasks:
        task._log_destroy_pending = False


def test_the_collector_may_close_a_coroutine_while_the_queue_is_locked(tmp_path, pool):
    """Then the thread that holds the lock of the queue gives up an operation in the same queue."""

    class Collecting(collections.deque):
        def append(self, operation):
            super().append(operation)
            if coroutines:
                coroutines.pop().close()

    async def main():
        file = await aiofiles.open(tmp_path / "file", "w", executor=pool)
        gate = pool.block()
        first = asyncio.ensure_future(file.truncate())
        await turns()
        coroutines.append(file.truncate(1))
        coroutines[0].send(None)
        replace_waiting(file, Collecting)
        second = asyncio.ensure_future(file.truncate(2))
        await turns()
        gate.set()
        results.extend(await within(asyncio.gather(first, second)))
        await file.close()

    coroutines, results = [], []
    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()
    thread.join(20)
    assert results == [0, 2] and not coroutines


async def test_an_executor_that_keeps_what_it_seemed_to_refuse(tmp_path, pool, monkeypatch):
    """`ThreadPoolExecutor.submit` raises after that if no thread can be started."""

    def refuse(func, *args):
        submit(func, *args)
        raise RuntimeError("can't start new thread")

    file = await aiofiles.open(tmp_path / "file", "wb", 0, executor=pool)
    gate, submit = pool.block(), pool.submit
    with monkeypatch.context() as patch:
        patch.setattr(pool, "submit", refuse)
        with pytest.raises(RuntimeError, match="can't start"):
            await within(file.write(b"one"))
    write = asyncio.ensure_future(file.write(b"two"))
    await turns()
    gate.set()
    assert await within(write) == 3
    await file.close()
    assert (tmp_path / "file").read_bytes() == b"two"


# ---------------------------------------------------------------------------------------------------------------------
# 5. Cancelled is not lost
#
# A call that has not begun when its task is cancelled leaves no trace; one that has is finished before the next; what
# a read has read, the next call gets.  `async with` always closes, and what was made for a cancelled task is undone.
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [(0, 1, 4, 5, 9), (1, 2), range(10)], ids=str)
async def test_cancelled_calls_leave_no_trace_unless_they_run(gone, slow, tmp_path):
    """A call that runs is finished before the next begins; the file takes one thread only."""
    asyncio.get_running_loop().set_default_executor(concurrent.futures.ThreadPoolExecutor(2))
    file = aiofiles.wrap_file(slow)
    tasks = [asyncio.create_task(file.write(str(number))) for number in range(10)]
    await until(lambda: slow.began)
    for number in gone:
        await cancelled(tasks[number])
    tasks.append(asyncio.create_task(file.write("end")))
    async with aiofiles.open(tmp_path / "other", "w") as other:  # in the other thread
        await within(other.write("x"))
    assert slow.began == [("write", "0")]
    slow.let()
    await until(lambda: len(slow.began) == 2)
    assert slow.ended == [("write", "0")]
    slow.let_all()
    await within(asyncio.wait(tasks))
    assert slow.ended == [("write", str(each)) for each in [0, *sorted({*range(1, 10)} - {*gone}), "end"]]
    assert slow.most == 1


@pytest.mark.parametrize("name, left", [("readline", "1\n"), ("fail", "0\n")])
async def test_cancelled_calls_of_a_users_object_are_finished(name, left, slow):
    """The result is dropped, and an error is not logged."""
    slow.lines = ["0\n", "1\n"]
    with nothing_left_behind():
        file = aiofiles.wrap_file(slow)
        task = asyncio.create_task(getattr(file, name)())
        await until(lambda: slow.began)
        await cancelled(task)
        slow.let_all()
        assert await within(file.read(7)) == left
        assert slow.ended == [(name,), ("read", 7)]
        del task, file


async def stop_a_read(file, pool, when, name, *args):
    """A task in a read that is *when*: queued in the executor, running, or done, of which the loop has not heard."""
    if PYPY and when == "running":
        pytest.skip("PyPy has no events for methods of files")
    args = [bytearray(size) for size in args] if "into" in name else args
    before = pool.ran
    gate = pool.block_before(name) if when == "running" else pool.block()
    if when != "running":
        await until(gate.here.is_set)  # a thread that has just performed an operation might take the read before
    task = asyncio.create_task(getattr(file, name)(*args))
    await turns()
    if when == "running":
        await until(gate.here.is_set)
    elif when == "done":
        gate.set()
        pool.done(before)
    return task, gate


READS = [("read", 5), ("read",), ("readline",), ("readline", 3), ("readlines",), ("readlines", 10)]
BINARY_READS = [*READS, ("readinto", 7), ("read1", 5), ("readinto1", 7)]


@pytest.mark.parametrize("when", ["queued", "running", "done"])
@pytest.mark.parametrize(
    "reads, options",
    [
        (READS, {"encoding": "utf-8"}), (READS, {"encoding": "utf-8", "newline": ""}), (READS, {"encoding": "utf-16"}),
        (READS, {"encoding": "shift_jis"}), (READS, {"encoding": "utf-8", "mode": "r+"}), (BINARY_READS, {"mode": "rb"}),
        (BINARY_READS, {"mode": "rb", "buffering": 16}), (BINARY_READS, {"mode": "r+b"}),
        ([*READS, ("readall",), ("readinto", 7)], {"mode": "rb", "buffering": 0}),
    ],
    ids=str,
)  # fmt: skip
async def test_a_cancelled_read_has_read_nothing(reads, options, when, tmp_path, monkeypatch, pool):
    monkeypatch.setattr(aiofiles, "delegate_all", True)
    content = "".join(f"日本{number}\n" for number in range(300))
    (tmp_path / "file").write_bytes(content.encode(options.get("encoding", "utf-8")))
    with open(tmp_path / "file", **options) as plain:
        expected = [plain.readline(), plain.tell(), plain.read(2), plain.readline(), plain.read()]
    for read in reads:
        async with aiofiles.open(tmp_path / "file", **options, executor=pool) as file:
            got = [await file.readline()]
            task, gate = await stop_a_read(file, pool, when, *read)
            await cancelled(task)
            calls = file.tell(), file.read(2), file.readline(), file.read()
            following = [asyncio.create_task(call) for call in calls]
            await turns()
            gate.set()
            got += await within(asyncio.gather(*following))
        assert got == expected, read


@pytest.mark.parametrize("mode, size", [("a+b", 0), ("r+b", 100_000)])
async def test_a_cancelled_first_read_leaves_the_position(mode, size, tmp_path, pool):
    """It need not be the start: of a file that appends, or after a write."""
    (tmp_path / "file").write_bytes(b"line\n" * 30_000)
    async with aiofiles.open(tmp_path / "file", mode, executor=pool) as file:
        await file.write(b"x" * size) if size else None
        task, gate = await stop_a_read(file, pool, "done", "read", 3)
        await cancelled(task)
        assert await within(file.tell()) == (size or 150_000)


@pytest.mark.parametrize("order", [(0,), (0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)])
async def test_several_cancelled_reads_have_read_nothing(order, tmp_path, no_page_cache, pool):
    (tmp_path / "file").write_text("".join(f"{number}\n" for number in range(20)))
    async with aiofiles.open(tmp_path / "file", executor=pool) as file:
        gate, before = pool.block(), pool.ran
        tasks = [asyncio.create_task(file.readline()) for _ in order]
        await turns()
        gate.set()
        pool.done(before)  # the first read is done, and the event loop has not heard of it
        for index in order:
            tasks[index].cancel()
        await asyncio.wait(tasks)
        seen = [task.result() for task in tasks if not task.cancelled()]
        seen += [await within(file.readline()) for _ in range(3)] + [await within(next_of(file)) for _ in range(3)]
        assert seen == [f"{number}\n" for number in range(len(seen))]


@pytest.mark.parametrize("touched", [False, True])
@pytest.mark.parametrize("mode", ["r+", "r+b", "r"])
async def test_reads_that_are_cancelled_again_have_read_nothing(mode, touched, tmp_path, no_page_cache, pool):
    (tmp_path / "file").write_text("one\ntwo\nthree\n")
    async with aiofiles.open(tmp_path / "file", mode, executor=pool) as file:
        for _ in range(3):
            # The raw file: a thread that undoes the cancelled read may give the buffer another size meanwhile.
            assert not touched or getattr(file._file, "buffer", file._file).raw.fileno() > 0
            task, gate = await stop_a_read(file, pool, "done", "readline")
            await cancelled(task)
        assert await within(file.readline()) in ("one\n", b"one\n")


@pytest.mark.parametrize(
    "mode, seeks", [("r+", [(0, 2), (0,)]), ("w+", [(0,)]), ("a+", [(0,)]), ("r+b", [(0, 2), (0,)])]
)
async def test_a_cancelled_read_after_a_seek_has_read_nothing(mode, seeks, tmp_path, no_page_cache, pool):
    (tmp_path / "file").write_text("one\ntwo\nthree\n")
    async with aiofiles.open(tmp_path / "file", mode, executor=pool) as file:
        if mode == "w+":
            await file.write("one\ntwo\nthree\n")
        for seek in seeks:
            await file.seek(*seek)
        task, gate = await stop_a_read(file, pool, "done", "readline")
        await cancelled(task)
        assert await within(file.readline()) in ("one\n", b"one\n")


async def test_a_cancelled_read_that_fails_has_read_nothing(tmp_path, no_page_cache, pool):
    (tmp_path / "file").write_bytes(b"one\ntwo\n\xff\n")
    async with aiofiles.open(tmp_path / "file", encoding="utf-8", executor=pool) as file:
        task, gate = await stop_a_read(file, pool, "running" if CPYTHON else "queued", "read")
        await cancelled(task)
        gate.set()
        assert await within(file.tell()) == 0
        await within(file.reconfigure(encoding="latin-1"))
        assert await within(file.read()) == "one\ntwo\n\xff\n"


async def test_wait_for_in_a_loop_misses_no_line_of_a_file(tmp_path, no_page_cache, pool):
    lines, got = [f"{number}\n" for number in range(20)], []
    (tmp_path / "file").write_text("".join(lines))
    async with aiofiles.open(tmp_path / "file", executor=pool) as file:
        for number in range(60):
            await file.seek(len("".join(got)))  # so that the next line takes a thread
            task, gate = await stop_a_read(file, pool, "queued" if number % 2 else "done", "readline")
            if number % 3 == 2:
                gate.set()
            with contextlib.suppress(asyncio.TimeoutError):
                got.append(await asyncio.wait_for(task, 20 if number % 3 == 2 else 0))
            gate.set()
    assert got == lines[: len(got)] and len(got) >= 20


TEMPORARY = ["TemporaryFile", "NamedTemporaryFile", "SpooledTemporaryFile", "TemporaryDirectory"]
WAYS = ["with", "await with", "aclose", "close", *TEMPORARY]


async def opened_and_left(way, path, body, **options):
    """Open a file, or what is temporary in the same folder, do *body*, and close it in one of the *WAYS*."""
    if way in TEMPORARY:
        options.update({"mode": "w"} if way != "TemporaryDirectory" else {}, dir=os.path.dirname(path))
        opening = getattr(aiofiles.tempfile, way)(**options)
    else:
        opening = aiofiles.open(path, "w", **options)
    if way in ("aclose", "close"):
        file = await opening
        try:
            await body(file)
        finally:
            await getattr(file, way)()
    else:
        async with await opening if way == "await with" else opening as file:
            await body(file)


async def write_some(file):
    """Write to a file, or make one in a directory."""
    if isinstance(file, str):
        pathlib.Path(file, "file").touch()
    else:
        await file.write("data")


def is_left(way, file, path):
    """Whether the file is closed, and its data written, or what is temporary removed."""
    closed = isinstance(file, str) or file.closed
    return closed and (os.listdir(path.parent) == [] if way in TEMPORARY else path.read_text() == "data")


@pytest.mark.parametrize("way", [*WAYS, *(["full with", "full close"] if LINUX else [])])
@pytest.mark.parametrize("end", ["normal", "exception", "cancelled in the body", 0, 1, 2, 5])
async def test_leaving_closes_and_an_error_of_that_is_never_swallowed(tmp_path, way, end, pool):
    """A number says how often it is cancelled while the close waits; on a full disk, the close fails."""
    full, way = way.startswith("full"), way.replace("full ", "")
    path = pathlib.Path("/dev/full") if full else tmp_path / "file"
    files, ready = [], asyncio.Event()

    async def body(file):
        await write_some(file)
        files.append(file)
        if end == "exception":
            raise KeyError("mine")
        if end != "normal":
            pool.block()
            ready.set()
        if end == "cancelled in the body":
            await asyncio.Event().wait()

    with nothing_left_behind():
        task = asyncio.create_task(opened_and_left(way, path, body, executor=pool))
        if end not in ("normal", "exception"):
            await within(ready.wait())
            await turns()
            for _ in range(2 if end == "cancelled in the body" else end):
                task.cancel()
                await turns()
                assert not task.done() and not getattr(files[0], "closed", False)
            pool.gates[0].set()
        await asyncio.wait([task], timeout=20)
        if full:
            with pytest.raises(OSError, match="No space") as caught:
                task.result()
            context = {"exception": KeyError, "cancelled in the body": asyncio.CancelledError}.get(end, object)
            assert PYPY or isinstance(caught.value.__context__, context)  # PyPy keeps that with which an error came
            with contextlib.suppress(OSError):
                files[0]._file.close()
            del caught
        else:
            assert task.cancelled() == (end not in ("normal", "exception", 0))
            assert task.cancelled() or str(task.exception()) == {"exception": "'mine'"}.get(end, "None")
            assert is_left(way, files[0], path)
            if way != "TemporaryDirectory":
                await asyncio.gather(files[0].close(), files[0].close(), files[0].aclose())  # which is harmless
        files.clear()
        del task


@pytest.mark.parametrize("gone", [(True, False), (False, True), (True, True)])
async def test_the_close_waits_for_what_runs_and_cannot_be_cancelled_itself(slow, gone):
    """It is cancelled while it waits, while it runs, or in both states."""
    pool = Pool(4)
    file = aiofiles.wrap_file(slow, executor=pool)
    write = asyncio.create_task(file.write("1"))
    await until(lambda: slow.began)
    close = asyncio.create_task(file.close())
    for began, is_cancelled in zip(([("write", "1")], [("write", "1"), ("close",)]), gone):
        await until(lambda: slow.began == began)
        for _ in range(3):
            await turns()
            close.cancel() if is_cancelled else None
        await turns()
        assert not close.done() and slow.began == began and slow.ended == began[:-1]
        slow.let()
    await asyncio.wait([write, close], timeout=20)
    assert close.cancelled() and slow.closed and slow.ended == began
    assert all(name.startswith("own-pool") for name in slow.threads)
    pool.shutdown()


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("refusal", ["given", "default", "shutdown_default_executor", "any error", "dropped"])
async def test_files_are_closed_although_the_executor_refuses(tmp_path, way, refusal, pool):
    def drop(gate):
        pool.shutdown(wait=False, cancel_futures=True)
        gate.set()

    async def body(file):
        await write_some(file)
        files.append(file)
        if refusal == "any error":
            pool.submit = mock.Mock(side_effect=MemoryError("the queue is full"))
        elif refusal == "dropped":
            loop.call_soon(drop, pool.block())
        elif refusal == "shutdown_default_executor":
            await loop.shutdown_default_executor()
        else:
            pool.shutdown()

    files, loop = [], asyncio.get_running_loop()
    loop.set_default_executor(pool)
    options = {} if "default" in refusal else {"executor": pool}
    await within(opened_and_left(way, tmp_path / "file", body, **options))
    assert is_left(way, files[0], tmp_path / "file")


@pytest.mark.parametrize("event", ["other calls", "shutdown", "shutdown without the queue", "no more threads"])
async def test_a_thread_takes_the_next_operation_and_lets_other_calls_go_first(event, monkeypatch):
    """Of 50 operations that wait for an executor of one thread, only the first has a place in the executor's queue."""
    monkeypatch.setattr(aiofiles._Workers, "SLICE", -1)  # it lets them go first after each operation
    pool, gate, order, threads = concurrent.futures.ThreadPoolExecutor(1), threading.Event(), [], set()
    record = aiofiles.os.wrap(lambda n: (order.append(n), threads.add(threading.current_thread())))
    call = functools.partial(record, executor=pool)
    if event == "no more threads":
        with mock.patch("threading.Thread.start", side_effect=RuntimeError("can't start new thread")):
            with pytest.raises(RuntimeError, match="start new thread"):
                await call("not called")
        workers = aiofiles._Workers.of(pool)
        workers.take(0)  # what the call does that the executor has refused and kept
        assert workers.count == 0
        pool._work_queue.get()
    pool.submit(gate.wait, 20)
    operations = [asyncio.ensure_future(call(n)) for n in range(50)]
    await turns()
    assert pool._work_queue.qsize() <= 2 and not order
    if event == "other calls":
        pool.submit(order.append, "other")
    elif "shutdown" in event:
        pool.shutdown(wait=False, cancel_futures="without" in event)
    gate.set()
    await within(asyncio.gather(*operations))
    assert order == [0, *["other"][: event == "other calls"], *range(1, 50)]
    assert threads <= pool._threads or "without" in event
    if "shutdown" not in event:
        await within(call("and later"))
    pool.shutdown()


async def test_a_thread_that_lets_other_calls_go_first_tells_what_is_done(monkeypatch):
    monkeypatch.setattr(aiofiles._Workers, "SLICE", -1)
    pool, gates = concurrent.futures.ThreadPoolExecutor(1), [threading.Event(), threading.Event()]
    pool.submit(gates[0].wait, 20)
    operations = [asyncio.ensure_future(aiofiles.os.path.samefile(".", ".", executor=pool)) for _ in range(2)]
    await turns()
    pool.submit(gates[1].wait, 20)
    gates[0].set()
    assert await within(operations[0]) and not operations[1].done()
    gates[1].set()
    assert await within(operations[1])
    pool.shutdown()


@pytest.fixture
async def waiting(monkeypatch):
    """An executor of three threads, one of which waits for the next operation, and how often a thread was started."""
    monkeypatch.setattr(aiofiles._Workers, "SLICE", 60)
    start = mock.Mock(side_effect=aiofiles._Workers.start_thread)
    monkeypatch.setattr(aiofiles._Workers, "start_thread", lambda *args: start(*args))
    pool = concurrent.futures.ThreadPoolExecutor(3)
    workers = aiofiles._Workers.of(pool)
    while not workers.waiter:
        assert start.call_count < 20
        await aiofiles.os.path.samefile(".", ".", executor=pool)
        await until(lambda: workers.waiter or not workers.count)
    yield pool, workers, start
    aiofiles._Workers.SLICE = -1  # then no thread can wait again
    await within(aiofiles.os.path.samefile(".", ".", executor=pool))
    await until(lambda: not workers.count)
    pool.shutdown()


async def test_a_thread_waits_for_the_next_operation(waiting, tmp_path):
    """It keeps nothing alive meanwhile, and calls that are not operations have a thread, too."""
    pool, workers, start = waiting
    count = start.call_count
    for _ in range(20):
        await within(aiofiles.os.path.samefile(".", ".", executor=pool))
        await until(lambda: workers.waiter)
    file = await aiofiles.open(tmp_path / "file", "w+", executor=pool)
    await file.read()  # which could be undone
    wrapped = weakref.ref(file._file)
    file._file.close()
    del file
    await until(lambda: workers.waiter)
    await until(lambda: workers.count == 1)
    gc.collect()
    assert wrapped() is None and start.call_count <= count + 1  # without the GIL a thread may still be about to wait
    for operations, others in (2, 0), (2, 1), (3, 0):  # at once
        barrier = threading.Barrier(operations + others)
        calls = [aiofiles.os.wrap(barrier.wait)(20, executor=pool) for _ in range(operations)]
        calls += [asyncio.wrap_future(pool.submit(barrier.wait, 20)) for _ in range(others)]
        assert sorted(await within(asyncio.gather(*calls))) == list(range(operations + others))
        await until(lambda: workers.waiter and workers.count == 1)
    assert start.call_count - count in range(4, 9)  # and not for each operation


async def test_the_only_thread_of_an_executor_does_not_wait(monkeypatch):
    monkeypatch.setattr(aiofiles._Workers, "SLICE", 60)
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        for _ in range(40):
            await within(aiofiles.os.path.samefile(".", ".", executor=pool))
            await until(lambda: not aiofiles._Workers.of(pool).count)
        assert await within(asyncio.wrap_future(pool.submit(lambda: True)))


async def test_an_operation_comes_when_the_thread_gives_up_or_begins_to_wait(waiting, monkeypatch):
    pool, workers, start = waiting
    began, gates = [], [threading.Event(), threading.Event()]

    def waiter():
        lock = threading.Lock()

        def acquire(timeout=None):
            if timeout is None or len(began) == 2:
                return lock.acquire() if timeout is None else lock.acquire(timeout=timeout)
            began.append(timeout)
            gates[len(began) - 1].wait(20)
            return len(began) == 2 and lock.acquire(timeout=timeout)

        return types.SimpleNamespace(acquire=acquire, release=lock.release)

    module = types.SimpleNamespace(**{**vars(threading), "Lock": waiter})
    monkeypatch.setattr(aiofiles, "threading", module)
    await within(aiofiles.os.path.samefile(".", ".", executor=pool))
    count = start.call_count
    for times, gate in enumerate(gates, 1):
        await until(lambda: len(began) == times)
        call = asyncio.ensure_future(aiofiles.os.path.samefile(".", ".", executor=pool))
        await until(lambda: workers.waiting)
        gate.set()
        assert await within(call)
    assert start.call_count == count


@pytest.mark.parametrize(
    "seconds, of_loop, of_threads, is_stuck, is_waiting, now, later",
    [
        (0.1, 0.06, 0.045, False, True, 1, 1),  # both wait for the GIL: one thread is enough
        (0.1, 0.05, 0.07, False, True, 4, 2),
        (0.1, 0.05, 0.07, False, True, 1, 1),
        (0.1, 0.02, 0.02, False, True, 1, 2),  # operations wait for a disk
        (0.1, 0.02, 0.02, False, True, 4, 5),  # the executor has no more threads
        (0.1, 0.02, 0.02, False, False, 2, 2),  # nothing waits for a thread
        (0.1, 0.001, 0.1, False, True, 1, 2),  # threads compute without the GIL
        (0.1, 0.001, 0.4, False, True, 4, 5),
        (0.1, 0.09, 0.01, False, True, 1, 2),  # the event loop is busy with something else
        (0.002, 0.0001, 0.0001, False, True, 1, 1),  # too short a time
        (0.002, 0.0001, 0.0001, True, True, 1, 2),  # but no operation was finished in it
        (0.002, 0.002, 0.0, True, True, 1, 1),  # since the event loop held the GIL
        (0.1, 0.09, 0.01, True, False, 1, 2),  # it computes, and what has begun does not end
    ],
)
@pytest.mark.parametrize("gil", [True, False])
def test_how_many_threads_perform_operations(
    seconds, of_loop, of_threads, is_stuck, is_waiting, now, later, gil, monkeypatch
):
    workers, loop, started = aiofiles._Workers(5), mock.Mock(), []
    monkeypatch.setattr(aiofiles, "_GIL", gil)
    workers.start_thread = started.append
    workers.waiting.extend([None] if is_waiting or is_stuck else [])
    workers.allowed = workers.count = now
    workers.taken = 7
    usage = 10 + seconds, 20 + of_loop, 30 + of_threads
    monkeypatch.setattr(aiofiles._Clock, "now", lambda: usage[0])
    monkeypatch.setattr(aiofiles._Clock, "cpu", lambda: usage[1])
    workers.cpu = usage[2]
    workers.adapt("executor", loop, (10, 20, 30), 7 if is_stuck else 6)
    later = now if later < now and not gil else later
    assert workers.allowed == later and started == ["executor"] * (later > now)
    is_new = seconds > 0.01 and not (is_stuck and of_loop < seconds / 2)
    before = usage if is_new else (10, 20, 30)
    loop.call_later.assert_called_once_with(workers.TICK, workers.adapt, "executor", loop, before, 7)


async def test_threads_report_several_operations_at_once(monkeypatch):
    monkeypatch.setattr(aiofiles._Workers, "TICK", 60)
    deliver, gate = mock.Mock(side_effect=aiofiles._LoopState.deliver), threading.Event()
    monkeypatch.setattr(aiofiles._LoopState, "deliver", lambda *args: deliver(*args))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        call = aiofiles.os.wrap(gate.wait)
        operations = [asyncio.ensure_future(call(20, executor=pool)) for _ in range(50)]
        await turns()
        aiofiles._LoopState.of(asyncio.get_running_loop()).due = True  # as after a TICK in which many were taken
        gate.set()
        assert await within(asyncio.gather(*operations)) == [True] * 50
    assert deliver.call_count <= 3


@pytest.mark.parametrize("from_the_loop", [True, False])
async def test_the_result_of_an_operation_does_not_wait_for_the_next_one(from_the_loop):
    """Whether the event loop has submitted the next one, or something else."""
    gates = [threading.Event(), threading.Event()]
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        call = functools.partial(aiofiles.os.wrap(lambda gate: gate.wait(20)), executor=pool)
        pool.submit(gates[0].wait, 20)
        operations = [asyncio.ensure_future(call(gates[0])) for _ in range(20 if from_the_loop else 1)]
        await turns()
        if from_the_loop:
            last = asyncio.ensure_future(call(gates[1]))
            await turns()
        else:
            submit, last = aiofiles._Workers.of(pool).submit, asyncio.ensure_future(turns())
            await asyncio.to_thread(submit, pool, lambda _: gates[1].wait(20), asyncio.get_running_loop(), True)
        gates[0].set()
        assert await within(asyncio.gather(*operations)) == [True] * len(operations)
        gates[1].set()
        await within(last)


@pytest.mark.parametrize(
    "count, allowed, waits, takes",
    [(1, 1, True, True), (2, 1, True, False), (1, 1, False, True), (2, 1, False, False), (2, 2, False, True)],
)
async def test_which_threads_take_the_next_operation_or_wait_for_it(count, allowed, waits, takes, monkeypatch):
    monkeypatch.setattr(aiofiles._Workers, "SLICE", 20)
    workers, call = aiofiles._Workers(3), mock.Mock()
    workers.count, workers.allowed = count, allowed
    if waits:
        workers.waiting.append(call)
    taken = asyncio.ensure_future(asyncio.to_thread(workers.take, aiofiles._Clock.now()))
    await until(lambda: workers.waiter or workers.count < count or workers.taken)
    if workers.waiter:
        await asyncio.to_thread(workers.submit, None, call, mock.Mock(), True)
    assert await within(taken) is (call if takes else None)
    assert (workers.count, workers.taken) == ((count, 1) if takes else (count - 1, 0))
    assert list(workers.waiting) == [call] * (waits and not takes) and not workers.waiter


async def test_a_thread_gives_up_waiting(waiting):
    pool, workers, start = waiting

    def all_ended():
        with workers.lock:  # a thread that begins to wait is not counted for a moment
            return not workers.count

    workers.SLICE, count = 0.3, start.call_count
    await within(aiofiles.os.path.samefile(".", ".", executor=pool))
    await until(all_ended)
    assert await within(aiofiles.os.path.samefile(".", ".", executor=pool))
    assert start.call_count == count + 1


async def test_what_an_executor_has_accepted_is_performed_although_it_was_shut_down():
    """Two threads wait for the third operation; the executor does not start a thread for it."""
    gate, pool = threading.Event(), concurrent.futures.ThreadPoolExecutor(8)
    functions = functools.partial(gate.wait, 20), functools.partial(gate.wait, 20), gate.set
    calls = [asyncio.ensure_future(aiofiles.os.wrap(function)(executor=pool)) for function in functions]
    await turns()
    pool.shutdown(wait=False)
    assert await within(asyncio.gather(*calls)) == [True, True, None]


async def test_an_executor_that_was_shut_down_accepts_nothing_although_a_thread_waits(waiting):
    pool, workers, start = waiting
    with mock.patch.object(pool, "_shutdown", True):  # all that a shutdown changes while a thread is alive
        with pytest.raises(RuntimeError, match="after shutdown"):
            await within(aiofiles.os.path.samefile(".", ".", executor=pool))


def test_threads_submit_to_an_executor_that_was_shut_down(monkeypatch):
    """The second while the first is being refused: neither call is forgotten."""
    pool, refused, gates = concurrent.futures.ThreadPoolExecutor(4), [], [threading.Event(), threading.Event()]
    pool.submit(int).result()
    pool.shutdown()
    workers, start = aiofiles._Workers.of(pool), aiofiles._Workers.start_thread

    def start_late(self, executor):
        if executor is pool:
            gates[0].set()
            gates[1].wait(20)
        start(self, executor)

    def submit():
        with pytest.raises(RuntimeError):
            workers.submit(pool, refused.append, mock.Mock(), False)

    monkeypatch.setattr(aiofiles._Workers, "start_thread", start_late)
    workers.allowed = 1
    thread, done = threading.Thread(target=submit), threading.Event()
    thread.start()
    gates[0].wait(20)
    with mock.patch.object(workers, "limit", 1):
        workers.submit(pool, lambda _: done.set(), mock.Mock(), False)
    gates[1].set()
    thread.join(20)
    assert done.wait(20) and not refused


@pytest.mark.parametrize("where", ["looks", "wakes"])
async def test_the_garbage_collector_submits_an_operation_while_a_thread(where, waiting, monkeypatch):
    """It may close a coroutine at any time, and that may submit the operation that undoes another."""
    pool, workers, start = waiting
    done, now, pending = threading.Event(), aiofiles._Clock.now, []
    monkeypatch.setattr(workers, "limit", 1 if where == "looks" else 3)

    def collect():
        while pending:
            workers.submit(*pending.pop())

    def look():
        if sys._getframe(1).f_code.co_name == "take":
            collect()
        return now()

    if where == "looks":
        monkeypatch.setattr(aiofiles._Clock, "now", staticmethod(look))
    else:
        waiter = workers.waiter
        workers.waiter = types.SimpleNamespace(release=lambda: (waiter.release(), collect()))
    pending.append((pool, lambda _: done.set(), mock.Mock(), False))
    await within(aiofiles.os.path.samefile(".", ".", executor=pool))
    await until(done.is_set)
    await until(lambda: not workers.waiting)


@pytest.mark.parametrize("how", ["the clock stands still", "the event loop ends"])
async def test_no_event_loop_looks_after_an_operation_that_waits(how, monkeypatch):
    gate, queue, gates = threading.Event(), aiofiles._Queue(), [threading.Event(), threading.Event()]

    async def hold():
        await queue.hold()
        gates[0].set()
        gates[1].wait(20)
        queue.release()

    if "clock" in how:
        monkeypatch.setattr(time, "monotonic", lambda: 0.0)
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        first = asyncio.ensure_future(aiofiles.os.wrap(gate.wait)(20, executor=pool))
        workers = aiofiles._Workers.of(pool)
        while not workers.count or workers.waiting:
            await asyncio.sleep(0)
        if "ends" in how:
            asyncio.get_running_loop().set_debug(True)  # so that it refuses calls of other threads
            thread = threading.Thread(target=lambda: asyncio.run(hold()))
            thread.start()
            gates[0].wait(20)
            second = asyncio.ensure_future(queue.run(pool, gate.set))
            await turns()
            gates[1].set()
            await asyncio.to_thread(thread.join)
        else:
            second = asyncio.ensure_future(aiofiles.os.wrap(gate.set)(executor=pool))
        while not gate.is_set():
            await asyncio.sleep(0)
        assert (await asyncio.gather(first, second))[0]


def test_what_a_closed_event_loop_has_not_received_is_forgotten():
    """Otherwise it holds the queue of a file, and keeps the event loop alive."""
    loop, gate, queue = asyncio.new_event_loop(), threading.Event(), aiofiles._Queue()
    closed = weakref.ref(loop)

    async def leave(pool):
        asyncio.ensure_future(queue.run(pool, int, undo=bool))
        await turns()

    async def hold():
        task = asyncio.ensure_future(queue.hold())
        await turns()
        collect()
        await within(task)

    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        pool.submit(gate.wait, 20)
        loop.set_exception_handler(lambda *args: None)  # it says that the task was destroyed
        loop.run_until_complete(leave(pool))
        gate.set()
        pool.submit(int).result(20)
        loop.close()
        del loop
        asyncio.run(hold())
    collect()
    assert closed() is None


def test_a_file_outlives_the_event_loop_of_a_read(tmp_path, monkeypatch):
    """The task that reads stays alive, and never receives its result."""
    (tmp_path / "file").write_text("line\n")
    loop, gates, call = asyncio.new_event_loop(), [threading.Event(), threading.Event()], aiofiles._Disk.call

    def gated(*args):
        gates[0].set()
        gates[1].wait(20)
        return call(*args)

    async def leave():
        file = await aiofiles.open(tmp_path / "file", "r+", executor=pool)
        await file.tell()
        monkeypatch.setattr(aiofiles._Disk, "call", gated)
        task = asyncio.ensure_future(file.readline())
        while not gates[0].is_set():
            await asyncio.sleep(0)
        return file, task

    async def go_on():
        monkeypatch.undo()
        assert await within(file.readline()) == "line\n"
        await within(file.close())

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        file, task = loop.run_until_complete(leave())
        gates[1].set()
        while not aiofiles._LoopState.of(loop).finished:
            time.sleep(0.001)
        loop.close()
        asyncio.run(go_on())
    assert file.closed and not task.done()
    task._log_destroy_pending = False


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_writes_to_streams_that_were_busy():
    output = run_python(
        """
        import asyncio, os, aiofiles

        async def write():
            await aiofiles.stdout.write("child\\n")
            await aiofiles.stdout_bytes.flush()

        async def main():
            await aiofiles.stdout._queue.hold()

        asyncio.run(main())
        pid = os.fork()
        if pid:
            os._exit(os.waitpid(pid, 0)[1] != 0)
        asyncio.run(asyncio.wait_for(write(), 20))
        """,
        "-Wignore",
    )
    assert output == "child\n"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_reads_a_stream_that_was_read():
    output = run_python(
        """
        import asyncio, os, aiofiles

        async def main():
            task = asyncio.create_task(aiofiles.stdin.readline())
            while not aiofiles.stdin._strategy.read_async or not aiofiles.stdin._strategy.queue.busy:
                await asyncio.sleep(0)
            pid = os.fork()
            if not pid:
                asyncio.events._set_running_loop(None)
                try:
                    print(asyncio.run(asyncio.wait_for(aiofiles.stdin.readline(), 20)), end="", flush=True)
                finally:
                    os._exit(0)
            task.cancel()
            os.write(writing, b"line\\n")
            os.waitpid(pid, 0)

        reading, writing = os.pipe()
        os.dup2(reading, 0)
        asyncio.run(main())
        """,
        "-Wignore",
    )
    assert output == "line\n"


@pytest.mark.parametrize("how", ["call", "close"])
def test_what_a_signal_handler_raises_while_a_call_is_submitted_is_raised(how, tmp_path):
    program = """
    import asyncio, concurrent.futures, sys
    import aiofiles

    class Pool(concurrent.futures.ThreadPoolExecutor):
        def submit(self, *args):
            future = super().submit(*args)
            if armed:
                if sys.argv[1] == "call":
                    concurrent.futures.wait([future])
                sys.exit(5)  # as a handler of SIGTERM does
            return future

    async def main():
        file = await aiofiles.open("file", "w", executor=Pool(1))
        await file.write("text")
        armed.append(True)
        await (file.close() if sys.argv[1] == "close" else aiofiles.os.listdir(executor=file._executor))
        await asyncio.sleep(0)
        print("went on")

    armed = []
    try:
        asyncio.run(main())
    except SystemExit as error:
        print(error.code)
    """
    assert run_python("", args=("-c", textwrap.dedent(program), how), cwd=tmp_path) == "5\n"
    assert (tmp_path / "file").read_text() == "text"


@pytest.mark.skipif(not CPYTHON, reason="PyPy counts no references")
async def test_a_cancelled_open_leaves_no_reference_cycle(tmp_path):
    (tmp_path / "file").touch()
    gc.collect()
    gc.disable()
    try:
        task = asyncio.create_task(aiofiles.open(tmp_path / "file", "r+"))
        await asyncio.sleep(0)
        manager = weakref.ref(task.get_coro())
        await cancelled(task)
        del task
        await turns()
        assert manager() is None
    finally:
        gc.enable()


def test_threads_of_sub_interpreters_are_no_daemons(monkeypatch):
    monkeypatch.setattr(threading, "_daemon_threads_allowed", lambda: False, raising=False)
    assert aiofiles._spawn(lambda: threading.current_thread().daemon).result(20) is False


def test_the_event_loop_seldom_looks_after_threads_that_are_all_blocked(monkeypatch):
    for count, seldom in (1, False), (2, True):
        workers, loop = aiofiles._Workers(2), mock.Mock()
        workers.count = workers.allowed = count
        workers.waiting.append(None)
        workers.start_thread = mock.Mock()
        monkeypatch.setattr(aiofiles._Clock, "cpu", aiofiles._Clock.now)  # it is busy, so no thread is added
        workers.cpu = aiofiles._Clock.now()
        workers.adapt("executor", loop, (0, 0, 0), 0)
        assert loop.call_later.call_args.args[0] == (2 * workers.SLICE if seldom else workers.TICK)


@pytest.mark.parametrize("taken, later", [(0, False), (1, False), (10, True)])
def test_the_event_loop_is_told_late_only_of_many_short_operations(taken, later, monkeypatch):
    """While the threads are blocked, the next `adapt` may be far away, and nobody gains from a delay."""
    monkeypatch.setattr(aiofiles._Workers, "TICK", 60)
    workers, loop = aiofiles._Workers(1), mock.Mock(**{"is_closed.return_value": False})
    operation, workers.count = aiofiles._Operation(aiofiles._Queue(), loop), 1
    workers.waiting.append(None)
    operation.state.watched.add(workers)
    workers.adapt("executor", loop, (0, 0, 0), workers.taken - taken)
    operation.state.report(operation, workers)
    assert loop.call_soon_threadsafe.called is not later and not operation.delivered
    workers.adapt("executor", loop, (0, 0, 0), workers.taken)
    assert operation.delivered


async def test_a_close_that_no_thread_performs_can_be_made_again(tmp_path, monkeypatch):
    pool = concurrent.futures.ThreadPoolExecutor()
    file = await aiofiles.open(tmp_path / "file", "w", executor=pool)
    await file.write("text")
    pool.shutdown()
    with monkeypatch.context() as patch:
        patch.setattr(aiofiles, "_spawn", mock.Mock(side_effect=RuntimeError("can't start new thread")))
        with pytest.raises(RuntimeError, match="can't start"):
            await file.close()
    await within(file.close())
    assert (tmp_path / "file").read_text() == "text"


def test_a_close_outside_of_an_event_loop_holds_nothing(tmp_path):
    async def start():
        file = await aiofiles.open(tmp_path / "file", "w")
        await file.write("text")
        return file

    file = asyncio.run(start())
    with pytest.raises(RuntimeError, match="no running event loop"):
        file.close().send(None)
    asyncio.run(asyncio.wait_for(file.close(), 20))
    assert file.closed


async def test_executors_that_use_the_submit_of_another_or_have_no_hash():
    class Unhashable(concurrent.futures.ThreadPoolExecutor):
        __hash__ = None

    class Borrowing(concurrent.futures.Executor):
        def __init__(self, pool):
            self.submit = pool.submit

    with concurrent.futures.ThreadPoolExecutor(1) as pool, Unhashable(1) as other:
        for executor in Borrowing(pool), other:
            assert await within(aiofiles.os.path.samefile(".", ".", executor=executor))


def test_an_event_loop_whose_run_in_executor_is_a_coroutine_function():
    class Loop(asyncio.SelectorEventLoop):
        async def run_in_executor(self, executor, function, *args):
            return await super().run_in_executor(executor, function, *args)

    loop = Loop()
    try:
        assert loop.run_until_complete(aiofiles.os.getcwd()) == os.getcwd()
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def test_an_event_loop_whose_clock_stands_still():
    """Its timers never add a thread for the operation behind one that blocks."""

    class Loop(asyncio.SelectorEventLoop):
        def time(self):
            return 1.0

    async def main():
        event = threading.Event()
        await aiofiles.os.getcwd()
        waiting = asyncio.ensure_future(aiofiles.os.wrap(event.wait)(30))
        await asyncio.sleep(0)
        await aiofiles.os.wrap(event.set)()
        return await waiting

    loop = Loop()
    try:
        assert loop.run_until_complete(main())
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def test_event_loops_begin_in_many_threads():
    """What belongs to one is made while other threads add theirs."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def begin(_):
        loops = [type("Loop", (), {"is_closed": lambda self: False})() for _ in range(40)]
        return [(loop, aiofiles._LoopState.of(loop)) for loop in loops]

    try:
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            states = list(itertools.chain(*pool.map(begin, range(8))))
    finally:
        sys.setswitchinterval(interval)
    assert len({state for _, state in states}) == len(states) == 320


async def test_an_operation_that_no_event_loop_submits_has_a_thread_at_once():
    gate, done = threading.Event(), threading.Event()
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        operation = asyncio.ensure_future(aiofiles.os.wrap(gate.wait)(20, executor=pool))
        workers = aiofiles._Workers.of(pool)
        await until(lambda: workers.count and not workers.waiting)
        await asyncio.to_thread(workers.submit, pool, lambda _: done.set(), mock.Mock(), False)
        await until(done.is_set)
        gate.set()
        assert await within(operation)


async def test_the_executor_drops_a_thread_for_which_nothing_is_left_to_do():
    pool, gate = concurrent.futures.ThreadPoolExecutor(1), threading.Event()
    pool.submit(gate.wait, 20)
    workers = aiofiles._Workers.of(pool)
    call = asyncio.ensure_future(aiofiles.os.path.samefile(".", ".", executor=pool))
    await until(lambda: workers.waiting)
    workers.waiting.pop()(None)  # as another thread does
    assert await within(call)
    pool.shutdown(wait=False, cancel_futures=True)
    gate.set()
    await until(lambda: not workers.count)
    with pytest.raises(RuntimeError, match="after shutdown"):
        await within(aiofiles.os.path.samefile(".", ".", executor=pool))


@pytest.mark.parametrize("when", ["queued", "running", "done", "coroutine closed"])
@pytest.mark.parametrize(
    "name, args, options",
    [
        ("open", ("file", "w"), {}), ("os.open", (os.curdir, os.O_RDONLY), {}), ("os.dup", (1,), {}), ("os.pipe", (), {}),
        ("os.openpty", (), {}), ("os.popen", ("true",), {}), ("tempfile.mkstemp", (), {}), ("tempfile.mkdtemp", (), {}),
        *([("os.pipe2", (os.O_CLOEXEC,), {}), ("os.memfd_create", ("memory",), {})] if LINUX and CPYTHON else []),
        *([("os.eventfd", (0,), {})] if hasattr(os, "eventfd") else []),
        *([("os.timerfd_create", (time.CLOCK_MONOTONIC,), {})] if hasattr(os, "timerfd_create") else []),
        *([("os.posix_openpt", (os.O_RDWR,), {})] if hasattr(os, "posix_openpt") else []),
        *[(f"tempfile.{name}", (), {}) for name in TEMPORARY], ("tempfile.NamedTemporaryFile", (), {"delete": False}),
    ],
)  # fmt: skip
async def test_what_is_made_for_a_cancelled_task_is_undone(name, args, options, when, tmp_path, monkeypatch, pool):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    gate, made, executor = pool.block() if when == "queued" else threading.Event(), [], pool
    if when == "running":
        executor, source = None, "aiofiles.threadpool.sync_open" if name == "open" else name
        module, _, function = source.rpartition(".")
        monkeypatch.setattr(source, gated(getattr(sys.modules[module], function), gate, made))
    before = descriptors()
    with nothing_left_behind(tmp_path):
        call = functools.reduce(getattr, name.split("."), aiofiles)(*args, executor=executor, **options)
        if when == "coroutine closed":
            steps = call.__await__()
            steps.send(None)
            executor.done(0)
            steps.close()
        else:
            task = asyncio.ensure_future(call)
            await turns(1 if when == "done" else 20)
            if when == "running":
                await until(lambda: made)
            elif when == "done":  # and the event loop has not heard of it
                executor.done(0)
            await cancelled(task)
        gate.set()
        made.clear()
        left = ["file"] if name == "open" and when != "queued" else []
        await until(lambda: os.listdir() == left and descriptors() == before)


@pytest.mark.parametrize("kernel", ["fast", "delegate_all", "no kernel"])
@pytest.mark.parametrize("options", [{"mode": "w", "encoding": "utf-8"}, {"mode": "wb"}], ids=str)
async def test_a_forgotten_file_is_flushed_with_a_warning_where_it_is_dropped(options, kernel, monkeypatch, tmp_path):
    set_kernel(monkeypatch, kernel)
    path = tmp_path / "file"
    file = await aiofiles.open(path, **options)
    data = "line\n" * 2000 if "b" not in options["mode"] else b"line\n" * 2000
    for each in data, data, data, data[:5]:
        await file.write(each)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        line = sys._getframe().f_lineno + 1
        del file
        gc.collect()
    assert path.read_bytes() == b"line\n" * 6001
    if CPYTHON:
        # Without the GIL, an object that a thread of the executor has made may be freed by the collection only.
        lines = {line, line + 1} if sysconfig.get_config_var("Py_GIL_DISABLED") else {line}
        assert [(each.category, each.filename) for each in caught] == [(ResourceWarning, __file__)]
        assert caught[0].lineno in lines


async def test_a_thread_that_ends_late_keeps_no_file_open(monkeypatch, tmp_path):
    """Else a forgotten file would be flushed when that thread gets on, and not where it is dropped."""

    def report(*args, **kwargs):
        handle = call_soon(*args, **kwargs)
        if threading.get_ident() != thread:
            late.wait(20)
        return handle

    loop, thread, late = asyncio.get_running_loop(), threading.get_ident(), threading.Event()
    call_soon = loop.call_soon_threadsafe
    monkeypatch.setattr(loop, "call_soon_threadsafe", report, raising=False)
    file = await aiofiles.open(tmp_path / "file", "w")
    await file.write("line\n")
    with contextlib.ExitStack() as stack, warnings.catch_warnings():
        stack.callback(late.set)
        warnings.simplefilter("ignore")
        del file
        gc.collect()
        assert (tmp_path / "file").read_text() == "line\n"


def test_a_file_moves_between_loops_and_remembers_the_first(tmp_path):
    """aiogzip refuses files of another loop by `_loop`, also when the first loop is gone."""

    async def first():
        other = asyncio.new_event_loop()
        other.close()
        file = await aiofiles.open(tmp_path / "file", "w+", loop=other)  # which means the running one
        assert file._loop is asyncio.get_running_loop()
        await file.write("1\n2\n3\n")
        return file

    async def second():
        assert file._loop is not asyncio.get_running_loop()
        await file.write("4\n")
        await file.seek(0)
        return await file.readline()

    async def third():
        async with file:
            return await collected(file)

    file = asyncio.run(first())
    collect()
    assert PYPY or file._loop is None  # the file does not keep it alive
    assert asyncio.run(second()) == "1\n"
    assert asyncio.run(third()) == ["2\n", "3\n", "4\n"]


@pytest.mark.parametrize("when", ["running", "done"])
@pytest.mark.parametrize("call", [("write", "x"), ("readline",)])
def test_a_file_moves_although_an_operation_was_cancelled(slow, call, when, pool):
    async def first():
        tasks = [asyncio.create_task(getattr(file, name)(*args)) for name, *args in (call, ("write", "never"))]
        await until(lambda: slow.began)
        if when == "done":
            for task in reversed(tasks):
                await cancelled(task)
            slow.let_all()
            await until(lambda: slow.ended)
            await turns()
        loops.append(weakref.ref(asyncio.get_running_loop()))

    async def second():
        task = asyncio.create_task(file.readline())
        await turns()
        assert when == "done" or slow.began == [call]
        slow.let_all()
        line = await within(task)
        await within(file.close())
        return line

    slow.lines, loops = ["0\n", "1\n"] if call == ("readline",) else ["1\n"], []
    with nothing_left_behind():
        file = aiofiles.wrap_file(slow, executor=pool)
        asyncio.run(first())
        assert asyncio.run(second()) == "1\n"
        assert slow.ended == [call, ("readline",), ("close",)]
    assert PYPY or loops[0]() is None  # the file does not keep it alive


async def storm(top, count):
    """*count* operations on files below *top*, cancelled anywhere; what was acknowledged and received of each kind."""
    rnd, counter, got = random.Random(20), itertools.count(), collections.defaultdict(list)
    folder = top / "temporary"
    folder.mkdir(parents=True)
    (top / "lines").write_text("".join(f"{number}\n" for number in range(5000)))
    reading, writing = os.pipe()

    async def work(kind):
        line = f"{next(counter)} ".ljust(rnd.choice([10, 100, 20000]), "x") + "\n"
        if kind == "append":
            async with aiofiles.open(top / f"file{rnd.randrange(5)}", "a") as file:
                await file.write(line)
                got[kind].append(line)
        elif kind == "share":
            await shared.write(line)
            got[kind].append(line)
        elif kind == "read":
            async with aiofiles.open(top / "lines") as file:
                async for _ in file:
                    if rnd.random() < 0.01:
                        break
                await file.seek(0)
                assert await file.readline() == "0\n"
        elif kind in TEMPORARY:
            async with getattr(aiofiles.tempfile, kind)(dir=folder) as thing:
                if kind == "TemporaryDirectory":
                    assert await aiofiles.os.listdir(thing) == []
                else:
                    await thing.write(b"x" * 10000)
                    await thing.seek(0)
                    assert await thing.read(3) == b"xxx"
        else:
            got[kind].append(await {"lines": lines, "pipe": pipe}[kind].readline())

    kinds = {"append": 3, "share": 3, "read": 3, "lines": 2, "pipe": 2, **dict.fromkeys(TEMPORARY, 1)}
    async with aiofiles.open(top / "shared", "a") as shared, aiofiles.open(top / "lines") as lines:
        async with aiofiles.open(reading) as pipe:
            for number in range(count // 25):
                tasks = [asyncio.create_task(work(pick(rnd, kinds))) for _ in range(25)]
                os.write(writing, f"{2 * number}\n{2 * number + 1}\n".encode())
                for _ in range(rnd.randrange(12)):
                    await asyncio.sleep(0)
                    rnd.choice(tasks).cancel()
                await asyncio.wait(tasks, timeout=rnd.choice((0, 0.002)))
                for task in rnd.sample(tasks, 20):
                    task.cancel()
                await asyncio.wait(tasks, timeout=0.005)
                for task in tasks:
                    task.cancel()
                for result in await within(asyncio.gather(*tasks, return_exceptions=True)):
                    assert result is None or isinstance(result, asyncio.CancelledError), result
            os.close(writing)
            got["pipe"] += await within(collected(pipe))
            got["lines"] += await within(collected(lines))
    return got


def test_a_storm_of_cancellations(tmp_path):
    """Operations that are cancelled anywhere leave nothing behind, and what was acknowledged is there."""
    count, top = 4000, tmp_path / "second"
    asyncio.run(storm(tmp_path / "first", 100))
    collect()
    before, threads = descriptors(), threading.active_count()
    with nothing_left_behind(tmp_path):
        got = asyncio.run(storm(top, count))
    asyncio.run(until(lambda: descriptors() <= before + 3 and threading.active_count() <= threads))
    assert descriptors() == before
    assert list((top / "temporary").iterdir()) == []
    there = collections.Counter()
    for path in top.glob("file*"):
        there.update(path.read_text().splitlines(True))
    assert max(there.values()) == 1
    assert not set(got["append"]) - set(there)
    assert all(line.split()[0].isdigit() and line.endswith("\n") for line in there)
    content = (top / "shared").read_text().splitlines(True)
    assert content and not set(got["share"]) - set(content)
    numbers = [int(line.split()[0]) for line in content]
    assert numbers == sorted(set(numbers))
    assert sorted(map(int, got["pipe"])) == list(range(2 * (count // 25)))
    assert sorted(map(int, filter(None, got["lines"]))) == list(range(5000))


# ---------------------------------------------------------------------------------------------------------------------
# 6. The loop never waits for the disk
#
# The thread of the event loop reads what the kernel says is cached, and nothing else, and it never writes: the kernel
# itself counts what each thread does.
# ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def loop_io():
    """A function that returns what this thread has done since its last call: reads, bytes read, writes, bytes written."""

    def counts():
        with builtins.open("/proc/thread-self/io", "rb", buffering=0) as file:
            found = dict(line.split(b": ") for line in file.read().splitlines())
        return [int(found[key]) for key in (b"syscr", b"rchar", b"syscw", b"wchar")]

    try:
        counts()
        latest = counts()
    except (OSError, KeyError):
        pytest.skip("this kernel does not count what a thread reads")
    own = [new - old for new, old in zip(counts(), latest)]  # of the call itself

    def since():
        last, latest[:] = latest[:], counts()
        found = [new - old - more for new, old, more in zip(latest, last, own)]
        return [found[0], max(0, found[1] - 40), *found[2:]]  # the text of that file has no constant length

    since()
    return since


@pytest.mark.parametrize("mode, name, args", [("r", "read", (100,)), ("r", "readline", ()), ("rb", "readline", ())])
@pytest.mark.skipif("AIOFILES_TEST_UVLOOP" in os.environ, reason="uvloop reads something of its own")
async def test_at_the_end_of_a_file_the_reads_are_those_of_the_builtin(
    mode, name, args, tmp_path, no_page_cache, loop_io
):
    path = tmp_path / "file"
    path.write_bytes((b"x" * 99 + b"\n") * 30)
    with open(path, mode) as plain:
        loop_io()
        expected = [getattr(plain, name)(*args) for _ in range(60)]
        most = loop_io()[0] + 1
    async with aiofiles.open(path, mode, executor=Inline()) as file:
        loop_io()
        with mock.patch("os.fstat") as fstat:  # each call is a request to a disk of which no attributes are cached
            got = [await getattr(file, name)(*args) for _ in range(60)]
        assert loop_io()[0] <= most
    assert got == expected and not fstat.called


class CountingPreadv:
    """A `preadv` that counts the bytes with which the kernel has answered, and refuses a share of the calls."""

    def __init__(self, refused=0.0):
        self.granted = 0
        self.refused = refused
        self.rnd = random.Random(SEED)

    def __call__(self, fd, buffers, *args):
        if self.rnd.random() < self.refused:
            raise BlockingIOError(errno.EAGAIN, "try again")
        got = PREADV(fd, buffers, *args)
        self.granted += got
        return got

    def take(self):
        granted, self.granted = self.granted, 0
        return granted


@at_once_only
@pytest.mark.parametrize("mode", ["r", "rb"])
async def test_seek_restores_the_default_buffer_size(mode, tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"line\n" * 100_000)
    async with aiofiles.open(path, mode) as file:
        raw = getattr(file, "buffer", file).raw
        for _ in range(20_000):
            await file.readline()
        assert raw.tell() >= 100_000
        await file.seek(0)
        await file.readline()
        assert raw.tell() <= io.DEFAULT_BUFFER_SIZE


@kernel_only
@pytest.mark.skipif(PYPY or "AIOFILES_TEST_UVLOOP" in os.environ, reason="they read something of their own")
@pytest.mark.parametrize("group", GROUPS)
async def test_random_programs_never_wait_on_the_loop(group, monkeypatch, tmp_path, loop_io):
    asked, path, failures = CountingPreadv(0.3), tmp_path / "file", []
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        for seed in range(SEED, SEED + max(15, int(PROGRAMS * GROUPS[group]) // 160)):
            kernel = ("cold", "moody", "no kernel")[seed % 3]
            set_kernel(monkeypatch, kernel)
            if kernel == "moody":
                monkeypatch.setattr(os, "preadv", asked)
            program = Program(seed, group)
            path.write_bytes(program.data)
            if "x" in program.mode:
                path.unlink()
            file = await aiofiles.open(path, executor=executor, **program.options)
            cookies, operations = [], []
            for _ in range(program.length):
                operation = program.next(cookies)
                if operation[0] in ("for", "readlines()") or operation == ("call", "readline", ()):  # one by one
                    operations = [("call", "readline", ())] * 30
                else:
                    operations = [operation] * (operation[0] != "other")
                for operation in operations:
                    loop_io()
                    asked.take()
                    result = await outcome(run_operation, file, *operation)
                    reads, size, writes, written = loop_io()
                    granted = asked.take()
                    size -= granted  # that was the question itself
                    if operation in (("call", "read", (0,)), ("readinto", 0)):
                        reads = 0  # a read of nothing does not wait
                    if size > granted or (reads > 0 and kernel != "moody") or writes > 0 or written > 0:
                        failures.append(
                            f"{told(program, [operation])}\n-> {brief(result)}\non the loop ({kernel}): {reads} reads of "
                            f"{size} bytes, of which the kernel granted {granted}; {written} bytes were written"
                        )
                    if operation[:2] == ("call", "tell") and type(result) is int:
                        cookies.append(result)
            loop_io()
            await outcome(file.close)
            if any(loop_io()[2:]):
                failures.append(f"{told(program, [])}\nclose wrote on the loop")
    assert not failures, f"{len(failures)}:\n\n" + "\n\n".join(sorted(failures, key=len)[:2])


@kernel_only
@pytest.mark.parametrize(
    "data, options, size",
    [
        (("\r\n" * 20000).encode("utf-32"), {"encoding": "utf-32"}, 2000),  # eight bytes a character
        (b"\xff" * 200000 + b"x" * 1000, {"encoding": "utf-8", "errors": "ignore"}, 100),  # no character at all
        (("+" * 50000).encode("utf-7"), {"encoding": "utf-7"}, 3000),
        (("\u65e5a" * 50000).encode("iso2022_jp"), {"encoding": "iso2022_jp"}, 3000),
        (b"line\\n" * 9000 + b"\n", {"encoding": "unicode_escape"}, 1000),
        (("\u0a0a\u0100" * 20000 + "\n" * 10).encode("utf-16-le"), {"encoding": "utf-16-le"}, 1000),
        (b"~\n" * 40000, {"encoding": "hz"}, 1000),  # escapes, and no ends of lines
        (("\U0001f600" * 50000).encode(), {"encoding": "utf-8"}, 3000),  # four bytes a character
        (bytes(range(256)) * 2000, {"mode": "rb", "buffering": 65536}, 100),  # what fills the buffer included
    ],
    ids=lambda value: str(value)[:60] if isinstance(value, (dict, int)) else "data",
)
@pytest.mark.parametrize("method", ["read", "readline"])
async def test_the_kernel_is_asked_for_all_that_is_read(data, options, size, method, tmp_path, monkeypatch, loop_io):
    path, asked = tmp_path / "file", CountingPreadv()
    path.write_bytes(data)
    monkeypatch.setattr(os, "preadv", asked)
    args = (size,) if method == "read" else ()
    with builtins.open(path, **options) as file, concurrent.futures.ThreadPoolExecutor(1) as executor:
        async with aiofiles.open(path, executor=executor, **options) as ours:
            for number in range(5):
                asked.take()
                loop_io()
                result = await getattr(ours, method)(*args)
                _, read, _, _ = loop_io()
                granted = asked.take()
                assert read - granted <= granted, number
                assert result == getattr(file, method)(*args)


@pytest.mark.parametrize("options", [{"encoding": "utf-8"}, {"mode": "rb"}, {"mode": "rb", "buffering": 0}, {"mode": "r+b"}], ids=str)  # fmt: skip
async def test_nothing_is_read_at_open(options, tmp_path, loop_io, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"line\n" * 50000)
    read = []
    executor = Inline()
    for name in "pread", "preadv", "read":
        if hasattr(os, name):
            monkeypatch.setattr(os, name, lambda *args, name=name: read.append(name))
    loop_io()
    async with aiofiles.open(path, executor=executor, **options) as file:
        assert loop_io()[1] < 64  # and the executor ran here, too
        assert os.lseek(file.fileno(), 0, os.SEEK_CUR) == 0
        assert executor.calls == 1
    assert read == []


class Watched:
    """The methods record the threads in which they are called."""

    threads = set()

    def __getattribute__(self, name):
        value = super().__getattribute__(name)
        if name.startswith("_") or not callable(value):
            return value

        def call(*args):
            Watched.threads.add(threading.get_ident())
            return value(*args)

        return call


WatchedFile = type("WatchedFile", (Watched, io.FileIO), {})
WatchedBytesIO = type("WatchedBytesIO", (Watched, io.BytesIO), {})
HUNDRED_LINES = b"line\n" * 100


def duck(inner):
    names = "read", "readline", "readlines", "seek", "tell", "write", "flush", "close"
    return types.SimpleNamespace(**{name: getattr(inner, name) for name in names})


def member_of_a_zip(packed):
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("member", HUNDRED_LINES)
    return zipfile.ZipFile(packed).open("member")


WATCHED = {  # files that are not plain files of `io`
    "raw": lambda path: WatchedFile(path, "r+"),
    "buffered reader": lambda path: io.BufferedReader(WatchedFile(path, "r+")),
    "buffered random": lambda path: io.BufferedRandom(WatchedFile(path, "r+")),
    "text": lambda path: io.TextIOWrapper(io.BufferedReader(WatchedFile(path, "r+")), encoding="utf-8"),
    "BytesIO": lambda path: WatchedBytesIO(HUNDRED_LINES),
    "text of BytesIO": lambda path: io.TextIOWrapper(WatchedBytesIO(HUNDRED_LINES), encoding="utf-8"),
    "gzip": lambda path: gzip.open(WatchedBytesIO(gzip.compress(HUNDRED_LINES))),
    "gzip text": lambda path: gzip.open(WatchedBytesIO(gzip.compress(HUNDRED_LINES)), "rt"),
    "zip": lambda path: member_of_a_zip(WatchedBytesIO()),
    "duck": lambda path: duck(WatchedBytesIO(HUNDRED_LINES)),
    "mock": lambda path: mock.MagicMock(spec=io.TextIOWrapper, wraps=WatchedBytesIO(HUNDRED_LINES)),
}


@pytest.mark.parametrize("kind", WATCHED)
async def test_files_that_are_not_plain_are_never_used_on_the_loop(kind, tmp_path):
    (tmp_path / "file").write_bytes(HUNDRED_LINES)
    file = WATCHED[kind](tmp_path / "file")
    ours = aiofiles.wrap_file(file)
    Watched.threads.clear()
    line = await ours.readline()
    assert line in ("line\n", b"line\n")
    async for another in ours:
        assert another == line
        break
    await ours.read(7)
    with contextlib.suppress(io.UnsupportedOperation):
        await ours.tell()
        await ours.seek(0)
        await ours.readlines()
    for method in "flush", "isatty", "seekable", "writable":
        if hasattr(file, method):
            await getattr(ours, method)()
    with contextlib.suppress(OSError, TypeError, io.UnsupportedOperation):
        await ours.write(line)
    assert Watched.threads and threading.get_ident() not in Watched.threads
    await ours.close()
    assert threading.get_ident() not in Watched.threads


@pytest.mark.parametrize(
    "path",
    ["/dev/zero", "/proc/self/status", b"/proc/self/status", "/proc/self/../self/status", "/etc/mtab", "cpuinfo"],
)
@pytest.mark.parametrize("mode", ["rb", "r"])
async def test_devices_and_proc_are_always_delegated(path, mode, monkeypatch):
    name = os.path.realpath(os.path.join("/proc", os.fsdecode(path)))
    if not (os.path.exists(name) and name.startswith(("/proc/", "/dev/"))):
        pytest.skip(f"{path!r} is a plain file here, or missing")
    monkeypatch.chdir("/proc")
    executor = Inline()
    others = [("isatty",)] if path == "/dev/zero" else [("readline",)] * 5 + [("tell",)]
    async with aiofiles.open(path, mode, executor=executor, **({} if "b" in mode else {"encoding": "latin-1"})) as file:
        for number, (name, *args) in enumerate([("read", 3)] * 5 + others):
            calls = executor.calls
            await getattr(file, name)(*args)
            assert executor.calls == calls + 1, (number, name)


async def test_delegate_all_sends_every_operation_to_the_executor(tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_bytes(b"line\n" * 1000)
    executor = Inline()
    async with aiofiles.open(path, "r+b", executor=executor) as file:
        await file.readline()
        await file.readline()
        monkeypatch.setattr(aiofiles, "delegate_all", True)
        while executor.calls < 50:  # a few lines were granted before
            await file.readline()
            assert await file.tell() < 2000
        for name, *args in (
            ("readline",), ("read", 5), ("tell",), ("seek", 0), ("seek", 2), ("peek", 1), ("isatty",), ("flush",), ("write", b"x"),
            ("write", b"x"), ("write", b"x"), ("seekable",), ("writable",), ("flush",), ("readline",),
        ):  # fmt: skip
            calls = executor.calls
            await getattr(file, name)(*args)
            assert executor.calls == calls + 1, name


async def test_delegate_all_goes_for_calls_that_wait_in_line(tmp_path, monkeypatch):
    threads = []
    monkeypatch.setattr(aiofiles, "delegate_all", True)
    rules = {
        **aiofiles._Writer.rules,
        "tell": lambda disk: threads.append(threading.current_thread()) or disk.file.tell(),
    }
    monkeypatch.setattr(aiofiles._Writer, "rules", rules)
    (tmp_path / "file").write_bytes(b"one")
    async with aiofiles.open(tmp_path / "file", "r+b") as file:
        assert await asyncio.gather(file.read(1), file.tell()) == [b"o", 1]
    assert threads and threading.main_thread() not in threads


def test_delegate_all_is_set_by_an_environment_variable():
    code = """
        import importlib, os, aiofiles
        for value in "1", "0", "":
            os.environ["AIOFILES_DELEGATE_ALL"] = value
            print(importlib.reload(aiofiles).delegate_all)
    """
    assert run_python(code).split() == ["True", "False", "False"]


async def call_in(executor, func, *args):
    return await aiofiles.os.wrap(func)(*args, executor=executor)


async def test_concurrent_calls_run_in_different_threads():
    with concurrent.futures.ThreadPoolExecutor(3) as executor:
        barrier = threading.Barrier(3)
        await within(asyncio.gather(*(call_in(executor, barrier.wait, 20) for _ in range(3))))


async def test_calls_that_the_executor_drops_are_made():
    executor, gate = concurrent.futures.ThreadPoolExecutor(3), threading.Event()
    try:
        for _ in range(3):
            executor.submit(gate.wait, 20)
        tasks = [asyncio.create_task(call_in(executor, str, number)) for number in range(10)]
        await turns()
        executor.shutdown(wait=False, cancel_futures=True)
        assert await within(asyncio.gather(*tasks)) == [str(number) for number in range(10)]
    finally:
        gate.set()


@pytest.mark.parametrize("error", [RuntimeError, ValueError])
async def test_errors_of_the_executor_reach_the_caller(error, pool):
    pool.submit = mock.Mock(side_effect=error("refused"))
    with pytest.raises(error, match="refused"):
        await within(call_in(pool, int))
    file = aiofiles.wrap_file(io.StringIO(), executor=pool)
    for _ in range(2):  # the queue is free again
        with pytest.raises(error, match="refused"):
            await within(file.write("x"))
    await within(file.close())


# ---------------------------------------------------------------------------------------------------------------------
# 7. The loop keeps turning
#
# Calls that are answered at once take about a millisecond of each iteration of the event loop, over all tasks and files.
# The clock of these tests advances by a fixed step each time it is read, so the counts do not depend on the machine.
# ---------------------------------------------------------------------------------------------------------------------


class Heart:
    """Beats once in each iteration of the loop, and counts what is done between two beats."""

    def __init__(self):
        self.count = self.most = self.beats = 0
        self.stopped = False
        asyncio.get_running_loop().call_soon(self._beat)

    def _beat(self):
        self.beats += 1
        self.most = max(self.most, self.count)
        self.count = 0
        if not self.stopped:
            asyncio.get_running_loop().call_soon(self._beat)


def test_the_clock_is_not_an_attribute_of_the_module():
    """freezegun replaces the functions of `time` in every module that has them as attributes."""
    clocks = {time.perf_counter, time.monotonic, time.time}
    assert [name for name, value in vars(aiofiles).items() if callable(value) and value in clocks] == []


async def test_a_call_that_ends_before_it_is_awaited_gives_control_to_the_loop(tmp_path):
    heart = Heart()
    for _ in range(100):
        await aiofiles.os.stat(tmp_path, executor=Inline())
    heart.stopped = True
    assert heart.beats >= 100


@pytest.mark.parametrize(
    "mode, tasks, calls, step, most",
    [
        *[pytest.param("seek", tasks, 2000 // tasks, 0.0001, 11 + 34, marks=at_once_only) for tasks in (1, 10, 100)],
        *[(mode, 100, 500, 0.0002, (6 + 34) * 256) for mode in ("rb", "r", "wb", "w") if KERNEL_TELLS and CPYTHON],
    ],
)
async def test_all_files_share_a_millisecond_of_each_iteration(mode, tasks, calls, step, most, tmp_path, monkeypatch):
    """The most is what fits into a millisecond, and one batch of waiting calls: of seeks, or of grants of 256 calls."""
    set_clock(monkeypatch, Clock(step))
    heart, waited, opened, started = Heart(), [0], [], asyncio.Event()

    async def run(index):
        path = tmp_path / str(index)
        path.write_bytes(b"line\n" * 500)
        async with aiofiles.open(path, "rb" if mode == "seek" else mode, executor=Inline()) as file:
            opened.append(file)
            await started.wait()
            for _ in range(calls):
                before = heart.beats
                if mode == "seek":
                    await file.seek(0)
                elif "r" in mode:
                    await file.readline()
                else:
                    await file.write(b"line\n" if mode == "wb" else "line\n")
                waited[0] = max(waited[0], heart.beats - before)
                heart.count += 1

    running = [asyncio.ensure_future(run(index)) for index in range(tasks)]
    while len(opened) < tasks:
        await asyncio.sleep(0)
    started.set()
    await asyncio.gather(*running)
    heart.stopped = True
    await asyncio.sleep(0)
    assert heart.most <= most and heart.beats >= (2000 // 45 if mode == "seek" else 20)
    assert waited[0] <= tasks + 5  # no task starves


@at_once_only
@pytest.mark.parametrize("cancelled", [(), (0,), (1,), (2,), (0, 2), (0, 1, 2, 3)])
async def test_calls_that_wait_for_time_keep_their_order_and_can_be_cancelled(cancelled, tmp_path, monkeypatch):
    set_clock(monkeypatch, Clock(0.0004))
    path, order = tmp_path / "file", []
    path.write_bytes(b"x")
    others = [await aiofiles.open(path, "rb") for _ in range(30)]
    async with aiofiles.open(tmp_path / "written", "wb") as file:

        async def call(number):
            await (others[number].seek(0) if number < 30 else file.write(b"%d" % (number - 30)))
            order.append(number)

        await turns(2)
        tasks = [asyncio.ensure_future(call(number)) for number in range(35)]
        await asyncio.sleep(0)
        if CPYTHON:
            assert not any(task.done() for task in tasks[5:])  # they wait for the next iteration
        gone = [start + number for start in (10, 30) for number in cancelled]
        for number in gone:
            tasks[number].cancel()
        await within(asyncio.wait(tasks))
        assert [number for number in order if number < 30] == [number for number in range(30) if number not in gone]
        assert all(tasks[number].cancelled() for number in gone)
        await within(file.write(b"!"))
        assert await within(file.tell()) == 6 - len(cancelled)
    kept = [number for number in range(5) if number not in cancelled]
    assert (tmp_path / "written").read_bytes() == b"".join(b"%d" % number for number in kept) + b"!"
    for other in others:
        await other.close()


@at_once_only
async def test_a_call_that_surely_needs_a_thread_does_not_wait_for_time(tmp_path, monkeypatch):
    path = tmp_path / "file"
    async with aiofiles.open(path, "wb") as file, aiofiles.open(path, "rb") as reader:
        await file.write(b"x")
        monkeypatch.setattr(aiofiles, "_has_time", lambda: False)
        monkeypatch.setattr(aiofiles, "_wait_for_time", mock.Mock(side_effect=NotImplementedError))
        assert await file.write(b"x" * 1_000_000) == 1_000_000
        assert await file.write(memoryview(b"x")) == 1
        assert await file.truncate(10) == 10
        assert await reader.read(1_000_000) == b"x" * 10
        for may_need_none in file.write(b"x"), reader.read():
            with pytest.raises(NotImplementedError):
                await may_need_none


@pytest.mark.skipif(not CPYTHON, reason="the buffer of PyPy differs")
@pytest.mark.parametrize("mode", ["r+b", "w+b"])
@pytest.mark.parametrize("buffering", [-1, 100])
async def test_read1_follows_a_write(mode, buffering, tmp_path):
    """Before Python 3.13 the buffer does not flush what is written, and the builtin escapes by what it has read."""
    path, data = tmp_path / "file", b"abcdefghi\n" * 4000
    path.write_bytes(data)
    async with aiofiles.open(path, mode, buffering) as file:
        if mode == "w+b":
            await file.write(data)
            await file.seek(0)
        assert [await file.readline(), await file.write(b"XX"), await file.read1(5)] == [data[:10], 2, b"cdefg"]
    assert path.read_bytes() == data[:10] + b"XX" + data[12:]


@at_once_only
async def test_a_seek_to_what_is_read_ahead_keeps_it(tmp_path, no_page_cache, pool):
    (tmp_path / "file").write_bytes(b"some line of text\n" * 10_000)
    async with aiofiles.open(tmp_path / "file", "rb", executor=pool) as file:
        with open(tmp_path / "file", "rb") as expected:
            for _ in range(3000):
                assert await file.readline() == expected.readline()
            before = pool.submitted
            for i in range(20):
                assert await file.seek(50_000 + i * 100) == expected.seek(50_000 + i * 100)
                assert [await file.readline() for _ in range(2)] == [expected.readline() for _ in range(2)]
            assert pool.submitted == before


@pytest.mark.skipif(not CPYTHON, reason="the buffer of PyPy keeps its size")
@pytest.mark.parametrize("name, size", [("read", (10,)), ("readline", ())])
@pytest.mark.parametrize("mode", ["r", "rb"])
async def test_where_the_kernel_cannot_be_asked_the_first_read_does_not_read_ahead(
    mode, name, size, tmp_path, monkeypatch
):
    (tmp_path / "file").write_bytes(b"some line of text\n" * 10_000)
    monkeypatch.setattr(aiofiles._Reader, "flags", None)
    async with aiofiles.open(tmp_path / "file", mode) as file:
        with open(tmp_path / "file", mode) as expected:
            assert await getattr(file, name)(*size) == getattr(expected, name)(*size)
            raw, plain = (getattr(each, "buffer", each).raw for each in (file._wrapped, expected))
            assert raw.tell() <= max(plain.tell(), 8192)


async def test_read1_keeps_what_was_read(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"line\n" * 4000)
    async with aiofiles.open(path, "r+b") as file:
        with open(path, "r+b") as plain:
            for _ in range(3):
                assert [await file.readline(), await file.read1(100)] == [plain.readline(), plain.read1(100)]
            assert len(await file.read1()) == len(plain.read1())


@at_once_only
@pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="no write is granted")
async def test_a_call_in_another_thread_takes_back_granted_writes(tmp_path):
    async with aiofiles.open(tmp_path / "file", "wb") as file:
        await file.write(b"x")
        strategy = file._strategy
        for count in range(1, 4):
            looked_up = strategy.writes
            await asyncio.get_running_loop().run_in_executor(None, strategy.revoke)  # a call of another event loop
            assert ([*looked_up], [*strategy.writes], strategy.space) == ([], [], strategy.size - count)
            await file.write(b"x")
    assert (tmp_path / "file").read_bytes() == b"xxxx"


@at_once_only
@pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="nothing is granted")
async def test_the_position_of_a_buffer_takes_back_nothing(tmp_path):
    async with aiofiles.open(tmp_path / "file", "wb") as file:
        await file.write(b"x\n" * 10)
        writes = file._strategy.writes
        assert [await file.tell(), await file.write(b"y\n"), await file.tell()] == [20, 2, 22]
        assert file._strategy.writes is writes != ()
    async with aiofiles.open(tmp_path / "file", "rb") as file:
        await file.readline()
        lines = file._strategy.lines
        assert [await file.tell(), await file.readline(), await file.tell()] == [2, b"x\n", 4]
        assert file._strategy.lines is lines != ()


@pytest.mark.parametrize("mode", ["w", "wb"])
@pytest.mark.parametrize(("method", "args"), [("write", ("x",)), ("seek", (0,)), ("flush", ())])
async def test_what_was_written_before_a_file_is_wrapped_is_flushed_in_a_thread(tmp_path, mode, method, args):
    plain = open(tmp_path / "file", mode)
    plain.write("x" * 100 if mode == "w" else b"x" * 100)
    called = []
    async with aiofiles.wrap_file(plain) as file:
        sys.setprofile(lambda frame, event, arg: called.append(arg.__name__) if event == "c_call" else None)
        try:
            await getattr(file, method)(*(arg.encode() if mode == "wb" and arg == "x" else arg for arg in args))
        finally:
            sys.setprofile(None)
        assert not {"write", "seek", "flush"} & {*called}


async def test_a_buffer_of_one_byte(tmp_path):
    async with aiofiles.wrap_file(io.BufferedWriter(io.FileIO(tmp_path / "file", "w"), 1)) as file:
        assert [await file.write(data) for data in (b"", b"x", b"", b"yz", b"")] == [0, 1, 0, 2, 0]
    assert (tmp_path / "file").read_bytes() == b"xyz"


@pytest.mark.parametrize("mode", ["w", "wb"])
async def test_a_close_after_small_writes_whose_descriptor_is_closed(tmp_path, mode):
    file = await aiofiles.open(tmp_path / "file", mode)
    for _ in range(2):
        await file.write("x" if mode == "w" else b"x")
    os.close(file.fileno())
    with pytest.raises(OSError, match="Bad file descriptor"):
        await file.close()
    assert file.closed


@at_once_only
@pytest.mark.parametrize("mode", ["w", "a", "w+", "wb", "a+b"])
@pytest.mark.parametrize("options", [{}, {"buffering": 100}, {"buffering": 20_000}, {"newline": "\r\n"}])
async def test_a_write_that_takes_no_thread_writes_nothing_to_the_disk(mode, options, tmp_path, monkeypatch):
    """Whatever is written, a thread writes what the buffer holds back, and what the text layer holds back."""
    rnd, calls, start = random.Random(f"{mode} {options}"), [], aiofiles._Queue.start
    monkeypatch.setattr(aiofiles._Queue, "start", lambda *args, **how: (calls.append(args), start(*args, **how)))
    path, plain = tmp_path / "file", tmp_path / "plain"
    options = dict(options) if "b" not in mode else {"buffering": options.get("buffering", -1)}
    options.update({} if "b" in mode else {"encoding": "utf-8"})
    with open(plain, mode, **options) as expected:
        async with aiofiles.open(path, mode, **options) as file:
            for number in range(2000):
                length = rnd.choice([0, 1, 7, 30, 200, rnd.randrange(3000)])
                text = (rnd.choice(["x", "\n", "line\n", "\N{EURO SIGN}"]) * length)[:length]
                if number < 500:  # as long as a granted write can be, and twice as long on the disk
                    text = "\n" * (400 if number else 100)
                call = (
                    rnd.choice([("flush",), ("tell",), ("writelines", ["a", "b\n"])])
                    if rnd.random() < 0.01
                    else ("write", text)
                )
                if "b" in mode and len(call) == 2:
                    call = call[0], text.encode() if call[0] == "write" else [b"a", b"b\n"]
                size = path.stat().st_size
                calls.clear()
                assert await getattr(file, call[0])(*call[1:]) == getattr(expected, call[0])(*call[1:])
                assert calls or path.stat().st_size == size
    assert path.read_bytes() == plain.read_bytes()


@pytest.mark.parametrize("name", ["close", "write"])
async def test_a_file_that_is_closed_behind_granted_writes(name, tmp_path):
    async with aiofiles.open(tmp_path / "file", "w") as file:
        plain = file._file
        for _ in range(3):  # the first one takes a thread, since `_file` may have been used
            await file.write("x")
        plain.close()
        with pytest.raises(ValueError, match="closed file") if name == "write" else contextlib.nullcontext():
            await getattr(file, name)(*("y" for _ in range(name == "write")))
    assert (tmp_path / "file").read_text() == "xxx"


@at_once_only
@pytest.mark.skipif(bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="no write is granted")
@pytest.mark.parametrize("mode", ["w", "wb"])
async def test_few_small_writes_ask_the_strategy(mode, tmp_path, monkeypatch):
    """Also if their lengths differ: the others are granted."""
    asked, ask, rnd = [], aiofiles._Writer.call_nowait, random.Random(7)
    monkeypatch.setattr(
        aiofiles._Writer, "call_nowait", lambda *args, **how: (asked.append(args), ask(*args, **how))[1]
    )
    async with aiofiles.open(tmp_path / "file", mode) as file:
        for _ in range(2000):
            data = "x" * rnd.randrange(200)
            await file.write(data if mode == "w" else data.encode())
    assert len(asked) < 30


@posix_only
@pytest.mark.parametrize("move", [
    lambda file: os.lseek(file.fileno(), 5, 0), lambda file: os.read(file.fileno(), 5), lambda file: file.raw.seek(5),
])  # fmt: skip
@pytest.mark.parametrize("size", [-1, 4, 8192])
async def test_a_new_file_starts_where_its_descriptor_stands(move, size, tmp_path):
    (tmp_path / "file").write_bytes(b"line\n" * 5000)
    async with aiofiles.open(tmp_path / "file", "rb") as file:
        with open(tmp_path / "file", "rb") as expected:
            move(file)
            move(expected)
            assert await file.read(size) == expected.read(size)
            assert await file.tell() == expected.tell()


async def test_methods_of_other_types_take_their_own_arguments(tmp_path):
    class Own(io.BytesIO):
        def readline(self, size=-1, keep=True):
            line = super().readline(size)
            return line if keep else line.strip()

        def write(self, data, twice=False):
            return super().write(data * (1 + twice))

    with gzip.open(tmp_path / "file.gz", "wb") as packed:
        packed.write(b"line\n")
    async with aiofiles.wrap_file(gzip.open(tmp_path / "file.gz")) as file:
        assert await file.readline(size=3) == b"lin"
    async with aiofiles.wrap_file(Own(b"a\n" * 3)) as file:
        assert [await file.readline(keep=False), await file.readline(5, False), await file.write(b"b", True)] == [
            b"a", b"a", 2,
        ]  # fmt: skip
    async with aiofiles.open(tmp_path / "file.gz", "rb") as file:
        with pytest.raises(TypeError, match="keyword"):
            await file.readline(size=3)


@posix_only
async def test_text_of_a_pipe_is_decoded_as_far_as_it_is_read(monkeypatch):
    monkeypatch.setattr(io, "DEFAULT_BUFFER_SIZE", 128 * 1024)  # as from Python 3.14 on
    ends = os.pipe()
    os.write(ends[1], b"good\n" * 4000 + b"\xff")
    os.close(ends[1])
    async with aiofiles.open(ends[0], encoding="utf-8") as file:
        for _ in range(2000):
            assert await file.read(5) == "good\n"


@posix_only
@pytest.mark.parametrize("name", ["stdin", "stdin_bytes"])
async def test_a_cancelled_read_of_a_redirected_stdin_is_undone(name, tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"one\ntwo\n")
    gates, call = [threading.Event(), threading.Event()], aiofiles._Disk.call

    def gated(*args):
        line = call(*args)
        gates[0].set()
        gates[1].wait(20)
        return line

    with open(tmp_path / "file") as redirected:
        monkeypatch.setattr(sys, "stdin", redirected)
        file = getattr(aiofiles, name)
        with monkeypatch.context() as patch:
            patch.setattr(aiofiles._Disk, "call", gated)
            task = asyncio.ensure_future(file.readline())
            await until(gates[0].is_set)
            await cancelled(task)
            gates[1].set()
        lines = [await within(file.readline()) for _ in range(3)]
        assert lines == (["one\n", "two\n", ""] if name == "stdin" else [b"one\n", b"two\n", b""])


async def test_the_loop_does_not_measure_long_lists_of_lines(tmp_path, monkeypatch):
    costs = record_write_costs(monkeypatch)
    lines = ["line\n"] * 100_000
    async with aiofiles.open(tmp_path / "file", "w", newline="\n") as file:
        await file.writelines(lines)
    assert (tmp_path / "file").read_text() == "".join(lines)
    assert len(costs) < 2000


# ---------------------------------------------------------------------------------------------------------------------
# 8. Speed and memory
#
# `.ci/benchmark.py` measures the speed.  These tests need no clock: they measure memory, and count calls to threads.
# ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def tracemalloc():
    module = pytest.importorskip("tracemalloc")
    yield module
    module.stop()


@pytest.mark.parametrize("kernel", ["fast", "no kernel"])
@pytest.mark.parametrize("options", [{"mode": "rb"}, {"encoding": "utf-8"}], ids=str)
async def test_iteration_takes_little_memory(options, kernel, tmp_path, monkeypatch, tracemalloc):
    set_kernel(monkeypatch, kernel)
    path, peaks = tmp_path / "file", []
    path.write_bytes((b"x" * 1023 + b"\n") * 8192)
    for opens in open_builtin, aiofiles.open:
        gc.collect()
        tracemalloc.start()
        file, count = await opens(path, **options), 0
        async for _ in file:
            count += 1
        await file.close()
        assert count == 8192
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 1 << 20


@kernel_only
async def test_reads_of_many_sizes_share_one_buffer(tmp_path, tracemalloc):
    path = tmp_path / "file"
    path.write_bytes(bytes(40000))
    async with aiofiles.open(path, "rb", buffering=0, executor=Inline()) as file:
        await file.read(10)
        tracemalloc.start()
        for size in range(1, 10000, 10):
            await file.seek(0)
            await file.read(size)
        assert tracemalloc.get_traced_memory()[0] < 300_000


@kernel_only
@at_once_only
@pytest.mark.skipif(not CPYTHON, reason="lines take a hop each there")
@pytest.mark.parametrize("mode", ["r", "rb"])
async def test_a_thread_fills_a_whole_buffer(mode, tmp_path, pool, no_page_cache):
    path = tmp_path / "file"
    path.write_bytes(b"line\n" * 100_000)
    async with aiofiles.open(path, mode, executor=pool) as file:
        before = pool.submitted
        assert len(await collected(file)) == 100_000
        assert pool.submitted - before <= 2 * 500_000 // 8192


@kernel_only
@at_once_only
@pytest.mark.parametrize("mode", ["r", "rb", "w", "wb"])
async def test_cached_data_takes_no_thread(mode, tmp_path, pool):
    path = tmp_path / "file"
    path.write_bytes(b"line\n" * 10_000)
    with builtins.open(path, "rb") as plain:
        try:
            os.preadv(plain.fileno(), [bytearray(1)], 0, os.RWF_NOWAIT)
        except OSError:
            pytest.skip("this file system does not tell")
    async with aiofiles.open(path, mode, executor=pool) as file:
        before = pool.submitted
        if "w" in mode:
            for _ in range(10_000):
                await file.write("line\n" if mode == "w" else b"line\n")
        else:
            for _ in range(20):
                await file.read(1000)
            await file.seek(0)
            await collected(file)
        assert pool.submitted - before <= 2 * 50_000 // 8192 + 5


# ---------------------------------------------------------------------------------------------------------------------
# 9. Streams that may never answer
#
# A read of a pipe, a terminal or a socket takes no thread of an executor, does not keep the process from ending, and
# can be cancelled at once.  It returns as soon as there is what it asks for, and nothing gets lost.
# ---------------------------------------------------------------------------------------------------------------------

WAITS = {  # calls that wait forever: preparations (`hold` keeps objects alive), the file, the call
    "stdin": ("", "", "aiofiles.stdin.readline()"),
    "stdin_bytes": ("", "", "aiofiles.stdin_bytes.read(10)"),
    "wrapped stdin": ("", "", "aiofiles.wrap_file(sys.stdin).read()"),
    "terminal": ("", "", "aiofiles.stdin.readline()"),
    "pipe": ("reading, hold.writing = os.pipe()", "aiofiles.open(reading)", "file.readline()"),
    "unbuffered": ("reading, hold.writing = os.pipe()", "aiofiles.open(reading, 'rb', buffering=0)", "file.read(100)"),
    "fifo": ("os.mkfifo(path)", "aiofiles.open(path)", "file.readline()"),
    "fifo for writing": ("os.mkfifo(path)", "aiofiles.open(path, 'w')", "file.write('x')"),
    "socket as text": ("", "aiofiles.wrap_file(hold.ours.makefile('r'))", "file.readline()"),
    "socket both ways": ("", "aiofiles.wrap_file(hold.ours.makefile('rwb'))", "file.readline()"),
    "unbuffered socket": ("", "aiofiles.wrap_file(hold.ours.makefile('rwb', buffering=0))", "file.read(10)"),
}
if not PAIRS_TELL:
    del WAITS["socket both ways"]
SAY_END = "asyncio.get_running_loop().call_later(0.1, say, 'end')"
ENDS = {  # what the main coroutine does while another call waits
    "return": "asyncio.ensure_future(wait()); await asyncio.sleep(0.1)",
    "exit": "asyncio.ensure_future(wait()); await asyncio.sleep(0.1); say('end'); sys.exit(3)",
    "timeout": "assert 'Timeout' in repr(await asyncio.gather(asyncio.wait_for(wait(), 0.1), return_exceptions=True))",
    "interrupt": f"{SAY_END}; await wait()",
    "interrupted task": f"task = asyncio.ensure_future(wait()); {SAY_END}; await asyncio.sleep(1000)",
}


@pytest.mark.parametrize("what", WAITS)
def test_the_process_ends(what, tmp_path):
    make, opens, call = WAITS[what]
    with contextlib.ExitStack() as stack:
        children = {}
        for end, source in ENDS.items():
            stdin = subprocess.PIPE
            if what == "terminal":
                master, stdin = pty.openpty()
                stack.callback(os.close, master)
                stack.callback(os.close, stdin)
            program = f"""
                class hold:
                    ours, theirs = socket.socketpair()
                path = {str(tmp_path / end)!r}
                async def wait():
                    {make}
                    async with {opens or "hold.lock"} as file:
                        await {call}
                async def main():
                    hold.lock = asyncio.Lock()
                    {source}
                    say('end')
                asyncio.run(main())
            """
            children[end] = stack.enter_context(Child(program, stdin=stdin))
        for end, child in children.items():
            child.wait_for("end")
            if "interrupt" in end:
                child.process.send_signal(signal.SIGINT)
            child.ends(status=3 if end == "exit" else 0, interrupted="interrupt" in end)


@contextlib.asynccontextmanager
async def piped(*args, **options):
    """Our file at the reading end of a pipe, and an unbuffered one of the builtin at the writing end."""
    reading, writing = os.pipe()
    with open(writing, "wb", 0) as writer:
        async with aiofiles.open(reading, *args, **options) as file:
            yield file, writer


@posix_only
@pytest.mark.parametrize("in_thread", [False, True])
async def test_the_slower_of_two_readers_goes_on_waiting(in_thread, monkeypatch):
    def read_now(*call):  # so that both have tried before there is more
        future = concurrent.futures.Future()
        try:
            future.set_result(call[0](*call[1:]))
        except OSError as error:
            future.set_exception(error)
        return future

    monkeypatch.setattr(aiofiles, "delegate_all", in_thread)  # then a thread reads, as where the kernel cannot tell
    async with piped("rb", buffering=0) as (file, writer):
        os.set_blocking(file.fileno(), False)
        async with aiofiles.open(os.dup(file.fileno()), "rb", buffering=0) as other:
            reads = [asyncio.ensure_future(each.read(10)) for each in (file, other)]
            await turns(5)
            monkeypatch.setattr(aiofiles, "_spawn", read_now)
            got = []
            for sent in b"one", b"two":
                writer.write(sent)
                done, reads = await within(asyncio.wait(reads, return_when=asyncio.FIRST_COMPLETED))
                got += [read.result() for read in done]
                await turns(5)
            assert got == [b"one", b"two"]


@pytest.mark.parametrize("kind", ["pipe", "terminal"])
async def test_lines_of_stdin_come_at_once(kind, monkeypatch):
    plain, other = (of_pipe if kind == "pipe" else of_terminal)("r", -1, "utf-8")
    with plain:
        monkeypatch.setattr(sys, "stdin", plain)
        os.write(other, b"0\n1\n")  # text and bytes are one stream
        assert [await within(aiofiles.stdin_bytes.readline()), await within(aiofiles.stdin.readline())] == [
            b"0\n",
            "1\n",
        ]
        for data, lines in (b"half \xc3", []), (b"\xa4\n3\n", ["half ä\n", "3\n"]):
            os.write(other, data)
            assert [await within(aiofiles.stdin.readline()) for _ in lines] == lines
        if kind == "terminal":  # it goes on after the end of its input
            os.write(other, b"\x04")
            assert await within(collected(aiofiles.stdin)) == []
        os.write(other, b"4\n5\n" + b"\x04" * (kind == "terminal"))
        if kind == "pipe":
            os.close(other)
        assert await within(collected(aiofiles.stdin)) == ["4\n", "5\n"]
        monkeypatch.undo()
    if kind == "terminal":
        os.close(other)


@pytest.mark.parametrize(
    "make, text, data",
    [
        (lambda path: io.StringIO("1\n2\n"), ["1\n", "2\n"], AttributeError),
        (lambda path: None, AttributeError, AttributeError),
        (lambda path: io.TextIOWrapper(io.BytesIO(b"1\n2\n")), ["1\n", "2\n"], b"1\n2\n"),
        (lambda path: builtins.open(path), ["1\n", "2\n"], b"1\n2\n"),
        (lambda path: builtins.open(os.devnull), [], b""),
        (lambda path: builtins.open(feed(b"1\n2\n")), ["1\n", "2\n"], b"1\n2\n"),
        (lambda path: (closed := builtins.open(path), closed.close())[0], ValueError, ValueError),
        (lambda path: (broken := builtins.open(path), os.close(broken.fileno()))[0], OSError, OSError),
    ],
)
async def test_a_replaced_stdin(make, text, data, tmp_path, monkeypatch):
    (tmp_path / "file").write_text("1\n2\n")
    for reads, expected in (lambda: collected(aiofiles.stdin), text), (lambda: aiofiles.stdin_bytes.read(), data):
        monkeypatch.setattr(sys, "stdin", make(tmp_path / "file"))
        got = await outcome(reads)
        assert (got.type if isinstance(got, Error) else got) == expected
        for call in ("readline", "fileno") if type(sys.stdin) is io.StringIO else ():
            with pytest.raises(AttributeError, match=r"StringIO' object has no attribute 'buffer'"):
                await getattr(aiofiles.stdin_bytes, call)()
        with contextlib.suppress(OSError, AttributeError):
            sys.stdin.close()


@pytest.mark.parametrize("stream", ["None", "io.StringIO()"])
def test_import_without_standard_streams(stream):
    """A service, or pythonw.exe, has none, and tests replace them by objects without a buffer."""
    run_python(f"import io; sys.stdin = sys.stdout = {stream}; import aiofiles; assert aiofiles.stdin_bytes")


@pytest.mark.parametrize("mode", ["r", "rb"])
@pytest.mark.parametrize("how", ["open", "wrap_file", "stdin"])
async def test_many_tasks_write_to_stdout_and_others_read_it(how, mode, monkeypatch):
    reading, writing = os.pipe()
    file = await aiofiles.open(reading, mode) if how == "open" else aiofiles.wrap_file(plain := open(reading, mode))
    if how == "stdin":
        monkeypatch.setattr(sys, "stdin", plain if mode == "r" else types.SimpleNamespace(buffer=plain))
        file = aiofiles.stdin if mode == "r" else aiofiles.stdin_bytes

    async def read(number):
        got = []
        async for line in file:
            got.append(int(line))
            if len(got) % 3 == number % 3:
                await asyncio.sleep(0)
        return got

    readers, writers = [asyncio.create_task(read(number)) for number in range(16)], []  # the file is not inspected yet
    with open(writing, "w") as plain_stdout, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", plain_stdout)
        stdout = aiofiles.stdout if mode == "r" else aiofiles.stdout_bytes
        for i in range(3000):
            line = str(i).ljust(i % 300) + "\n"
            writers.append(asyncio.create_task(stdout.write(line if mode == "r" else line.encode())))
            if i % 10 == 0:
                await asyncio.sleep(0)
        await within(asyncio.gather(*writers))
        await within(stdout.flush())
    found = await within(asyncio.gather(*readers))
    assert sorted(sum(found, [])) == list(range(3000)) and all(each == sorted(each) for each in found)
    await file.close()


@pytest.mark.parametrize("mode, buffering", [("r", -1), ("rb", -1), ("rb", 0)])
@pytest.mark.parametrize("way", ["open", "wrap_file", "executor"])
async def test_wait_for_in_a_loop_misses_no_line(mode, buffering, way, pool):
    reading, writing = os.pipe()
    if way == "wrap_file":
        file = aiofiles.wrap_file(open(reading, mode, buffering))
    else:
        file = await aiofiles.open(reading, mode, buffering, executor=pool if way == "executor" else None)
    rnd, got, timeouts = random.Random(5), [], 0
    text = io.BytesIO(b"".join(b"%d\n" % i for i in range(60)))
    while len(got) < 60:
        try:
            got.append(int(await asyncio.wait_for(file.readline(), rnd.choice([0, 0.0001, 0.001, 0.003]))))
        except asyncio.TimeoutError:
            timeouts += 1
            assert timeouts < 20000
            if rnd.random() < 0.5:
                os.write(writing, text.read(rnd.randrange(1, 12)))
    os.close(writing)
    assert got == list(range(60)) and timeouts
    await within(file.close())


@pytest.mark.parametrize("explicit", [False, True])
@pytest.mark.parametrize("kind", ["pipe", "text pipe", "socket", "text socket"])
async def test_what_was_read_ahead_is_not_lost_even_if_the_first_read_is_cancelled(kind, explicit, pool):
    plain, other = STREAMS[kind]()
    os.write(other, b"1\n2\n3\n")
    assert int(plain.readline()) == 1
    file, threads = aiofiles.wrap_file(plain, executor=pool if explicit else None), threading.active_count()
    task = asyncio.create_task(file.readline())
    await turns(3)
    end = time.monotonic() + 20
    while (pool.ran == 0 if explicit else threading.active_count() > threads) and time.monotonic() < end:
        time.sleep(0.001)  # the thread that inspects the file is done before the event loop knows
    task.cancel()
    await asyncio.wait([task])
    os.write(other, b"4\n")
    os.close(other)
    assert [int(line) async for line in file] == ([2, 3, 4] if task.cancelled() else [3, 4])
    await file.close()


@pytest.mark.parametrize("errors", ["strict", "replace", "surrogateescape"])
@pytest.mark.parametrize("newline", [None, "", "\n"])
@pytest.mark.parametrize("first, then", [("x\ny\r", "\nz\n"), ("x\ny\xe9", "z\n"), ("x\ny\r\xe9", "z\n")])
async def test_what_a_decoder_holds_after_a_synchronous_read_is_not_lost(first, then, newline, errors):
    options = {"encoding": "utf-8", "newline": newline, "errors": errors}
    data = (first + then).encode()
    cut = len(first.encode()) - ("\xe9" in first)  # in the middle of a character, or of the end of a line
    reading, writing = os.pipe()
    os.write(writing, data[:cut])
    plain = open(reading, **options)
    assert plain.readline() == "x\n"
    async with aiofiles.wrap_file(plain) as file:
        task = asyncio.create_task(file.readline())
        await turns()
        os.write(writing, data[cut:])
        os.close(writing)
        lines = ["x\n", await within(task), *await within(file.readlines())]
    assert lines == list(io.TextIOWrapper(io.BytesIO(data), **options))


@pytest.mark.parametrize("explicit", [True, False])
@pytest.mark.parametrize("kind", STREAMS)
async def test_a_waiting_read_takes_no_thread_and_can_be_cancelled(kind, explicit, pool):
    loop = asyncio.get_running_loop()
    loop.set_default_executor(pool)
    plain, other = STREAMS[kind]()
    file = aiofiles.wrap_file(plain, executor=pool if explicit else None)

    async def read_in_with():
        async with file:
            await file.readline()

    task = asyncio.create_task(file.readline())
    try:
        await turns()
        assert await within(loop.run_in_executor(None, int)) == 0
        await turns()
        assert not task.done()
        gate = pool.block()
        os.write(other, b"1\n")
        assert int(await within(task)) == 1
        gate.set()
        task = asyncio.create_task(file.readline())
        await turns()
        task.cancel()
        await turns()
        os.write(other, b"2\n")
        await cancelled(task)
        os.write(other, b"3\n4\n")
        assert [int(await within(file.readline())) for _ in range(3)] == [2, 3, 4]
        task = asyncio.create_task(read_in_with())
        await turns()
        await cancelled(task)
        assert plain.closed
    finally:
        with contextlib.suppress(OSError):
            os.write(other, b"x\n")
        os.close(other)


@pytest.mark.parametrize("inspected", [True, False])
@pytest.mark.parametrize("kind", STREAMS)
async def test_a_close_ends_waiting_reads(kind, inspected):
    plain, other = STREAMS[kind]()
    before = descriptors()
    file = aiofiles.wrap_file(plain)
    if inspected:
        os.write(other, b"1\n")
        assert int(await within(file.readline())) == 1
    readers = [asyncio.create_task(file.readline()) for _ in range(3)]
    try:
        await turns()
        await within(file.close())
        for reader in readers:
            with pytest.raises((ValueError, OSError)):
                await within(reader)
    finally:
        with contextlib.suppress(OSError):
            os.write(other, b"1\n2\n3\n")
    with pytest.raises(ValueError):
        await file.readline()
    assert file.closed
    os.close(other)
    assert descriptors() < before


@pytest.mark.parametrize("mode", ["rwb", "rw"])
async def test_a_read_that_waits_does_not_hold_up_a_buffered_write(mode):
    plain, other = of_socket(mode)
    piece = b"question\n" if "b" in mode else "question\n"
    async with aiofiles.wrap_file(plain) as file:
        task = asyncio.create_task(file.readline())
        await turns()
        await within(file.write(piece))
        await within(file.flush())
        assert os.read(other, 100) == b"question\n"
        os.write(other, b"question\n")
        assert await within(task) == piece
    os.close(other)


async def test_a_read_of_a_terminal_is_cancelled_after_the_thread_has_read():
    for delay, count in itertools.product((0, 0, 0.001, 0.01, 0.01), range(1, 6)):
        master, slave = pty.openpty()
        async with aiofiles.open(slave, "rb", buffering=0) as file:
            task = asyncio.create_task(file.read(100))
            await turns()
            os.write(master, b"hello\n")
            await turns(count)
            time.sleep(delay)  # the event loop does not run meanwhile
            task.cancel()
            await asyncio.wait([task], timeout=20)
            assert (await within(file.read(100)) if task.cancelled() else task.result()) == b"hello\n", (delay, count)
        os.close(master)


@pytest.mark.parametrize("mode", ["r", "rb"])
async def test_lines_of_a_stream_do_not_hold_the_loop(mode, monkeypatch):
    set_clock(monkeypatch, Clock(0.00001))
    async with aiofiles.open(feed(b"line\n" * 4000), mode) as file:
        heart = Heart()
        async for _ in file:
            heart.count += 1
        heart.stopped = True
    assert 1 < heart.most < 200


def write_in_thread(data):
    """The descriptor of the reading end of a pipe into which a thread writes *data*, more than fits."""

    def write():
        with contextlib.suppress(BrokenPipeError), builtins.open(writing, "wb") as file:
            file.write(data)

    reading, writing = os.pipe()
    threading.Thread(target=write).start()
    return reading


@pytest.mark.parametrize("mode", ["rb", "r"])
async def test_a_long_line_is_searched_once(mode):
    searched = []
    async with aiofiles.open(write_in_thread(b"x" * 400_000), mode) as file:
        search = types.SimpleNamespace(search=lambda pending, start=0: searched.append(len(pending) - start))
        replace_line_search(file, search)
        assert len(await within(file.readline())) == 400_000
    assert sum(searched) < 3 * 400_000


@pytest.mark.parametrize("mode", ["r", "rb"])
@pytest.mark.parametrize("name", ["read", "readlines", "lines"])
async def test_much_data_of_a_pipe(mode, name):  # it would hang if the time grew with the square of the data
    async with aiofiles.open(write_in_thread((b"x" * 99 + b"\n") * 100_000), mode) as file:
        result = await within(collected(file) if name == "lines" else getattr(file, name)())
    assert len(result) == (10_000_000 if name == "read" else 100_000)


@pytest.mark.parametrize(
    "first, size, then, options",
    [
        (b"a\r", 1, b"x", {}),
        (b"a\r", 1, b"x", {"newline": ""}),
        *([(b"z+AGEAYgBj", 1, b"-", {"encoding": "utf-7"})] if CPYTHON else []),  # PyPy decodes it wrongly
        (b"", 0, b"\xff", {"encoding": "utf-8", "errors": "backslashreplace"}),
    ],
)
async def test_read_counts_the_characters_that_the_decoder_holds(first, size, then, options):
    results = []
    for opens in open_builtin, aiofiles.open:
        reading, writing = os.pipe()
        file = await opens(reading, **options)
        os.write(writing, first)
        results.append(await file.read(size))
        os.write(writing, then)
        results.append(await within(file.read(4 if "errors" in options else 2)))
        os.close(writing)
        await file.close()
    assert results[:2] == results[2:]


@pytest.mark.parametrize("mode", ["r", "rb"])
async def test_a_cancelled_readlines_returns_its_lines_to_the_stream(mode):
    lines = [b"%d\n" % number for number in range(30)]
    async with piped(mode) as (file, writer):
        got = []
        for start in 0, 10, 20:
            writer.write(b"".join(lines[start : start + 10]) + b"half")
            task = asyncio.create_task(file.readlines())
            await until(lambda: not select.select([file.fileno()], [], [], 0)[0])
            await turns()
            await cancelled(task)
            got += [await within(file.readline()) for _ in range(4)]
            got += [await within(file.read(5)), await within(file.read(2))] if start == 0 else []
            writer.write(b"\n")
            got += [await within(file.readline()) for _ in range(7 if start else 4)]
        writer.close()
        got += await within(file.readlines())
    text = b"".join(piece if mode == "rb" else piece.encode() for piece in got)
    assert text == b"".join([*lines[:10], b"half\n", *lines[10:20], b"half\n", *lines[20:], b"half\n"])


async def test_what_a_cancelled_readlines_has_left_is_not_copied_for_each_line():
    lines = [b"%d\n" % number for number in range(1000)]
    async with piped() as (file, writer):
        writer.write(b"".join(lines))
        task = asyncio.create_task(file.readlines())
        await until(lambda: not select.select([file.fileno()], [], [], 0)[0])
        await turns()
        await cancelled(task)
        got = [await within(file.readline())]
        pending = file._strategy.pending
        got += [await within(file.readline()) for _ in range(400)]
        assert file._strategy.pending is pending
        writer.write(b"end\n")
        got += [await within(file.readline()) for _ in range(599)]
        got.append(await within(file.read(4)))
    assert "".join(got).encode() == b"".join([*lines, b"end\n"])


async def test_a_stream_is_shared_by_wrappers_and_event_loops(pool):
    async with piped() as (file, writer):
        writer.write(b"1\n2\n3\n4\n")
        others = [aiofiles.wrap_file(file._file, executor=executor) for executor in (pool, None)]
        assert [await within(each.readline()) for each in [file, *others]] == ["1\n", "2\n", "3\n"]
        loop = asyncio.get_running_loop()
        assert await within(loop.run_in_executor(None, lambda: asyncio.run(file.readline()))) == "4\n"


async def test_reconfigure_and_newlines_of_a_stream():
    async with piped(encoding="utf-8") as (file, writer):
        writer.write(b"x\xc3")
        assert await within(file.read(1)) == "x"
        await file.reconfigure(line_buffering=True)  # which keeps half a character
        writer.write(b"\xa9\n")
        assert await within(file.readline()) == "\xe9\n"
        await file.reconfigure(encoding="latin-1")
        writer.write(b"\xe4\r\n")
        assert await within(file.readline()) == "ä\n"
        await within(file.reconfigure(errors="replace"))
        assert (file.encoding, file.errors) in (("latin-1", "replace"), ("iso8859-1", "replace"))
        writer.write(b"a\r\nb\n")
        writer.close()
        assert await within(file.read()) == "a\nb\n"
        assert file.newlines == ("\n", "\r\n")


async def test_an_inspection_that_waits_does_not_hold_up_other_files():
    asyncio.get_running_loop().set_default_executor(Pool(1))
    reading, writing = os.pipe()
    plain = open(reading)
    reader = threading.Thread(target=plain.readline)
    reader.start()
    first = asyncio.create_task(aiofiles.wrap_file(plain).readline())
    await turns()
    async with aiofiles.open(feed(b"other\n")) as file:
        assert await within(file.readline()) == "other\n"
    await cancelled(first)
    os.write(writing, b"line\n")
    os.close(writing)
    reader.join()
    plain.close()


@pytest.mark.parametrize("mode, buffering", [("rb", None), ("rb", 0), ("r", None)])
async def test_a_connection_that_is_reset(mode, buffering):
    with socket.create_server(("127.0.0.1", 0)) as server:
        ours = socket.create_connection(server.getsockname())
        theirs, _ = server.accept()
    async with aiofiles.wrap_file(ours.makefile(mode, buffering=buffering)) as file:
        task = asyncio.create_task(file.read())
        await turns()
        theirs.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        theirs.close()
        with pytest.raises(ConnectionResetError):
            await within(task)
    ours.close()


@pytest.mark.parametrize("buffering", [-1, 0])
async def test_descriptors_of_streams_stay_blocking_and_do_not_leak(buffering):
    before = descriptors()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        for _ in range(5):
            file = await aiofiles.open(feed(b"x"), "rb", buffering=buffering)
            assert await within(file.read(1)) == b"x"
            del file
        await until(lambda: collect() or descriptors() == before)  # a thread may still hold the file for a moment
    async with piped("rb", buffering) as (file, writer):
        before = descriptors()
        for _ in range(200):
            task = asyncio.create_task(file.readline())
            await turns(2)
            assert os.get_blocking(file.fileno())  # uvloop changes that, for all processes that share it
            await cancelled(task)
        assert descriptors() == before
        writer.write(b"line\n")
        assert await within(file.readline()) == b"line\n"
        assert os.get_blocking(file.fileno())


async def test_an_event_loop_that_cannot_wait_for_descriptors():  # as on Windows
    async def readline():
        """A task of `readline`, once it has started a thread."""
        before = set(threading.enumerate())
        task = asyncio.create_task(file.readline())
        await until(lambda: any(thread.name == "aiofiles" for thread in set(threading.enumerate()) - before))
        return task

    add_reader = mock.Mock(side_effect=NotImplementedError)
    async with piped("rb") as (file, writer):
        with mock.patch.object(type(asyncio.get_running_loop()), "add_reader", add_reader, create=True):
            await cancelled(await readline())
            writer.write(b"one\ntwo\n")
            assert [await within(file.readline()) for _ in range(2)] == [b"one\n", b"two\n"]
            task = await readline()
            await within(file.close())
            with pytest.raises(ValueError, match="closed file"):
                await within(task)


@counted_only
def test_an_event_loop_that_is_closed_while_a_task_waits_for_a_stream():
    reading, writing = os.pipe()
    before, files = descriptors(), []

    async def wait():
        files.append(await aiofiles.open(reading, "rb"))
        asyncio.ensure_future(files[0].readline())
        await turns()

    async def read():
        assert await within(files[0].readline()) == b"line\n"
        await files[0].close()

    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *args: None)  # "Task was destroyed but it is pending!"
    loop.run_until_complete(wait())
    loop.close()
    collect()
    os.write(writing, b"line\n")
    asyncio.run(read())
    os.close(writing)
    assert descriptors() == before - 2


@pytest.mark.parametrize("timeout", [0.05, None])
async def test_sockets_with_a_timeout_or_with_encryption_are_not_taken_over(timeout):
    class Encrypted(socket.socket):
        def recv_into(self, buffer, *args):
            count = super().recv_into(buffer, *args)
            buffer[:count] = bytes(buffer[:count]).upper()
            return count

    ours, theirs = socket.socketpair()
    with Encrypted(fileno=ours.detach()) if timeout is None else ours as ours, theirs:
        ours.settimeout(timeout)
        async with aiofiles.wrap_file(ours.makefile("rb")) as file:
            if timeout is None:
                theirs.send(b"line\n")
                assert await within(file.readline()) == b"LINE\n"
            else:
                with pytest.raises(socket.timeout):
                    await within(file.readline())


@pytest.mark.skipif(not LINUX, reason="only epoll tells whether a descriptor can be waited for")
async def test_duplex_objects_of_a_user_have_one_line_of_reads(monkeypatch):
    """Also if two first calls find that nothing is known about them."""

    class Serial(io.FileIO):
        pass

    monkeypatch.setattr(aiofiles, "_inspect", mock.Mock(wraps=aiofiles._inspect))
    ours, theirs = socket.socketpair()
    with ours, theirs:
        file = aiofiles.wrap_file(Serial(ours.fileno(), "r+b", closefd=False))
        first = asyncio.ensure_future(file.read(1))
        assert await within(file.write(b"x")) == 1
        second = asyncio.ensure_future(file.read(1))
        await turns(5)
        theirs.send(b"ab")
        assert (await within(first), await within(second)) == (b"a", b"b")
        await within(file.close())
    assert aiofiles._inspect.call_count == 1


async def test_opening_a_fifo_without_a_writer_can_be_cancelled(tmp_path):
    loop, path = asyncio.get_running_loop(), tmp_path / "fifo"
    loop.set_default_executor(Pool(1))
    os.mkfifo(path)
    before = descriptors()

    def open_other_end():
        try:
            os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # no reader waits any more
            return True

    with nothing_left_behind():
        tasks = [asyncio.create_task(aiofiles.open(path, mode)) for mode in ("r", "rb")]
        await asyncio.wait(tasks, timeout=0.1)
        assert not any(task.done() for task in tasks)
        assert await within(loop.run_in_executor(None, int)) == 0
        for task in tasks:
            await cancelled(task)
        await until(open_other_end)  # the cancelled opens end, and their files are closed
        await until(lambda: descriptors() <= before)


@pytest.mark.parametrize("opener", [None, os.open])
async def test_a_fifo_that_is_opened_at_both_ends(opener, tmp_path):
    asyncio.get_running_loop().set_default_executor(Pool(1))
    os.mkfifo(tmp_path / "fifo")

    async def read():
        async with aiofiles.open(tmp_path / "fifo", opener=opener) as file:
            return await file.readlines()

    task = asyncio.create_task(read())
    await turns()
    assert await within(aiofiles.os.path.exists(tmp_path))
    async with aiofiles.open(tmp_path / "fifo", "w") as file:
        await file.write("1\n2\n")
    assert await within(task) == ["1\n", "2\n"]


@pytest.mark.parametrize("newline", [None, "", "\n", "\r", "\r\n"])
@pytest.mark.parametrize(
    "way", ["byte by byte", *([] if PYPY else ["wrap_file"])]
)  # a file of PyPy does not show its newline
async def test_newlines_of_a_pipe(newline, way):
    data = b"a\nb\r\n\xc3\xa4\rd\r\r\n\n\re"
    options = {"newline": newline, "encoding": "utf-8"}
    reading, writing = os.pipe()
    plain = open(reading, **options, closefd=way == "wrap_file")
    async with aiofiles.wrap_file(plain) if way == "wrap_file" else aiofiles.open(reading, **options) as file:
        task = asyncio.create_task(file.readlines())
        for piece in [bytes([byte]) for byte in data] if way == "byte by byte" else [data]:
            os.write(writing, piece)
            await until(lambda: not select.select([reading], [], [], 0)[0])
        os.close(writing)
        assert await within(task) == list(io.TextIOWrapper(io.BytesIO(data), **options))


@pytest.mark.parametrize("encoding, data", [("euc_kr", b"\xa4\xd4\n\nx"), ("iso2022_jp", b"\x1b(\n\nx\n")])
async def test_lines_when_an_error_of_decoding_includes_the_end_of_a_line(tmp_path, encoding, data):
    path = tmp_path / "file"
    path.write_bytes(data)
    with open(path, encoding=encoding, errors="backslashreplace") as plain:
        expected = list(plain)
    async with aiofiles.open(path, encoding=encoding, errors="backslashreplace") as file:
        assert [line async for line in file] == expected


@pytest.mark.parametrize("how", [("r",), ("rb",), ("rb", 0)])
async def test_reads_of_a_closed_pipe_fail_as_those_of_the_builtin(how):
    reading, writing = os.pipe()
    os.close(writing)
    with open(reading, *how, closefd=False) as plain:
        pass
    file = await aiofiles.open(reading, *how)
    await file.close()
    for name in ["read", "readline", "readlines", "read1", "readinto", "readinto1", "peek", "readall"]:
        args = [bytearray(1)] if "into" in name else []
        if hasattr(plain, name):
            with pytest.raises(ValueError) as expected:
                getattr(plain, name)(*args)
            with pytest.raises(ValueError) as raised:
                await getattr(file, name)(*args)
            assert str(raised.value) == str(expected.value)


async def test_newlines_of_a_wrapped_file(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(b"a\n" * 3)
    with open(path) as plain:
        plain.readline()
        seen = plain.newlines
        async with aiofiles.wrap_file(plain) as file:
            assert await file.readline() == "a\n"
            assert file.newlines == seen


def program_of_a_pipe(seed, text):
    """The data of a pipe, the options with which it is opened, and 60 reads."""
    rnd = random.Random(seed)
    pieces = ["a", "bc", "\n", "\r\n", "\r", "ä", "€", "\U0001f600", "x" * 50, "\n", "line\n", "y" * 3000]
    data = "".join(rnd.choice(pieces) for _ in range(rnd.randrange(200)))[:15000]
    names = ["read", "read", "readline", "readline", "for", "readlines"]
    if text:
        encoding = rnd.choice(["utf-8", "utf-8", "latin-1", "utf-16", "ascii"])
        errors = rnd.choice(["strict", "replace", "ignore"]) if encoding == "utf-8" else "replace"
        options = {"newline": rnd.choice([None, "", "\n", "\r", "\r\n"]), "encoding": encoding, "errors": errors}
        halves = [b"\xc3", b"\xff\xc3"] if errors != "strict" else []  # of characters, or of the end of a line
        data = data.encode(encoding, "replace") + rnd.choice([b"", b"", b"\r", *halves])
    else:
        options = {"mode": "rb", "buffering": rnd.choice([-1, -1, 0, 100])}
        data = data.encode()[: None if options["buffering"] else rnd.choice([500, 2000])]  # unbuffered lines are slow
        names += ["readinto", "readinto", "read1", "readinto1", "peek"] if options["buffering"] else ["readinto"]
    operations = []
    for _ in range(60):
        name, size = rnd.choice(names), rnd.choice([-1, None, 0, 1, 2, 3, 7, 100, 5000, 10000])
        if name == "for":
            operations.append((name, 1, False))
        elif name.startswith("readinto"):
            operations.append((name, max(size or 0, 0)))
        else:
            args = (10,) if size in (-1, None) and name in ("read", "readlines") and rnd.random() < 0.8 else (size,)
            operations.append(("call", name, args if args != (None,) or name in ("read", "readlines") else ()))
    if options.get("buffering") == 0 and rnd.random() < 0.5:
        operations.insert(rnd.randrange(60), ("call", "readall", ()))
    return data, options, operations


@pytest.mark.parametrize("text", [True, False], ids=["text", "binary"])
async def test_random_programs_on_a_pipe(text, tmp_path):  # it gives what the builtin's file with the same data gives
    async def run(seed):
        data, options, operations = program_of_a_pipe(seed, text)
        (tmp_path / "file").write_bytes(data)
        with open(tmp_path / "file", **options) as plain:
            async with aiofiles.open(feed(data), **options) as file:
                for operation in [*operations, ("call", "read", ())]:
                    expected, got, same = await run_both(plain, file, operation)
                    assert same, (seed, operation, expected, got)

    for seed in range(SEED, SEED + 30):
        await within(run(seed))


@pytest.mark.parametrize(
    "buffering, calls, rest",  # for each call its method, arguments and result; and what is left in the pipe
    [
        (-1, [("peek", 1, b"a\nbcd"), ("read1", 2, b"a\n"), ("peek", b"bcd"), ("read1", 100, b"bcd")], b""),
        (0, [("read", 3, b"a\nb"), ("read", 100, b"cd")], b""),
        (0, [("readinto", bytearray(100), 5)], b""),
        (0, [("readinto", bytearray(4), 4)], b"d"),
        (0, [("readline", b"a\n")], b"bcd"),
    ],
)
async def test_reads_return_what_is_there_and_take_no_more(buffering, calls, rest):
    async with piped("rb", buffering) as (file, writer):
        writer.write(b"a\nbcd")
        for name, *args, expected in calls:
            assert await within(getattr(file, name)(*args)) == expected
        assert name != "readinto" or args[0][:4] == b"a\nbc"
        writer.write(b".")
        assert os.read(file.fileno(), 100) == rest + b"."
        writer.close()
        assert await within(file.read()) == b""


@pytest.mark.parametrize("mode, buffering", [("r", -1), ("rb", -1), ("rb", 0)])
async def test_wrong_arguments_of_a_stream_take_nothing(mode, buffering):
    calls = [("read", (1, 2), {}), ("read", ("x",), {}), ("readline", (1, 2), {}), ("readlines", ("x",), {})]
    calls += [("readinto", (), {}), ("readinto", (b"const",), {}), ("readinto1", (), {})]
    calls += [(name, (), {"unknown": 1}) for name in ("read", "readline", "readlines")]
    with open(feed(b"line\n"), mode, buffering) as plain:
        async with aiofiles.open(feed(b"line\n"), mode, buffering) as file:
            for name, args, kwargs in calls:
                expected = await outcome(lambda: getattr(plain, name)(*args, **kwargs))
                got = await within(outcome(lambda: getattr(file, name)(*args, **kwargs)))
                assert got == expected or got.type is expected.type, (name, args, kwargs)
            assert await within(file.readline()) == plain.readline()


# ---------------------------------------------------------------------------------------------------------------------
# 10. The file functions of the standard library, all of them
#
# First what holds for every function: what there is, how it looks, where it runs.  Then what iterates, paths, temporary
# files, and files of other kinds.
# ---------------------------------------------------------------------------------------------------------------------

NAMESPACES = ["os", "os.path", "tempfile", "shutil", "glob", "pathlib"]
ITERATING = {"os": {"scandir", "walk", "fwalk"}, "glob": {"iglob"}}
BLOCKING = {
    "os": """
        access chdir chflags chmod chown chroot close closerange copy_file_range dup dup2 fchdir fchmod fchown fdatasync
        fpathconf fstat fstatvfs fsync ftruncate getcwd getcwdb getxattr isatty lchflags lchmod lchown link listdir
        listdrives listmounts listvolumes listxattr lockf lseek lstat makedirs mkdir mkfifo mknod open pathconf
        posix_fadvise posix_fallocate pread preadv pwrite pwritev read readlink readv remove removedirs removexattr
        rename renames replace rmdir sendfile setxattr splice startfile stat statvfs statx symlink sync system
        truncate ttyname unlink urandom getrandom utime wait wait3 wait4 waitid waitpid write writev popen posix_spawn
        posix_spawnp spawnl spawnv getlogin initgroups fdopen
        """,
    "os.path": """
        abspath exists expanduser getatime getctime getmtime getsize isdir isfile isjunction islink ismount lexists
        realpath relpath samefile sameopenfile isdevdrive
        """,
    "tempfile": "gettempdir gettempdirb mkdtemp mkstemp mktemp",
    "shutil": """
        chown copy copy2 copyfile copyfileobj copymode copystat copytree disk_usage make_archive move rmtree
        unpack_archive which
        """,
    "glob": "glob glob0 glob1",
    "pathlib": "",
}
COMPUTING = {
    "os": """
        WEXITSTATUS cpu_count fsdecode fsencode fspath get_exec_path getenv geteuid getpid getuid major makedev minor
        putenv strerror umask unsetenv
        """,
    "os.path": """
        basename commonpath commonprefix dirname expandvars isabs join normcase normpath split splitdrive splitext
        splitroot samestat
        """,
    "tempfile": "gettempprefix gettempprefixb",
    "shutil": "get_archive_formats get_terminal_size get_unpack_formats ignore_patterns register_archive_format",
    "glob": "escape has_magic translate",
    "pathlib": "",
}


def spaces(name):
    """The namespace of aiofiles, and the module of the standard library."""
    space = functools.reduce(getattr, name.split("."), aiofiles)
    return space, importlib.import_module(name)


def public(thing):
    """The public names of a module or class."""
    return [name for name in dir(thing) if not name.startswith("_")]


def signature_of(function):
    """The signature, or None where Python knows none."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def test_a_namespace_waits_for_a_thread_that_is_importing_its_module():
    code = """
        import importlib.util, threading
        import aiofiles
        began, go = threading.Event(), threading.Event()
        class Slow:  # finds and loads `glob`
            def find_spec(self, name, path, target=None):
                return importlib.util.spec_from_loader(name, self) if name == "glob" else None
            def create_module(self, spec): return None
            def exec_module(self, module):
                began.set()
                assert go.wait(30)
                module.escape = str
        sys.modules.pop("glob", None)
        sys.meta_path.insert(0, Slow())
        found = []
        def use(): found.append(aiofiles.glob.escape)
        threads = [threading.Thread(target=use, daemon=True) for _ in range(2)]
        threads[0].start()
        assert began.wait(30)
        threads[1].start()
        threads[1].join(0.2)  # without waiting for the first thread it would end at once
        go.set()
        for thread in threads: thread.join()
        assert found == [str, str]
    """
    run_python(code)


@pytest.mark.parametrize("module", NAMESPACES)
def test_a_namespace_has_all_names_of_its_module_which_look_the_same(module):
    space, source = spaces(module)
    wrong = []
    for name in public(source):
        ours, theirs = getattr(space, name, None), getattr(source, name)
        if (module, name) == ("os", "path"):
            theirs = aiofiles.ospath
        if ours is theirs:
            continue
        if (module, name) == ("pathlib", "Path"):
            assert isinstance(ours, type)
            continue
        temporary = module == "tempfile" and name in TEMPORARY
        iterates = name in ITERATING.get(module, ())
        if not (inspect.isfunction if iterates or temporary else inspect.iscoroutinefunction)(ours):
            wrong.append((name, ours))
            continue
        default = getattr(theirs, "__name__", name)
        expected = default, getattr(theirs, "__qualname__", default), theirs.__doc__, signature_of(theirs)
        signature = signature_of(ours)
        if temporary:
            parameters = [each for each in signature.parameters.values() if each.name not in ("loop", "executor")]
            signature = signature.replace(parameters=parameters)
        looks = ours.__name__, ours.__qualname__, ours.__doc__, signature if expected[3] is not None else None
        if looks != expected or ours.__module__.partition(".")[0] != "aiofiles":  # pyfakefs replaces those of `os`
            wrong.append((name, looks, expected))
    assert wrong == []


@pytest.mark.parametrize("module", NAMESPACES)
def test_blocking_functions_are_coroutine_functions_and_others_are_not(module):
    space, source = spaces(module)
    blocking, computing = BLOCKING[module].split(), COMPUTING[module].split()
    assert [name for name in blocking if hasattr(space, name) is not hasattr(source, name)] == []
    there = [name for name in blocking if hasattr(source, name)]
    assert [name for name in there if not inspect.iscoroutinefunction(getattr(space, name))] == []
    there = [name for name in computing if hasattr(source, name)]
    assert [name for name in there if getattr(space, name) is not getattr(source, name)] == []


@pytest.mark.parametrize("module", NAMESPACES)
def test_dir_and_all_of_a_namespace(module):
    space, source = spaces(module)
    names = set(getattr(source, "__all__", ()))
    assert set(public(source)) <= set(dir(space)) and dir(space) == sorted(set(dir(space)))
    assert all(hasattr(space, name) for name in space.__all__)
    assert names - set(space.__all__) <= {"open"}  # a star import must not hide the builtin
    assert not any(name.startswith("_") for name in set(space.__all__) - names)
    assert isinstance(space, types.ModuleType) and sys.modules[f"aiofiles.{module}"] is space
    assert space.__name__ == ("aiofiles.ospath" if module == "os.path" else f"aiofiles.{module}")
    assert space.__doc__ and not hasattr(space, "__path__")


async def test_a_function_that_a_newer_python_adds_is_delegated():
    def brand_new(a, *, b=2):
        """As new as can be."""
        return threading.current_thread(), a + b

    for module in NAMESPACES:
        space, source = spaces(module)
        with mock.patch.object(source, "brand_new", brand_new, create=True):
            thread, result = await space.brand_new(1, b=3)
            assert thread is not threading.current_thread() and result == 4
            assert space.brand_new.__doc__ == "As new as can be."
            assert str(inspect.signature(space.brand_new)) == "(a, *, b=2)"
            del space.brand_new


WALKED = [("/a", ["b"], ["c"]), ("/a/b", [], ["f"])]
PATCHES = [  # what is patched, the arguments of `mock.patch`, a call, and its result
    ("os.path.exists", {"return_value": "patched"}, lambda: aiofiles.os.path.exists("nowhere"), "patched"),
    ("os.path", {"new": types.SimpleNamespace(exists=str.upper)}, lambda: aiofiles.os.path.exists("no"), "NO"),
    ("glob.glob", {"return_value": ["patched"]}, lambda: aiofiles.glob.glob("*"), ["patched"]),
    ("glob.iglob", {"side_effect": iter}, lambda: collected(aiofiles.glob.iglob("ab")), ["a", "b"]),
    ("os.walk", {"return_value": WALKED}, lambda: collected(aiofiles.os.walk("/a", topdown=False)), WALKED),
    ("os.walk", {"return_value": WALKED}, lambda: collected(aiofiles.os.walk("/a")), WALKED),
    ("os.walk", {"side_effect": lambda *args: iter(WALKED)}, lambda: collected(aiofiles.os.walk("/a")), WALKED),
    ("pathlib.Path.exists", {"return_value": "patched"}, lambda: aiofiles.Path("nowhere").exists(), "patched"),
    ("os.path.join", {"return_value": "patched"}, lambda: aiofiles.os.path.join("a", "b"), "patched"),
]


async def test_names_are_looked_up_at_each_call(monkeypatch, tmp_path):
    path = aiofiles.Path(tmp_path)
    for target, options, call, expected in PATCHES:
        before = await outcome(call)
        with mock.patch(target, **options):
            assert await awaited(call()) == expected, target
        assert await outcome(call) == before != expected, target
    stat, getsize, rmtree = aiofiles.os.stat, aiofiles.os.path.getsize, aiofiles.shutil.rmtree
    with mock.patch("os.stat", return_value=types.SimpleNamespace(st_size=7)) as patched:
        assert (await stat("nowhere", follow_symlinks=False)).st_size == 7
        patched.assert_called_once_with("nowhere", follow_symlinks=False)
        assert await getsize("nowhere") == 7
    with mock.patch("shutil.rmtree") as patched:
        await rmtree("nowhere", ignore_errors=True)
        patched.assert_called_once_with("nowhere", ignore_errors=True)
    assert aiofiles.os.environ is os.environ and aiofiles.os.sep is os.sep
    for value in "one", "two":
        monkeypatch.setattr(tempfile, "tempdir", value)
        assert aiofiles.tempfile.tempdir == value
    temporary_file = aiofiles.tempfile.TemporaryFile
    monkeypatch.delitem(vars(aiofiles.tempfile), "TemporaryFile")
    with mock.patch("tempfile.TemporaryFile", side_effect=KeyError("patched")):
        for function in aiofiles.tempfile.TemporaryFile, temporary_file:  # the first is made now
            with pytest.raises(KeyError, match="patched"):
                await function()
    with mock.patch("aiofiles.Path"):
        assert await path.exists() and await collected(path.iterdir()) == []


@pytest.mark.parametrize("autospec", [None, True])
async def test_a_function_that_is_first_used_while_it_is_patched_is_itself_later(autospec, monkeypatch):
    monkeypatch.delitem(vars(aiofiles.os), "truncate", raising=False)
    with mock.patch("os.truncate", autospec=autospec, return_value=7):
        assert await aiofiles.os.truncate("nowhere", 1) == 7
    function = aiofiles.os.truncate
    assert (function.__name__, function.__doc__) == ("truncate", os.truncate.__doc__)
    assert function is aiofiles.os.truncate and function.__wrapped__ is os.truncate


async def test_functions_make_one_call_in_an_executor(tmp_path, pool):
    loop, top, path = asyncio.get_running_loop(), str(tmp_path), aiofiles.Path(tmp_path, "file")
    calls = [
        (lambda: aiofiles.os.path.isdir(top, executor=pool), True),
        (lambda: aiofiles.os.listdir(top, loop=loop, executor=pool), []),
        (lambda: aiofiles.shutil.which("nonsense-of-mine", loop=loop, executor=pool), None),
        (lambda: aiofiles.os.wrap(lambda a, b: (a, b))(1, b=2, loop=loop, executor=pool), (1, 2)),
        (lambda: collected(aiofiles.glob.iglob(os.path.join(top, "*"), executor=pool)), []),
        (lambda: collected(aiofiles.os.scandir(top, executor=pool)), []),
        (lambda: path.write_text("text", executor=pool), 4), (lambda: path.read_text(executor=pool), "text"),
        (lambda: path.write_bytes(b"bytes", executor=pool), 5), (lambda: path.read_bytes(executor=pool), b"bytes"),
        (lambda: path.exists(executor=pool), True), (lambda: path.resolve(executor=pool), pathlib.Path(path).resolve()),
        (lambda: aiofiles.Path.cwd(executor=pool), pathlib.Path.cwd()),
    ]  # fmt: skip
    for number, (call, expected) in enumerate(calls, 1):
        assert await call() == expected
        assert pool.submitted == number
    with await aiofiles.os.scandir(top, loop=loop, executor=pool) as entries:
        assert [entry.name for entry in entries] == ["file"]
    file = await path.open(executor=pool)
    assert pool.submitted == len(calls) + 2
    await file.close()
    assert await aiofiles.os.path.exists(top, loop=loop) is True
    assert await aiofiles.os.wrap(threading.current_thread)() is not threading.current_thread()


async def test_wrap_any_function():
    def documented(a, b=2):
        """What it does."""
        return a * b

    for wrap in aiofiles.os.wrap, aiofiles.ospath.wrap, aiofiles.base.wrap:
        wrapped = wrap(documented)
        assert inspect.iscoroutinefunction(wrapped)
        assert (wrapped.__name__, wrapped.__doc__) == ("documented", "What it does.")
        assert wrapped.__qualname__ == documented.__qualname__
        assert inspect.signature(wrapped) == inspect.signature(documented)
        assert await wrapped(2, b=4) == 8
        assert wrap.__name__ == "wrap"


async def test_stop_iteration_becomes_a_runtime_error(slow):
    slow.let_all()
    file = aiofiles.wrap_file(slow)
    for call in file.stop, lambda: aiofiles.os.wrap(next)(iter(())):
        with pytest.raises(RuntimeError, match="StopIteration") as caught:
            await within(call())
        assert isinstance(caught.value.__cause__, StopIteration)
    assert await within(file.write("on")) == 2


async def test_context_variables_reach_the_thread(tmp_path):
    variable, seen = contextvars.ContextVar("variable"), []
    variable.set("here")

    def opener(path, flags):
        seen.append((variable.get(), threading.current_thread() is threading.main_thread()))
        return os.open(path, flags)

    async with aiofiles.open(tmp_path / "file", "w", opener=opener):
        pass
    assert seen == [("here", False)]
    assert await aiofiles.os.wrap(variable.get)() == "here"
    await aiofiles.os.wrap(variable.set)("other")
    assert variable.get() == "here"

    async def read(value):
        variable.set(value)
        return await file.read()

    file = aiofiles.wrap_file(types.SimpleNamespace(read=variable.get, write=None))
    assert await within(asyncio.gather(*[read(i) for i in range(20)])) == list(range(20))
    assert await file.read() == "here"


async def test_functions_go_to_processes_and_files_and_iterators_do_not(with_input, monkeypatch):
    import multiprocessing

    def makers():
        yield lambda: aiofiles.open(path, executor=processes)
        for name in TEMPORARY:
            yield lambda: getattr(aiofiles.tempfile, name)(dir=str(with_input), executor=processes)
        for make in [*MAKE_ITERATOR.values(), aiofiles.os.walk]:
            yield lambda: make(with_input, executor=processes)

    async def enter(make):
        async with make() as made:
            await next_of(made)

    path = str(with_input / "input.txt")
    method = "forkserver" if "forkserver" in multiprocessing.get_all_start_methods() else "spawn"
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context(method)) as processes:
        assert (await within(aiofiles.os.stat(path, executor=processes))).st_size == 8
        assert await within(aiofiles.os.path.exists(path, executor=processes))
        assert await within(aiofiles.os.listdir(str(with_input), executor=processes)) == ["input.txt"]
        with pytest.raises(FileNotFoundError) as caught:
            await within(aiofiles.os.stat(path + "2", executor=processes))
        assert caught.value.filename == path + "2"
        with pytest.raises(RuntimeError, match="StopIteration"):
            await within(aiofiles.os.wrap(next)(iter([]), executor=processes))
        monkeypatch.setattr(processes, "submit", None)  # an attempt to submit would raise another TypeError
        before = descriptors()
        for make in makers():
            with pytest.raises(TypeError, match="process"):
                await within(enter(make))
        with open(path) as file, pytest.raises(TypeError, match="process"):
            aiofiles.wrap_file(file, executor=processes)
        assert os.listdir(with_input) == ["input.txt"] and descriptors() == before


@pytest.mark.parametrize(
    "module, name, arguments",
    [
        ("os", "stat", ("nowhere",)), ("os", "stat", ("a\0b",)), ("os", "stat", (None, 3, 4, 5)), ("os", "stat", (1.5,)),
        ("os", "stat", ()), ("os", "listdir", (os.devnull,)), ("os", "mkdir", (os.curdir,)), ("os", "close", (-1,)),
        ("os", "rename", ("nowhere", "somewhere")), ("os", "read", (-1, 4)), ("os", "unlink", (os.curdir,)),
        ("os", "open", ("nowhere", os.O_RDONLY)), ("os", "truncate", ("nowhere", "x")), ("os.path", "exists", (None,)),
        ("os.path", "getsize", ("nowhere",)), ("os.path", "samefile", ("nowhere", "there")), ("os.path", "relpath", ("",)),
        ("shutil", "copy", ("nowhere", "somewhere")), ("shutil", "rmtree", ("nowhere",)), ("glob", "glob", (3,)),
        ("shutil", "unpack_archive", ("nowhere", ".", "nonsense")), ("shutil", "disk_usage", ("nowhere",)),
        ("tempfile", "mkstemp", (b"a", "b")),
    ],
)  # fmt: skip
async def test_errors_are_those_of_the_function(tmp_path, monkeypatch, module, name, arguments):
    monkeypatch.chdir(tmp_path)
    space, source = spaces(module)
    assert await outcome(getattr(space, name), *arguments) == await outcome(getattr(source, name), *arguments)


# ---- What iterates --------------------------------------------------------------------------------------------------

MANY = 3000
MAKE_ITERATOR = {
    "scandir": lambda top, **keywords: aiofiles.os.scandir(str(top), **keywords),
    "iglob": lambda top, **keywords: aiofiles.glob.iglob(os.path.join(glob.escape(str(top)), "*"), **keywords),
    "iterdir": lambda top, **keywords: aiofiles.Path(top).iterdir(**keywords),
    "glob": lambda top, **keywords: aiofiles.Path(top).glob("*", **keywords),
    "rglob": lambda top, **keywords: aiofiles.Path(top).rglob("*.txt", **keywords),
}


@pytest.fixture(scope="module")
def many_files(tmp_path_factory):
    """A folder with many files."""
    top = tmp_path_factory.mktemp("many")
    for number in range(MANY):
        os.close(os.open(f"{top}/{number}.txt", os.O_CREAT))
    return top


def names_of(entries):
    """The sorted names of entries, paths or strings."""
    return sorted(getattr(entry, "name", None) or os.path.basename(entry) for entry in entries)


async def iterated(iterator):
    """The items of an iterator, asynchronous or not."""
    if hasattr(iterator, "__aiter__"):
        async for each in iterator:
            yield each
    else:
        for each in iterator:
            yield each


async def test_a_thread_lists_many_directories(tmp_path, pool):
    for number in range(600):
        os.mkdir(str(tmp_path / str(number)))
    for topdown in (True, False):
        before = pool.submitted
        assert len(await collected(aiofiles.os.walk(str(tmp_path), topdown, executor=pool))) == 601
        assert pool.submitted - before <= 60


@pytest.mark.parametrize("kind", [*MAKE_ITERATOR, "walk", "fwalk"])
async def test_an_iterator_that_is_not_exhausted_leaves_no_directory_open(many_files, kind):
    if kind == "fwalk" and not hasattr(os, "fwalk"):
        pytest.skip("no fwalk")
    make = MAKE_ITERATOR.get(kind) or (lambda top: getattr(aiofiles.os, kind)(str(top)))
    with nothing_left_behind(many_files):
        async for _ in make(many_files):
            break
        iterator = make(many_files)
        await iterator.__anext__()
        await iterator.aclose()
        with pytest.raises(StopAsyncIteration):
            await iterator.__anext__()
        await iterator.aclose()
        with pytest.raises(KeyError):
            async with make(many_files) as iterator:
                async for _ in iterator:
                    raise KeyError
        make(many_files)  # never started
        async with make(many_files):
            pass


@pytest.mark.skipif(not CPYTHON or bool(sysconfig.get_config_var("Py_GIL_DISABLED")), reason="freed later")
@pytest.mark.parametrize("kind", MAKE_ITERATOR)
async def test_an_exhausted_iterator_is_freed_without_the_garbage_collector(many_files, kind):
    gc.disable()
    try:
        iterator = MAKE_ITERATOR[kind](many_files)
        async for _ in iterator:
            pass
        reference = weakref.ref(iterator)
        del iterator
        assert reference() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("kind", MAKE_ITERATOR)
async def test_a_cancelled_iteration_goes_on_and_loses_nothing(many_files, kind, pool):
    iterator, seen = MAKE_ITERATOR[kind](many_files, executor=pool), []
    for _ in range(3):
        gate = pool.block()
        while True:  # first what was fetched, then a call in a thread
            task = asyncio.create_task(next_of(iterator))
            await turns(3)
            if not task.done():
                break
            seen.append(task.result())
        await cancelled(task)
        gate.set()
        for _ in range(20):
            seen.append(await within(next_of(iterator)))
    seen += await within(collected(iterator))
    assert names_of(seen) == sorted(os.listdir(many_files))


@pytest.mark.parametrize("kind", MAKE_ITERATOR)
async def test_tasks_share_an_iterator_of_which_a_thread_fetches_many_entries(many_files, kind, pool):
    iterator = MAKE_ITERATOR[kind](many_files, executor=pool)

    async def work():
        found = []
        async for entry in iterator:
            found.append(entry)
            await asyncio.sleep(0)
        return found

    parts = await asyncio.gather(*(work() for _ in range(5)))
    assert names_of(sum(parts, [])) == sorted(os.listdir(many_files))
    assert sum(map(bool, parts)) > 1
    assert pool.submitted <= MANY // 20


async def test_an_error_comes_after_the_entries_before_it():
    def failing(*args, **kwargs):
        yield from map(str, range(40))
        raise PermissionError("in the middle")

    with mock.patch("glob.iglob", failing):
        iterator, seen = aiofiles.glob.iglob("*"), []
        with pytest.raises(PermissionError, match="in the middle"):
            async for each in iterator:
                seen.append(each)
        assert seen == [str(number) for number in range(40)]
        with pytest.raises(StopAsyncIteration):
            await next_of(iterator)
    with mock.patch("glob.iglob", side_effect=ValueError("at once")):
        with pytest.raises(ValueError, match="at once"):
            await collected(aiofiles.glob.iglob("*"))


async def test_scandir_is_iterated_entered_and_awaited(tmp_path, monkeypatch):
    plant(tmp_path, dict.fromkeys("abc", ""))
    top = str(tmp_path)
    monkeypatch.chdir(tmp_path)
    with nothing_left_behind(tmp_path):
        for args, kwargs in ((top,), {}), ((), {"path": top}), ((), {}), ((os.fsencode(top),), {}):
            expected = sorted((entry.name, entry.path) for entry in os.scandir(*args, **kwargs))
            ours = [(entry.name, entry.path) async for entry in aiofiles.os.scandir(*args, **kwargs)]
            assert sorted(ours) == expected
            async with aiofiles.os.scandir(*args, **kwargs) as entries:
                assert sorted([(entry.name, entry.path) async for entry in entries]) == expected
        async with aiofiles.os.scandir(top) as entries:
            async for entry in entries:
                break
        plain, other = await asyncio.gather(aiofiles.os.scandir(top), aiofiles.os.scandir(top))
        assert sorted(entry.name for entry in plain) == ["a", "b", "c"]
        other.close()
        with os.scandir(top) as expected:
            assert type(plain) is type(expected)
        with await asyncio.create_task(aiofiles.os.scandir(top)) as plain:
            assert isinstance(next(plain), os.DirEntry)
        with await asyncio.wait_for(aiofiles.os.scandir(top), 60) as plain:
            assert len(list(plain)) == 3
        if os.scandir in os.supports_fd:
            fd = os.open(top, os.O_RDONLY)
            found = sorted([(entry.name, entry.path) async for entry in aiofiles.os.scandir(fd)])
            assert found == [(name, name) for name in "abc"]
            os.close(fd)


@pytest.mark.parametrize("path", ["nowhere", "a\0b", 1.5, os.devnull])
async def test_errors_of_scandir(path):
    expected = await outcome(os.scandir, path)
    assert isinstance(expected, Error)
    assert await outcome(collected, aiofiles.os.scandir(path)) == expected
    assert await outcome(aiofiles.os.scandir, path) == expected
    assert await outcome(aiofiles.os.scandir(path).__aenter__) == expected


@posix_only
async def test_entries_answer_as_those_of_os_scandir(tmp_path):
    links = {"to-dir": ("directory",), "to-file": ("file",), "broken": ("nowhere",), "loop": ("loop",)}
    top = plant(tmp_path, {"directory": {"below": ""}, "file": "four", **links})
    os.mkfifo(os.path.join(top, "fifo"))
    theirs = {entry.name: entry for entry in os.scandir(top)}
    follows = [{}, {"follow_symlinks": True}, {"follow_symlinks": False}]
    async for entry in aiofiles.os.scandir(top):
        their = theirs.pop(entry.name)
        assert (entry.path, os.fspath(entry)) == (their.path, os.fspath(their))
        assert entry.name in repr(entry)
        questions = [("is_symlink", {}), ("inode", {}), *[("is_junction", {})] * hasattr(their, "is_junction")]
        questions += [(name, keywords) for name in ("is_dir", "is_file", "stat") for keywords in follows]
        for name, keywords in questions:
            expected = await outcome(getattr(their, name), **keywords)
            assert await outcome(getattr(entry, name), **keywords) == expected, (entry, name, keywords)
    assert theirs == {}


async def test_entries_ask_the_disk_only_for_what_the_directory_does_not_say(tmp_path, pool):
    links = {"link": ("file",), "other": ("directory",), "broken": ("target",)} if POSIX else {}
    top = plant(tmp_path, {"directory": {}, "file": "", **links})
    entries = {entry.name: entry for entry in await collected(aiofiles.os.scandir(top, executor=pool))}
    broken = entries.pop("broken", None)
    before = pool.submitted
    (tmp_path / "directory").rmdir()
    for name, entry in entries.items():
        assert await entry.is_dir() is (name in ("directory", "other"))
        assert await entry.is_file() is (name in ("file", "link"))
        assert await entry.is_symlink() is (name in links)
        assert await entry.is_file(follow_symlinks=False) is (name == "file")
    assert pool.submitted == before
    if POSIX:
        for number, (name, entry) in enumerate(entries.items(), 1):
            assert isinstance(await outcome(entry.stat), Error) or name != "directory"
            assert pool.submitted == before + number
        assert not await broken.is_dir()  # the entry of a broken link remembers nothing
        (tmp_path / "target").mkdir()
        assert await broken.is_dir()
        assert pool.submitted == before + len(entries) + 2


def random_tree(rnd, depth=3):
    """The description of a random tree, for `plant`."""
    spec = {}
    for number in range(rnd.randrange(5)):
        kind = rnd.random()
        if kind < 0.5 and depth:
            spec[f"d{number}"] = random_tree(rnd, depth - 1)
        elif kind < 0.6 and POSIX:
            spec[f"l{number}"] = (rnd.choice(["d0", "f0", "nowhere", "."]),)
        else:
            spec[f"f{number}"] = "x" * number
    return spec


@pytest.mark.parametrize("seed", range(6))
async def test_walks_of_trees(tmp_path, seed):
    top = plant(tmp_path, random_tree(random.Random(seed)))
    links = {"link": ("a",), "file": ("a/b/c",), "broken": ("nowhere",)} if POSIX else {}
    linked = plant(tempfile.mkdtemp(dir=tmp_path.parent), {"a": {"b": {"c": ""}}, **links})
    for topdown in (True, False):
        assert await collected(aiofiles.os.walk(top, topdown)) == list(os.walk(top, topdown))
        for follow in (True, False):
            expected = list(os.walk(linked, topdown, followlinks=follow))
            assert await collected(aiofiles.os.walk(linked, topdown, followlinks=follow)) == expected
        if hasattr(os, "fwalk"):
            ours = [found[:3] async for found in aiofiles.os.fwalk(top, topdown)]
            assert ours == [found[:3] for found in os.fwalk(top, topdown)]
    for other in pathlib.Path(top), os.fsencode(top), os.path.join(linked, "link"):
        assert await collected(aiofiles.os.walk(other)) == list(os.walk(other))


def wide_tree(top):
    """Plant a tree of three levels of folders, and return its top."""
    return plant(top, {f"d{a}": {f"e{b}": {"f": "", "g": {"h": ""}} for b in range(4)} for a in range(5)})


def change(how, path, directories, full):
    """What the caller of a walk does to the list of directories."""
    if how == "prune":
        directories[:] = [name for name in directories if name not in ("d1", "e2", "g")]
    elif how == "prune at random":
        rnd = random.Random(path)
        directories[:] = [name for name in directories if rnd.random() < 0.7]
    elif how == "reverse":
        directories.sort(reverse=True)
    elif how == "clear":
        directories.clear()
    elif how == "rename" and path == ".":
        os.rename(os.path.join(full, "d2"), os.path.join(full, "z2"))
        directories[directories.index("d2")] = "z2"
    elif how == "add" and path in ("d3", os.path.join("d4", "e3", "g")):
        os.makedirs(os.path.join(full, "new", "below"))
        directories.append("new")
    elif how == "add" and path == "d1":
        directories.insert(0, "does not exist")


@pytest.mark.parametrize(
    "how, topdown, steps",
    [
        ("prune", True, 1 + 4 + 4 * 3), ("prune at random", True, None), ("reverse", True, 1 + 5 + 5 * 4 * 2),
        ("clear", True, 1), ("add", True, 1 + 5 + 5 * 4 * 2 + 2 * 2), ("rename", True, 1 + 5 + 5 * 4 * 2),
        ("clear", False, 1 + 5 + 5 * 4 * 2),
    ],
)  # fmt: skip
async def test_walk_visits_the_directories_that_the_caller_leaves_in_the_list(how, topdown, steps, tmp_path):
    results = []
    for walk in os.walk, aiofiles.os.walk:
        (tmp_path / walk.__module__).mkdir()
        top, seen = wide_tree(tmp_path / walk.__module__), []
        async for found in iterated(walk(top, topdown)):
            seen.append((os.path.relpath(found[0], top), list(found[1]), sorted(found[2])))
            change(how, seen[-1][0], found[1], found[0])
        results.append(seen)
    assert results[0] == results[1]
    assert steps in (None, len(results[0]))


class Unhashable(os.PathLike):
    __hash__ = None

    def __init__(self, path):
        self.path = path

    def __fspath__(self):
        return self.path


async def test_walk_takes_any_path_and_nothing_else(tmp_path):
    top = Unhashable(str(wide_tree(tmp_path)))
    assert await collected(aiofiles.os.walk(top)) == list(os.walk(top))
    for wrong in ("a", "b"), ("a",), ["a"], 5, None:
        with pytest.raises(TypeError) as theirs:
            list(os.walk(wrong))
        with pytest.raises(TypeError, match=re.escape(str(theirs.value))):
            await collected(aiofiles.os.walk(wrong))


async def test_functions_keep_the_attributes_of_the_originals(tmp_path):
    assert aiofiles.shutil.rmtree.avoids_symlink_attacks is shutil.rmtree.avoids_symlink_attacks
    path, loop = aiofiles.Path(tmp_path), asyncio.get_running_loop()
    assert await path.resolve(loop=loop) == path.joinpath() and await collected(path.iterdir(loop=loop)) == []


@pytest.mark.parametrize("topdown", [True, False])
async def test_errors_of_walk_reach_the_caller_in_their_places(topdown, tmp_path, monkeypatch):
    real, told, threads = os.scandir, [[], []], set()

    def scandir(path):
        if os.path.basename(path) in ("e1", "d3"):
            raise PermissionError(errno.EACCES, "forbidden", path)
        return real(path)

    def onerror(error):
        told[1].append(Error.of(error))
        threads.add(threading.current_thread())

    folder = wide_tree(tmp_path)
    monkeypatch.setattr(os, "scandir", scandir)
    for top in folder, os.path.join(folder, "nowhere"):
        expected = list(os.walk(top, topdown, lambda error: told[0].append(Error.of(error))))
        assert await collected(aiofiles.os.walk(top, topdown, onerror)) == expected
        assert await collected(aiofiles.os.walk(top, topdown)) == expected
        walk = aiofiles.os.walk(top, topdown, mock.Mock(side_effect=KeyError))
        with pytest.raises(KeyError):
            await collected(walk)
        assert await collected(walk) == []  # it has ended, as a generator has
    assert told[0] == told[1] and len(told[0]) == 6
    assert threads == {threading.current_thread()}


async def test_a_cancelled_walk_goes_on(tmp_path, pool):
    gate, top = pool.block(), wide_tree(tmp_path)
    walk = aiofiles.os.walk(top, executor=pool)
    task = asyncio.create_task(next_of(walk))
    await turns()
    await cancelled(task)
    gate.set()
    assert await within(collected(walk)) == list(os.walk(top))


@pytest.mark.parametrize("iterate", [aiofiles.os.scandir, aiofiles.os.walk])
async def test_iterators_make_progress_when_the_clock_advances_fast(iterate, tmp_path, monkeypatch):
    set_clock(monkeypatch, Clock(10))
    plant(tmp_path, {"a": {"b": {}}, "c": "c"})
    assert len(await within(collected(iterate(tmp_path)))) in (2, 3)


@pytest.mark.skipif(not hasattr(os, "fwalk"), reason="no fwalk")
async def test_fwalk(tmp_path, pool):
    plant(tmp_path, {"a": {"b": {"c": "text"}}, "d": {"e": "more"}})
    seen, order = [], []
    with nothing_left_behind(tmp_path):
        async for path, _, files, fd in aiofiles.os.fwalk(str(tmp_path), executor=pool):
            assert os.path.samestat(os.fstat(fd), os.stat(path))
            seen += [(name, (await aiofiles.os.stat(name, dir_fd=fd)).st_size) for name in files]
        assert sorted(seen) == [("c", 4), ("e", 4)]
        async for _ in aiofiles.os.fwalk(str(tmp_path)):
            break
        async with aiofiles.os.fwalk(str(tmp_path)) as walk:
            async for path, directories, _, _ in walk:
                order.append(os.path.basename(path))
                directories[:] = [name for name in sorted(directories, reverse=True) if name != "b"]
        assert order == [tmp_path.name, "d", "a"]

    def fail(error):
        raise error

    for arguments in ({"dir_fd": -5}, {"nonsense": 3}):
        with pytest.raises((OSError, TypeError)):
            await collected(aiofiles.os.fwalk("nowhere", onerror=fail, **arguments))


# ---- Paths ----------------------------------------------------------------------------------------------------------


def test_a_path_has_all_the_methods():
    wrong = []
    ours, theirs = aiofiles.Path, pathlib.Path
    for name in public(theirs):
        found, method = getattr(ours, name), getattr(theirs, name)
        if hasattr(pathlib.PurePath, name):
            if found is not getattr(pathlib.PurePath, name) and inspect.iscoroutinefunction(found):
                wrong.append(f"{name} is not that of PurePath")
            continue
        if not callable(method):
            continue
        if inspect.iscoroutinefunction(found) is (name in ("iterdir", "glob", "rglob", "walk", "open")):
            wrong.append(f"{name} is {found}")
        if found.__name__ != name or found.__qualname__ != f"Path.{name}" or (method.__doc__ and not found.__doc__):
            wrong.append(f"{name} is called {found.__qualname__}, with the docstring {found.__doc__}")
        if name not in ("open", "walk") and signature_of(found) != signature_of(method):
            wrong.append(f"{name} has the signature {signature_of(found)}, not {signature_of(method)}")
    assert wrong == []
    assert set(public(pathlib.PurePath)) <= set(public(ours))
    assert hasattr(ours, "walk") is hasattr(theirs, "walk")  # from Python 3.12 on


@pytest.mark.filterwarnings("error")
def test_a_path_is_a_pure_path():
    Path = aiofiles.Path
    assert Path is aiofiles.pathlib.Path and issubclass(Path, pathlib.PurePath)
    assert not issubclass(Path, pathlib.Path)
    path, theirs = Path("a", "b.tar.gz"), pathlib.Path("a", "b.tar.gz")
    assert path == theirs and hash(path) == hash(theirs) and not path < theirs
    assert path == Path("a") / "b.tar.gz" == Path(theirs) == pathlib.Path(path)
    assert str(path) == str(theirs) == os.fspath(path) and bytes(path) == bytes(theirs)
    assert sorted([Path("b"), Path("a")]) == [Path("a"), Path("b")] and len({path, Path(path)}) == 1
    for name in ("parts", "name", "stem", "suffix", "suffixes", "anchor", "root", "drive"):
        assert getattr(path, name) == getattr(theirs, name)
    for made in (path.parent, path / "c", "z" / path, path.with_suffix(".x"), path.with_name("n"), path.parents[0]):
        assert type(made) is Path
    assert path.joinpath("c").relative_to("a") == Path("b.tar.gz/c")
    assert path.match("*.gz") and not path.is_absolute() and path.as_posix() == "a/b.tar.gz"
    again = pickle.loads(pickle.dumps(path))
    assert again == path and type(again) is Path
    assert repr(path) == "Path('a/b.tar.gz')" and isinstance(path, os.PathLike)
    assert os.path.join(path, "c") == os.path.join("a", "b.tar.gz", "c")
    assert Path("/a b").as_uri() == pathlib.Path("/a b").as_uri()


class OwnPath(aiofiles.Path):
    """At the top of the module, to be pickled."""


@pytest.mark.parametrize("Path", [aiofiles.Path, OwnPath])
async def test_methods_of_a_path(tmp_path, Path, pool):
    top = Path(tmp_path)
    file, directory = top / "file", top / "directory"
    assert await file.write_text("one\ntwo\n", encoding="utf-8") == 8
    assert await file.read_text() == "one\ntwo\n" and await file.read_bytes() == pathlib.Path(file).read_bytes()
    assert await file.write_bytes(b"12345") == 5
    assert (await file.stat()).st_size == 5 and await file.exists() and not await file.is_dir()
    await directory.mkdir(mode=0o700)
    with pytest.raises(FileExistsError) as caught:
        await directory.mkdir()
    assert str(caught.value.filename) == str(directory)
    await (directory / "touched").touch()
    moved = await file.rename(directory / "moved")
    assert type(moved) is Path and moved == directory / "moved"
    moved = await moved.replace(str(file))
    assert type(moved) is Path and moved == file
    assert await file.samefile(moved) and await file.samefile(str(file)) and not await file.samefile(directory)
    for result, expected in (
        (await Path.cwd(), pathlib.Path.cwd()), (await Path.home(), pathlib.Path.home()),
        (await Path("~").expanduser(), pathlib.Path.home()), (await Path("x").absolute(), pathlib.Path("x").absolute()),
        (await Path("x").resolve(), pathlib.Path("x").resolve()),
    ):  # fmt: skip
        assert type(result) is Path and result == expected
    async with file.open() as opened:
        assert type(opened) is aiofiles.threadpool.AsyncTextIOWrapper and await opened.read() == "12345"
    async with file.open("rb", buffering=0, executor=pool) as opened:
        assert type(opened) is aiofiles.threadpool.AsyncFileIO
    opened = await file.open("ab")
    await opened.write(b"6")
    await opened.close()
    assert await file.read_bytes() == b"123456"
    if POSIX:
        link = top / "link"
        await link.symlink_to(file)
        assert type(await link.readlink()) is type(await link.resolve()) is Path and await link.readlink() == file
        assert await link.is_symlink() and (await link.lstat()).st_mode != (await link.stat()).st_mode
        await file.chmod(0o600)
        assert stat.S_IMODE((await file.stat()).st_mode) == 0o600
        assert await file.owner() == pathlib.Path(file).owner()
        await link.unlink()
    for method, *args in (["iterdir"], ["glob", "*"], ["glob", "**/*"], ["rglob", "*"], ["rglob", "t*"]):
        ours = await collected(getattr(top, method)(*args))
        assert sorted(ours) == sorted(getattr(pathlib.Path(tmp_path), method)(*args)) and ours
        assert {type(each) for each in ours} == {Path}
    await file.unlink()
    await file.unlink(missing_ok=True)
    with pytest.raises(FileNotFoundError) as caught:
        await file.read_text()
    assert str(caught.value.filename) == str(file)
    with pytest.raises(FileNotFoundError):
        await collected((top / "nowhere").iterdir())
    with pytest.raises(NotImplementedError if sys.version_info < (3, 13) else (NotImplementedError, ValueError)):
        await collected(top.glob("/absolute"))


@pytest.mark.parametrize("make", [aiofiles.Path, OwnPath, pathlib.Path, str])
async def test_paths_as_arguments(make, tmp_path):
    a, b, directory = [aiofiles.Path(tmp_path, name) for name in ("a", "b", "directory")]
    await a.write_text("text")
    assert await a.samefile(other_path=make(a)) and await a.samefile(make(a))
    moved = await a.rename(target=make(b))
    assert type(moved) is aiofiles.Path and moved == b
    assert await (await b.replace(target=make(a))).read_text() == "text"
    if POSIX:
        await b.symlink_to(target=make(a))
        assert await b.readlink() == a
        await b.unlink()
    if not hasattr(pathlib.Path, "copy"):  # before Python 3.14
        return
    await directory.mkdir()
    for copied, expected in (
        (await a.copy(make(b)), b),
        (await a.copy(target=make(b), follow_symlinks=True), b),
        (await a.copy_into(make(directory)), directory / "a"),
        (await a.copy_into(follow_symlinks=True, target_dir=make(directory)), directory / "a"),
    ):
        assert type(copied) is aiofiles.Path and copied == expected
        assert await expected.read_text() == "text"
    moved = await b.move(make(tmp_path / "c"))
    assert type(moved) is aiofiles.Path and moved == aiofiles.Path(tmp_path, "c") and not await b.exists()
    moved = await moved.move_into(make(directory))
    assert type(moved) is aiofiles.Path and moved == directory / "c"
    tree = await directory.copy(make(tmp_path / "tree"), preserve_metadata=True)
    assert sorted(os.listdir(tree)) == ["a", "c"]


@pytest.mark.skipif(not hasattr(pathlib.Path, "info"), reason="Python 3.14")
async def test_info_of_a_path(tmp_path):
    info = aiofiles.Path(tmp_path).info
    for name, expected in ("exists", True), ("is_dir", True), ("is_file", False), ("is_symlink", False):
        assert await getattr(info, name)() is expected
    path = OwnPath(tmp_path, "later")
    assert path.info is path.info
    assert not await path.info.exists()
    await path.touch()
    assert not await path.info.exists()  # it remembers what it found out, as that of pathlib does
    assert pickle.loads(pickle.dumps(path)) == path


@pytest.mark.skipif(sys.version_info < (3, 12), reason="with_segments is new in Python 3.12")
async def test_subclasses_make_their_own_paths(tmp_path):
    class Marked(aiofiles.Path):
        def __init__(self, *segments, mark):
            super().__init__(*segments)
            self.mark = mark

        def with_segments(self, *segments):
            return type(self)(*segments, mark=self.mark)

    plant(tmp_path, {"a": {"b": ""}})
    top = Marked(tmp_path, mark=7)
    assert (top / "x").mark == 7
    assert [path.mark async for path in top.iterdir()] == [7]
    assert [path.mark async for path in top.rglob("*")] == [7, 7]
    assert (await top.resolve()).mark == 7
    assert (await (top / "a" / "b").rename(top / "c")).mark == 7
    assert {found[0].mark async for found in top.walk()} == {7}


@pytest.mark.skipif(not hasattr(pathlib.Path, "walk"), reason="Python 3.12")
@pytest.mark.parametrize("seed", range(4))
async def test_walk_of_a_path(tmp_path, seed):
    plant(tmp_path, {**random_tree(random.Random(seed)), "a": {"b": {}}, **({"link": ("a",)} if POSIX else {})})
    ours, theirs = OwnPath(tmp_path), pathlib.Path(tmp_path)
    for options in [{}, {"top_down": False}, *[{"follow_symlinks": True}] * (seed == 0)]:
        found = await collected(ours.walk(**options))
        assert found == list(theirs.walk(**options))
        assert {type(each[0]) for each in found} == {OwnPath}
        errors = []
        assert await collected((ours / "nowhere").walk(**options, on_error=errors.append)) == []
        assert [type(error) for error in errors] == [FileNotFoundError]
        with mock.patch("os.scandir", side_effect=PermissionError):
            walk = ours.walk(**options, on_error=mock.Mock(side_effect=KeyError))
            with pytest.raises(KeyError):
                await collected(walk)
        assert await collected(walk) == []
    pruned = [], []
    for path, seen in zip((ours, theirs), pruned):
        async for found, directories, _ in iterated(path.walk()):
            directories[:] = sorted(directories, reverse=True)[:1]
            seen.append(found)
    assert pruned[0] == pruned[1]


# ---- Temporary files and directories --------------------------------------------------------------------------------

POSITIONAL = {  # in 25.1.0
    "TemporaryFile": "mode buffering encoding newline suffix prefix dir loop executor",
    "NamedTemporaryFile": "mode buffering encoding newline suffix prefix dir delete loop executor",
    "SpooledTemporaryFile": "max_size mode buffering encoding newline suffix prefix dir loop executor",
    "TemporaryDirectory": "suffix prefix dir loop executor",
}
if sys.version_info >= (3, 12):
    POSITIONAL["NamedTemporaryFile"] = POSITIONAL["NamedTemporaryFile"].replace("delete ", "delete delete_on_close ")
VALUES = dict(
    mode="w+", buffering=4096, encoding="latin-1", newline="", suffix=".s", prefix="p-", delete=True,
    delete_on_close=False, max_size=5, loop=None,
)  # fmt: skip


@pytest.mark.parametrize("name", POSITIONAL)
async def test_arguments_of_functions_of_tempfile(tmp_path, pool, name):
    order, make = POSITIONAL[name].split(), getattr(aiofiles.tempfile, name)
    values = dict(VALUES, dir=str(tmp_path), executor=pool, loop=asyncio.get_running_loop())
    arguments = [values[each] for each in order]
    expected = {each: values[each] for each in order if each not in ("loop", "executor")}
    calls = [(arguments, {}, expected)]
    if name != "TemporaryDirectory":
        calls.append(((), {"errors": "replace", "executor": pool}, {"errors": "replace", "encoding": None}))
    elif sys.version_info >= (3, 10):
        newer = {"ignore_cleanup_errors": True, **({"delete": False} if sys.version_info >= (3, 12) else {})}
        calls += [
            (arguments[:3], newer, {**expected, **newer}),
            ([*arguments[:3], False], {}, {**expected, "ignore_cleanup_errors": False}),
        ]
    with mock.patch.object(tempfile, name, autospec=True, side_effect=KeyError("called")) as patched:
        for args, kwargs, passed in calls:
            with pytest.raises(KeyError):
                await make(*args, **kwargs)
            patched.assert_called_with(**passed)
    assert pool.submitted == len(calls) if name != "TemporaryDirectory" else 1
    for args, kwargs in ([*arguments, "one more"], {}), (arguments, {"dir": "twice"}), ([], {"nonsense": 3}):
        if not kwargs.get("nonsense") or name != "SpooledTemporaryFile":  # its __del__ fails
            with pytest.raises(TypeError):
                await make(*args, **kwargs)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize(
    "name, args, kwargs, expected",
    [
        ("TemporaryFile", (), {}, "AsyncBufferedReader"),
        ("TemporaryFile", ("w+",), {"encoding": "utf-8"}, "AsyncTextIOWrapper"),
        ("TemporaryFile", ("wb", 0), {}, "AsyncFileIO"),
        ("NamedTemporaryFile", (), {}, "AsyncBufferedReader"),
        ("NamedTemporaryFile", ("w",), {"suffix": ".s", "prefix": "p-"}, "AsyncTextIOWrapper"),
        ("NamedTemporaryFile", (), {"delete": False}, "AsyncBufferedReader"),
    ],
)
async def test_temporary_files(name, args, kwargs, expected, tmp_path):
    make = functools.partial(getattr(aiofiles.tempfile, name), *args, **kwargs, dir=str(tmp_path))
    for awaited_first in False, True:
        async with await make() if awaited_first else make() as file:
            assert type(file) is getattr(aiofiles.threadpool, expected)
            await file.write("text" if expected == "AsyncTextIOWrapper" else b"text")
            await file.flush()
            if name == "NamedTemporaryFile":
                assert isinstance(file._file, tempfile._TemporaryFileWrapper)
                assert os.listdir(tmp_path) == [os.path.basename(file.name)] and os.path.getsize(file.name) == 4
                assert os.path.basename(file.name).startswith(kwargs.get("prefix", "tmp"))
                assert file.name.endswith(kwargs.get("suffix", ""))
            if expected == "AsyncBufferedReader":
                await file.seek(0)
                assert await file.read() == b"text"
        assert file.closed
        if kwargs.get("delete") is False:
            os.unlink(file.name)
        assert os.listdir(tmp_path) == []
    with pytest.raises(FileNotFoundError):
        await getattr(aiofiles.tempfile, name)(dir=str(tmp_path / "nowhere"))
    with pytest.raises(ValueError):
        await getattr(aiofiles.tempfile, name)("nonsense")


async def test_temporary_directories(tmp_path):
    make = functools.partial(aiofiles.tempfile.TemporaryDirectory, dir=str(tmp_path))
    async with make(suffix=".d") as name:
        assert isinstance(name, str) and os.path.isdir(name) and name.endswith(".d")
        plant(name, {"a": {"b": ""}})
    assert os.listdir(tmp_path) == []
    async with await make() as name:
        assert os.listdir(tmp_path) == [os.path.basename(name)]
    for remove in "cleanup", "close":
        temporary = await make()
        assert isinstance(temporary, aiofiles.tempfile.AsyncTemporaryDirectory) and os.path.isdir(temporary.name)
        await getattr(temporary, remove)()
        assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.version_info < (3, 12), reason="Python 3.12")
async def test_delete_on_close(tmp_path):
    async with aiofiles.tempfile.NamedTemporaryFile(dir=str(tmp_path), delete_on_close=False) as file:
        await file.close()
        assert os.listdir(tmp_path) == [os.path.basename(file.name)]
    assert os.listdir(tmp_path) == []


async def test_a_spooled_file_whose_rollover_fails(monkeypatch):
    async with aiofiles.tempfile.SpooledTemporaryFile(max_size=10) as file:
        await file.write(b"x" * 5)

        class Full:
            def write(self, data):
                raise OSError(errno.ENOSPC, "full")

            def __getattr__(self, name):
                return getattr(memory, name)

        memory = io.BytesIO()
        monkeypatch.setattr(tempfile, "TemporaryFile", lambda *args, **kwargs: Full())
        with pytest.raises(OSError, match="full"):
            await file.write(b"x" * 50)
        assert await file.seek(0) == 0
        assert await file.read() == b""


def spool_program(rnd, text, length=40):
    """Calls of a spooled file: (method, arguments)."""

    def data(size):
        piece = "".join(rnd.choice("ab\n\u00e9") for _ in range(size))
        return piece if text else piece.encode("latin-1")

    def call():
        return rnd.choice(
            [
                *[("write", data(rnd.choice([0, 1, 5, 30])))] * 5,
                ("read", *rnd.choice([(), (3,), (-1,), (0,)])),
                ("readline", *rnd.choice([(), (2,)])),
                *[("seek", *rnd.choice([(0,), (0, 2), (0, 0)] + [(7,)] * (not text)))] * 2,
                ("tell",), ("flush",), ("readlines",), ("writelines", [data(3), data(4)]),
                ("truncate", *rnd.choice([()] + [(4,), (20,)] * (not text))),
                *[("rollover",)] * (rnd.random() < 0.1),
            ]
        )  # fmt: skip

    return [call() for _ in range(length)]


@pytest.mark.parametrize("text", [False, True], ids=["binary", "text"])
@pytest.mark.parametrize("max_size", [0, 20, 200])
@pytest.mark.parametrize("seed", range(4))
async def test_a_spooled_file_behaves_as_the_plain_one(text, max_size, seed):
    keywords = dict(max_size=max_size, mode="w+" if text else "w+b")
    if text:
        keywords.update(encoding="utf-8", newline="")
    rolled = False
    with tempfile.SpooledTemporaryFile(**keywords) as plain:
        async with aiofiles.tempfile.SpooledTemporaryFile(**keywords) as file:
            for name, *arguments in spool_program(random.Random(f"{seed} {text} {max_size}"), text):
                expected = await outcome(lambda: getattr(plain, name)(*arguments))
                assert await outcome(lambda: getattr(file, name)(*arguments)) == expected, (name, arguments)
                assert plain._rolled is file._file._rolled, (name, arguments)
                rolled = rolled or plain._rolled
            plain.seek(0)
            await file.seek(0)
            assert await collected(file) == list(plain)
            assert (file.closed, file.mode) == (plain.closed, plain.mode)
            if text:
                assert file.encoding == plain.encoding
        assert file.closed
    assert rolled or max_size in (0, 200)


@pytest.mark.parametrize("rolled", [False, True])
async def test_a_spooled_file_has_the_whole_interface(rolled):
    async with aiofiles.tempfile.SpooledTemporaryFile() as file:
        await file.write(b"one\ntwo\nthree")
        if rolled:
            await file.rollover()
        await file.seek(0)
        assert await file.read1(4) == b"one\n"
        buffer = bytearray(4)
        assert await file.readinto(buffer) == 4 and buffer == b"two\n"
        assert await file.readinto1(buffer) == 4 and buffer == b"thre"
        assert await file.readline() == b"e" and await file.read() == b""
        assert await file.seekable() is True and await file.writable() is True
        readable = file.readable()
        assert (await readable if inspect.isawaitable(readable) else readable) is True
        assert await file.isatty() is False
        assert await file.tell() == 13
        assert file._file._rolled is rolled
        assert isinstance(await file.fileno(), int)
        assert file._file._rolled is True
        with pytest.raises(TypeError):
            await file.write("text")
    with pytest.raises(ValueError):
        await file.read()
    with pytest.raises(ValueError):
        await file.write(b"x")


@pytest.mark.skipif(aiofiles.delegate_all, reason="nothing is done at once")
async def test_a_large_spooled_file_works_in_a_thread(pool):
    async with aiofiles.tempfile.SpooledTemporaryFile(executor=pool) as file:
        before = pool.submitted
        for _ in range(10):
            await file.write(b"small")
        await file.seek(0)
        assert await file.read(5) == b"small"
        assert pool.submitted == before
        await file.write(bytes(32 << 20))
        assert pool.submitted > before
    async with aiofiles.tempfile.SpooledTemporaryFile(20_000, executor=pool) as file:
        await file.write(b"small")
        before = pool.submitted
        await file.write(bytes(20_000))  # more than it keeps in memory
        assert pool.submitted == before + 1
    async with aiofiles.tempfile.SpooledTemporaryFile(20_000, executor=pool) as file:
        before = pool.submitted
        await file.seek(1_000_000)
        await file.write(b"x")  # far behind the end
        assert file._file._rolled and pool.submitted == before + 1


# ---- Files of other kinds -------------------------------------------------------------------------------------------


def coroutines(file):
    """A file of another asynchronous library."""

    async def read(size):
        return file.read(size)

    async def write(data):
        return file.write(data)

    return types.SimpleNamespace(read=read, write=write)


def awaitables(file):
    """A file of another asynchronous library, whose plain methods return awaitables."""
    file = coroutines(file)
    return types.SimpleNamespace(
        read=lambda size: file.read(size), write=lambda data: file.write(data), __aenter__=None
    )


COPIED = {"plain": lambda file: file, "ours": aiofiles.wrap_file, "coroutines": coroutines, "awaitables": awaitables}


async def test_copyfileobj_awaits_what_plain_functions_return():
    class Users:
        def __init__(self):
            self.written = []

        def write(self, data):
            return self.write_later(data)

        async def write_later(self, data):
            self.written.append(data)

    users = Users()
    await aiofiles.shutil.copyfileobj(io.BytesIO(b"data"), users, 3)
    assert users.written == [b"dat", b"a"]


@pytest.mark.parametrize("target", COPIED)
@pytest.mark.parametrize("source", COPIED)
async def test_copyfileobj_copies_between_any_two_files(source, target, tmp_path, pool):
    data = bytes(range(256)) * 700
    (tmp_path / "from").write_bytes(data)
    for length in (), (7000,), (-1,), (0,):
        with open(tmp_path / "from", "rb") as plain_source, open(tmp_path / "to", "wb") as plain_target:
            fsrc, fdst = COPIED[source](plain_source), COPIED[target](plain_target)
            before = pool.submitted
            await within(aiofiles.shutil.copyfileobj(fsrc, fdst, *length, executor=pool))
            assert pool.submitted == before + 1 or not source == target == "plain"
            if target == "ours":
                await fdst.flush()
            plain_target.flush()
            assert (tmp_path / "to").read_bytes() == data, length


async def test_copyfileobj_calls_plain_files_in_the_executor_with_the_length(pool):
    class Watched(io.StringIO):
        def read(self, *args):
            calls.append(("read", *args, threading.current_thread().name.startswith("own-pool")))
            return super().read(*args)

        def write(self, data):
            calls.append(("write", data, threading.current_thread().name.startswith("own-pool")))
            return super().write(data)

    calls = []
    await aiofiles.shutil.copyfileobj(aiofiles.wrap_file(io.StringIO("abcde")), Watched(), 3, executor=pool)
    assert calls == [("write", "abc", True), ("write", "de", True)]
    calls.clear()
    await aiofiles.shutil.copyfileobj(Watched("abcde"), aiofiles.wrap_file(io.StringIO()), 3, executor=pool)
    assert calls == [("read", 3, True)] * 3
    calls.clear()
    await aiofiles.shutil.copyfileobj(Watched(), aiofiles.wrap_file(io.StringIO()))
    assert calls == [("read", shutil.COPY_BUFSIZE, False)]


OPENED = {
    "gzip": (gzip.open, "wb", "rb"),
    "gzip, text": (gzip.open, "wt", "rt"),
    "bz2": (bz2.open, "wb", "rb"),
    "lzma": (lzma.open, "wb", "rb"),
    "builtin": (open, "wb", "rb"),
    "a method": (pathlib.Path.open, "wt", "rt"),
}


@pytest.mark.parametrize("kind", OPENED)
async def test_wrap_open(kind, tmp_path, pool):
    function, write, read = OPENED[kind]
    opening = aiofiles.wrap_open(function)
    assert (opening.__name__, opening.__doc__) == (function.__name__, function.__doc__)
    assert signature_of(opening) == signature_of(function)
    data = "one\ntwo\n" if "t" in write else b"one\ntwo\n"
    path = tmp_path / "file"
    manager = opening(path, write, executor=pool)
    assert isinstance(manager, aiofiles.base.AiofilesContextManager) and not path.exists() and not pool.submitted
    async with manager as file:
        assert isinstance(file, aiofiles.base.AsyncBase) and pool.submitted == 1
        await file.write(data)
    assert file.closed
    file = await opening(path, mode=read)
    assert await collected(file) == data.splitlines(True)
    await file.close()
    assert file.closed
    with pytest.raises(FileNotFoundError):
        await opening(tmp_path / "missing", read)
    with pytest.raises(AttributeError, match="await it or use `async with`"):
        with contextlib.closing(opening(path, read)) as manager:
            manager.read()


async def test_wrap_open_of_archives(tmp_path):
    (tmp_path / "member").write_bytes(b"data")
    with zipfile.ZipFile(tmp_path / "zip", "w") as archive:
        async with aiofiles.wrap_open(archive.open)("member", "w") as member:
            await member.write(b"data")
        async with aiofiles.wrap_open(archive.open)("member") as member:
            assert await member.read() == b"data"
    async with aiofiles.wrap_open(tarfile.open)(tmp_path / "tar", "w") as tar:
        await tar.add(tmp_path / "member", "member")
    async with aiofiles.wrap_open(tarfile.open)(tmp_path / "tar") as tar:
        assert await tar.getnames() == ["member"]
        async with aiofiles.wrap_open(tar._file.extractfile)("member") as member:
            assert await member.read() == b"data"
    with pytest.raises(TypeError, match="Unsupported"):
        await aiofiles.wrap_open(object)()


@pytest.mark.parametrize("when", ["queued", "running"])
async def test_wrap_open_that_is_cancelled(when, tmp_path, pool):
    (tmp_path / "file").write_bytes(b"")
    made, gate = [], pool.block() if when == "queued" else threading.Event()
    before = descriptors()
    task = asyncio.ensure_future(aiofiles.wrap_open(gated(gzip.open, gate, made))(tmp_path / "file", executor=pool))
    await (turns() if when == "queued" else until(lambda: made))
    task.cancel()
    gate.set()
    await asyncio.wait([task], timeout=20)
    assert task.cancelled()
    await until(lambda: all(file.closed for file in made) and descriptors() == before)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFO")
async def test_wrap_open_of_a_fifo_without_a_writer_can_be_cancelled(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(aiofiles.wrap_open(gzip.open)(tmp_path / "fifo"), 0.01)
    assert await within(aiofiles.os.path.exists(tmp_path / "missing")) is False
    os.close(os.open(tmp_path / "fifo", os.O_RDWR))  # the thread that waits goes on


@pytest.mark.parametrize("result", ["real", "mock"])
@pytest.mark.parametrize("name", ["SpooledTemporaryFile", "TemporaryDirectory"])
async def test_replaced_functions_of_tempfile(name, result, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    options = {"wraps": getattr(tempfile, name)} if result == "real" else {}
    with mock.patch(f"tempfile.{name}", **options) as replaced, nothing_left_behind(tmp_path):
        async with aiofiles.tempfile.NamedTemporaryFile() as file:
            await file.write(b"data")
        async with getattr(aiofiles.tempfile, name)():
            pass
        made = await getattr(aiofiles.tempfile, name)()
        assert isinstance(made, getattr(aiofiles.tempfile, f"Async{name}"))
        await made.close()
        assert replaced.call_count == 2
        if result == "real":
            another = aiofiles.wrap_file(getattr(tempfile, name)())
            assert type(another) is type(made)
            await another.close()


# ---------------------------------------------------------------------------------------------------------------------
# 11. Types
#
# What type checkers read and what exists at run time stand in two places.  These tests compare them in the running
# Python; CI runs the type checkers.
# ---------------------------------------------------------------------------------------------------------------------

TREE = ast.parse(inspect.getsource(aiofiles))
FUNCTIONS = ast.FunctionDef, ast.AsyncFunctionDef


def statements(body):
    """The statements that a type checker sees: of an `if`, only the branch that holds here."""
    for node in body:
        if not isinstance(node, ast.If):
            yield node
            continue
        try:
            holds = ast.unparse(node.test).startswith("TYPE_CHECKING") or eval(
                compile(ast.Expression(node.test), "types", "eval"), {"sys": sys, "TYPE_CHECKING": True}
            )
        except NameError:  # a condition of the run
            holds = True
        yield from statements(node.body if holds else node.orelse)


def declarations(body):
    """A dict of the names that a class body declares, with the nodes that declare them."""
    names = {}
    for node in statements(body):
        if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            names[node.name] = node
        elif isinstance(node, ast.AnnAssign):
            names[node.target.id] = node
        elif isinstance(node, ast.Assign):
            for target in node.targets:
                targets = target.elts if isinstance(target, ast.Tuple) else [target]
                values = node.value.elts if isinstance(node.value, ast.Tuple) else [node.value] * len(targets)
                for each, value in zip(targets, values):  # a name on the right side declares the same again
                    names[each.id] = names.get(value.id, value) if isinstance(value, ast.Name) else value
        elif isinstance(node, ast.ImportFrom):
            names.update((alias.name, node) for alias in node.names)
    return names


CLASSES = {node.name: node for node in statements(TREE.body) if isinstance(node, ast.ClassDef)}


def typed(name):
    """The public declarations of the class *name* for type checkers, with those of its bases in the file."""
    declared = {}
    for base in reversed(CLASSES[name].bases):
        base = base.value if isinstance(base, ast.Subscript) else base
        if getattr(base, "id", None) in CLASSES:
            declared.update(typed(base.id))
    declared.update(declarations(CLASSES[name].body))
    return {name: node for name, node in declared.items() if not name.startswith("_")}


def call_of(node):
    """For a declaration of one line, how its function differs from the function that it names, and that name."""
    if not isinstance(node, ast.Call) or not node.args:
        return None, None
    how = {TYPED_AS_THE_SAME: "same", "_plain": "same", "_it": "iterated"}.get(node.func.id, "awaited")
    return how, ast.unparse(node.args[0]).rpartition(".")[2]


def is_coroutine(node):
    return isinstance(node, ast.AsyncFunctionDef) or call_of(node)[0] == "awaited"


def typed_dict(node):
    """The keys of the TypedDict that *node* names."""
    bases = [base for base in CLASSES[node.id].bases if base.id in CLASSES]
    return [key for base in bases for key in typed_dict(base)] + list(declarations(CLASSES[node.id].body))


def is_property(node):
    """Whether it is declared by `_ReadOnly[type]()`."""
    return isinstance(node, ast.Call) and not node.args


def parameters(function):
    """What functions that are declared by one line have in common."""
    try:
        return [(each.kind, each.default is each.empty) for each in inspect.signature(function).parameters.values()]
    except (TypeError, ValueError):
        return None


FILES = {
    **dict.fromkeys(["AsyncTextIOWrapper", "AsyncTextIndirectIOWrapper"], io.TextIOWrapper),
    **dict.fromkeys(["AsyncBufferedIOBase", "AsyncIndirectBufferedIOBase"], io.BufferedWriter),
    **dict.fromkeys(["AsyncBufferedReader", "AsyncIndirectBufferedReader"], io.BufferedReader),
    **dict.fromkeys(["AsyncFileIO", "AsyncIndirectFileIO"], io.FileIO),
    "AsyncSpooledTemporaryFile": tempfile.SpooledTemporaryFile,
}


@pytest.mark.parametrize("name", FILES)
def test_types_of_files(name):
    cls, stands_for = getattr(aiofiles, name), FILES[name]
    # What newer Pythons add to a SpooledTemporaryFile is there, and not typed.
    there = set(public(cls)) | set(public(stands_for) if stands_for is not tempfile.SpooledTemporaryFile else ())
    assert there <= set(typed(name))
    for member, node in typed(name).items():
        assert hasattr(cls, member) or hasattr(stands_for, member), member
        if member in dir(cls):  # the others are found when they are used
            value = inspect.getattr_static(cls, member)
            assert is_property(node) == isinstance(value, property), member
            assert is_coroutine(node) == inspect.iscoroutinefunction(value), member
        function = call_of(node)[1]
        if function is not None and stands_for.__module__ != "tempfile":
            expected = parameters(getattr(stands_for, member))
            assert expected in (None, parameters(getattr(stands_for, function))), member
        signature = signature_of(getattr(stands_for, member, None)) if stands_for.__module__ != "tempfile" else None
        if signature is None or not isinstance(node, FUNCTIONS) or member in ("close", "aclose"):
            continue
        expected = list(signature.parameters.values())[1:]
        kinds = [each.kind for each in expected]
        if inspect.Parameter.VAR_POSITIONAL not in kinds:
            by_position = [kind for kind in kinds if kind <= inspect.Parameter.POSITIONAL_OR_KEYWORD]
            assert len(node.args.posonlyargs + node.args.args) - 1 == len(by_position), member
            by_name = {each.name for each in expected if each.kind == each.KEYWORD_ONLY}
            assert {each.arg for each in node.args.kwonlyargs} == by_name, member


@pytest.mark.parametrize("name", ["AsyncTemporaryDirectory", "AsyncDirEntry", "AsyncEntries", "AsyncScandir"])
def test_types_of_other_classes(name):
    there = set(public(getattr(aiofiles, name)))
    assert set(typed(name)) == there - ({"send", "throw"} if name == "AsyncEntries" else set())


def namespaces():
    """A dict of the namespaces, with the classes that type them: `os: Types = ...`, and in that class `path: Types`."""
    found = {}
    for prefix, body in ("", TREE.body), ("os.", None):
        for node in statements(body if body is not None else CLASSES[found["os"]].body):
            if isinstance(node, ast.AnnAssign) and getattr(node.annotation, "id", None) in CLASSES:
                found[prefix + node.target.id] = node.annotation.id
    return {name: found[name] for name in ("os", "os.path", "shutil", "glob", "tempfile")}


MODULES = namespaces()
UNTYPED = {  # delegated functions without types: they manage processes, terminals and timers, or
    "os": """
        confstr eventfd eventfd_read eventfd_write getgrouplist grantpt initgroups login_tty openpty
        posix_openpt posix_spawn posix_spawnp ptsname sched_getaffinity sched_getparam sched_getscheduler
        sched_rr_get_interval sched_setaffinity sched_setparam sched_setscheduler sched_yield setns setpgrp
        spawnl spawnle spawnlp spawnlpe spawnv spawnve spawnvp spawnvpe splice statx tcgetpgrp tcsetpgrp
        timerfd_create timerfd_gettime timerfd_gettime_ns timerfd_settime timerfd_settime_ns ttyname unlockpt unshare
        wait wait3 wait4 waitid fdopen popen
        """,  # return a synchronous file,
    "shutil": "getgrnam getpwnam",  # are imported there from other modules,
    "glob": "glob0 glob1 iglob0",  # or are undocumented
}
NEWER = {  # parameters that older Pythons lack
    "include_hidden", "root_dir", "dir_fd", "onexc", "follow_symlinks", "filter", "errors", "delete",
    "delete_on_close", "ignore_cleanup_errors", "strict",
}  # fmt: skip


@pytest.mark.parametrize("module", MODULES)
def test_types_of_namespaces(module):
    space, source = spaces(module)
    names = typed(MODULES[module])
    own = {*ITERATING.get(module, ()), *(TEMPORARY if module == "tempfile" else ())}
    delegated = {name for name in public(source) if inspect.iscoroutinefunction(getattr(space, name)) or name in own}
    untyped = set(UNTYPED.get(module, "").split())
    assert not untyped & set(names)
    assert delegated - set(names) <= untyped or not (LINUX and CPYTHON)
    for name, node in names.items():
        if not hasattr(source, name) and name not in vars(space):
            # typeshed has it for this platform, and this interpreter does not (musl, PyPy).
            assert not CPYTHON or sys.platform != "linux", name
            continue
        value = getattr(space, name)
        how, function = call_of(node)
        if is_coroutine(node):
            assert inspect.iscoroutinefunction(value), name
        elif how == "iterated":
            assert name in own, name
        elif name not in ("wrap", "path") and not isinstance(node, ast.FunctionDef) and hasattr(source, name):
            assert value is getattr(source, name), name
        if how is not None and name != "wrap":
            assert parameters(getattr(source, name)) == parameters(getattr(source, function)), (name, function)
        if isinstance(node, FUNCTIONS) and hasattr(source, name):
            given = [each.arg for each in node.args.posonlyargs + node.args.args + node.args.kwonlyargs][1:]
            by_name = typed_dict(node.args.kwarg.annotation.slice) if node.args.kwarg else []
            assert "executor" in given + by_name, name
            there = list(inspect.signature(getattr(source, name)).parameters)
            if not {"args", "kwargs"} & set(there) and name != "rmtree":  # else it is a class, or stands for a function
                assert [each for each in given if each in there] == [each for each in there if each in given], name
                given += by_name
                assert set(given) - set(there) - {"loop", "executor"} <= NEWER, name
                assert set(there) <= set(given), name


def test_types_of_paths():
    names = typed("Path")
    added = set(public(aiofiles.Path)) - set(dir(pathlib.PurePath))
    # PurePath has the first from Python 3.12 on, pathlib.Path lacks the second from then on, and the third on 3.9.
    assert set(names) ^ added <= {"with_segments", "link_to", "hardlink_to"}
    names = {name: node for name, node in names.items() if name in added}
    for name, node in names.items():
        value = getattr(aiofiles.Path, name)
        how, function = call_of(node)
        if how == "awaited":
            assert inspect.iscoroutinefunction(value), name
            same = parameters(getattr(pathlib.Path, name)) == parameters(getattr(pathlib.Path, function))
            assert same, (name, function)
        else:
            assert isinstance(node, ast.AsyncFunctionDef) == inspect.iscoroutinefunction(value), name


def test_every_function_is_annotated():
    unseen = set()  # nodes that type checkers do not see
    for node in ast.walk(TREE):
        if isinstance(node, ast.If):
            test = ast.unparse(node.test)
            for branch in node.body if test == "not TYPE_CHECKING" else node.orelse if test == "TYPE_CHECKING" else []:
                unseen.update(ast.walk(branch))
    for statement in statements(TREE.body):
        for node in ast.walk(statement):
            if isinstance(node, FUNCTIONS) and node not in unseen:
                assert node.returns is not None, f"line {node.lineno}: {node.name}"


def test_types_are_neither_imported_nor_compiled():
    assert aiofiles.TYPE_CHECKING is False
    blocks = [node for node in TREE.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    in_blocks = {node for block in blocks for node in ast.walk(block)}
    for node in ast.walk(TREE):
        if isinstance(node, ast.ImportFrom) and node.module in ("typing", "typing_extensions", "_typeshed"):
            assert node in in_blocks, ast.unparse(node)
    assert aiofiles.base.AsyncBase[str] is aiofiles.base.AsyncBase
    if CPYTHON and sys.version_info >= (3, 12):  # whose compiler leaves out what it knows to be false
        code = compile(TREE, "aiofiles.py", "exec", optimize=0)
        assert MODULES["os"] not in {getattr(each, "co_name", None) for each in code.co_consts}


# ---------------------------------------------------------------------------------------------------------------------
# 12. What a person sees
#
# Names, docstrings, signatures, messages, tracebacks and warnings are about what the person wrote.
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["AsyncTextIOWrapper", "AsyncBufferedReader", "AsyncFileIO"])
def test_methods_look_like_those_of_io(name):
    cls, original = getattr(aiofiles.threadpool, name), FILES[name]
    wrong, signatures = [], 0
    for method in RECORDED[f"threadpool.{'text' if 'Text' in name else 'binary'}.{name}"][1].split():
        if method.startswith("__"):
            continue
        ours, theirs = getattr(cls, method), getattr(original, method)
        if method not in vars(cls):  # inherited, as in aiofiles 25.1.0
            theirs = getattr(io.BufferedIOBase, method)
        doc = theirs.__doc__
        if original is io.TextIOWrapper:  # from Python 3.12 on its base class has the docstring
            doc = doc or getattr(io.TextIOBase, method, theirs).__doc__
        qualname = f"{ours.__qualname__.partition('.')[0]}.{method}"
        looks = ours.__name__, ours.__qualname__, ours.__module__, ours.__doc__
        if looks != (method, qualname, "aiofiles", doc) or not qualname.startswith("Async"):
            wrong.append((method, looks))
        signature = signature_of(theirs)
        if signature is not None:
            signatures += 1
            if signature_of(ours) != signature:
                wrong.append((method, signature_of(ours), signature))
    assert wrong == [] and signatures
    assert aiofiles.threadpool.AsyncTextIOWrapper.read.__doc__


async def test_signatures_of_bound_methods(with_input):
    async with aiofiles.open(str(with_input / "input.txt")) as file:
        for name in ("read", "readline", "write", "seek", "truncate", "close"):
            assert signature_of(getattr(file._file, name)) in (None, signature_of(getattr(file, name)))
    users = UsersFile([])
    file = aiofiles.wrap_file(users)
    for name in ("read", "readline", "close"):
        ours, theirs = getattr(file, name), getattr(users, name)
        assert (signature_of(ours), ours.__doc__, ours.__name__) == (signature_of(theirs), theirs.__doc__, name)
    assert signature_of(aiofiles.wrap_file(io.BytesIO()).getvalue) == signature_of(io.BytesIO().getvalue)


@pytest.mark.parametrize("name", ["read", "write", "truncate", "seek"])
async def test_mock_can_specify_the_methods_of_binary_files(name, tmp_path):
    cls = aiofiles.threadpool.binary.AsyncBufferedReader
    assert inspect.signature(getattr(cls, name)).parameters
    (tmp_path / "file").touch()
    with mock.patch.object(cls, name, autospec=True, return_value="fake") as fake:
        async with aiofiles.open(tmp_path / "file", "rb") as file:
            assert await getattr(file, name)(3) == "fake"
    fake.assert_awaited_once_with(file, 3)


def test_help_renders():
    code = """
        import functools, pydoc, aiofiles
        def help(name):
            thing = functools.reduce(getattr, name.split("."), aiofiles) if name else aiofiles
            return pydoc.plain(pydoc.render_doc(thing))
        for name in ("os", "os.path", "tempfile", "shutil", "glob", "pathlib", "threadpool", "base", "Path", "open",
                     "wrap_file", "threadpool.AsyncTextIOWrapper", "os.stat", "os.walk", "os.scandir", "Path.stat",
                     "tempfile.NamedTemporaryFile", "shutil.rmtree", "stdin", "os.AsyncScandir"):
            assert name.rpartition(".")[2] in help(name) or name in ("os.path", "stdin"), (name, help(name)[:400])
            assert len(help(name).splitlines()) >= 3, (name, help(name))
        assert "async for line in file" in help("") and "__version__" not in help("")[:200]
        assert "mkdir(" in help("os")
        text = help("threadpool.AsyncTextIOWrapper")
        assert "readline(self, size=-1, /)" in text or sys.implementation.name != "cpython", text
    """
    run_python(code)


async def test_messages_about_a_file_that_is_not_open(with_input):
    for make in (
        lambda: aiofiles.open(with_input / "input.txt"),
        aiofiles.tempfile.TemporaryFile,
        aiofiles.tempfile.TemporaryDirectory,
    ):
        manager = make()
        with pytest.raises(AttributeError, match="'read': await it or use `async with`"):
            manager.read()
        with pytest.raises((TypeError, AttributeError)), manager:
            pass
        assert not any(hasattr(manager, name) for name in ("__iter__", "__aiter__", "__wrapped__"))
        with contextlib.suppress(TypeError, AttributeError):  # and no RecursionError
            copy.copy(manager)
        manager.close()


@counted_only
async def test_a_forgotten_await(with_input):
    path = str(with_input / "input.txt")
    async with aiofiles.open(path) as file:
        for call, name in (
            *[(getattr(file, name), f"AsyncTextIOWrapper.{name}") for name in ("read", "readline", "close")],
            (functools.partial(aiofiles.os.stat, path), "stat"),
            (functools.partial(aiofiles.os.path.exists, path), "exists"),
            (aiofiles.Path(path).read_text, "Path.read_text"),
            (functools.partial(aiofiles.open, path), "open"),
        ):
            with pytest.warns(RuntimeWarning, match=f"'{name}' was never awaited") as caught:
                call()
                gc.collect()
            assert len(caught) == 1


async def test_tracebacks_are_short(with_input):
    path = str(with_input / "input.txt")
    async with aiofiles.open(path) as file:
        pass
    for call in (
        lambda: aiofiles.os.stat(path + "nowhere"),
        lambda: aiofiles.open(path + "nowhere"),
        lambda: file.read(),
        lambda: aiofiles.Path(path + "nowhere").read_text(),
    ):
        with pytest.raises((OSError, ValueError)) as caught:
            await call()
        frames = traceback.extract_tb(caught.value.__traceback__)
        assert len([frame for frame in frames if frame.filename == LIBRARY]) <= 12
        assert caught.value.__cause__ is None and caught.value.__context__ is None


@pytest.mark.skipif(sys.version_info < (3, 10), reason="EncodingWarning is new in Python 3.10")
def test_an_encoding_warning_points_at_the_line_of_the_caller(with_input):
    warning = [
        "async with aiofiles.open('input.txt'): pass",
        "await (await aiofiles.open('input.txt',\n 'r')).close()",
        "async with aiofiles.threadpool.open('input.txt'): pass",
        "async with aiofiles.Path('input.txt').open(): pass",
        "await aiofiles.Path('input.txt').read_text()",
        "await aiofiles.Path('input.txt').write_text('x')",
        "async with aiofiles.tempfile.TemporaryFile('w+'): pass",
        "async with aiofiles.tempfile.NamedTemporaryFile('w'): pass",
    ]
    silent = [
        "async with aiofiles.open('input.txt', encoding='utf-8'), aiofiles.open('input.txt', 'rb'): pass",
        "await aiofiles.Path('input.txt').read_text('utf-8')",
        "await aiofiles.Path('input.txt').write_text('x', 'utf-8')",
        "async with aiofiles.tempfile.TemporaryFile(), aiofiles.tempfile.TemporaryFile('w', encoding='utf-8'): pass",
    ]
    program = with_input / "program.py"
    body = "".join(f"    {each}\n" for each in warning + silent)
    program.write_text(f"import asyncio, aiofiles\nasync def main():\n{body}asyncio.run(main())")
    options = "-X", "warn_default_encoding", "-W", "always::EncodingWarning"
    output = run_python("", *options, args=[str(program)], cwd=with_input)
    found = [line.split(": ")[0] for line in output.splitlines() if "EncodingWarning" in line]
    assert found == [f"{program}:{number}" for number in (3, 4, *range(6, 12))], output


# ---------------------------------------------------------------------------------------------------------------------
# Reports of users
# ---------------------------------------------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize("mode", ["w", "wb"])
async def test_a_file_in_a_reference_cycle_is_flushed_when_it_is_collected(mode, tmp_path):
    """CPython 3.12 and 3.13 may close the raw file first if the collector finds all its layers."""
    path = tmp_path / "file"
    file = await aiofiles.open(path, mode)
    for _ in range(100):
        await file.write("x" * 50 if mode == "w" else b"x" * 50)
    file.itself = file
    del file
    collect()
    assert path.stat().st_size == 5000


# ---------------------------------------------------------------------------------------------------------------------
# What the kernel has cached
#
# `hops` counts the calls that go to a thread.  It waits first until the library knows where the files of a folder are.
# ---------------------------------------------------------------------------------------------------------------------


def kernel_answers():
    """Whether the kernel can be asked, found out without the library."""
    if not (CPYTHON and LINUX and KERNEL_TELLS) or aiofiles.delegate_all:
        return False
    import ctypes

    call = ctypes.CDLL(None, use_errno=True).syscall
    how = (ctypes.c_uint64 * 3)(os.O_PATH | os.O_CLOEXEC, 0, 0x20)
    fd = call(ctypes.c_long(437), ctypes.c_long(-100), b"/", how, ctypes.c_size_t(24))
    if fd < 0:
        return False
    os.close(fd)
    return tuple(map(int, os.uname().release.split(".")[:2])) >= (6, 8)


def file_system(folder):
    """The name of the file system of *folder*, as the kernel gives it."""
    with open("/proc/self/mountinfo") as lines:
        mounts = [(line.split()[4], line.rpartition(" - ")[2].split()[0]) for line in lines]
    parents = [str(folder), *map(str, pathlib.Path(folder).parents)]
    return next(kind for parent in parents for mount, kind in reversed(mounts) if mount == parent)


ON_MEMORY = LINUX and os.path.isdir("/dev/shm") and file_system("/dev/shm") == "tmpfs"
SLOW_DISK = next(
    (path for path in (f"{FOLDER}/../shared/slow-disk", "/work/shared/slow-disk") if os.access(path, os.X_OK)), None
)
cached_only = pytest.mark.skipif(not kernel_answers(), reason="no kernel to ask")
memory_only = pytest.mark.skipif(not ON_MEMORY, reason="no tmpfs")
root_only = pytest.mark.skipif(not POSIX or os.geteuid() != 0, reason="needs root")
slow_disk_only = pytest.mark.skipif(not SLOW_DISK or not os.path.exists("/dev/fuse"), reason="needs slow-disk")


@pytest.fixture
def kernel():
    return aiofiles._kernel


class Hops:
    """Counts the hops of a call; `result` is what the call gave."""

    def __init__(self, pool):
        self.pool = pool
        self.result = None

    async def __call__(self, call, *args, **kwargs):
        before = self.pool.submitted
        self.result = await within(outcome(call, *args, **kwargs))
        return self.pool.submitted - before

    async def least(self, call, *args, **kwargs):
        """The same for a call that may be repeated, if something else has emptied the caches."""
        for _ in range(5):
            if not (count := await self(call, *args, **kwargs)):
                break
        return count

    async def all_take_a_thread(self, path):
        """Make all calls that can be answered at once, and expect that they are not."""
        for name, (ours, theirs) in LOOK_UPS.items():
            assert await self(ours, path) >= 1, name
            assert self.result == theirs(path), name

    async def settle(self, *calls):
        """Repeat the *calls* until none of them hops."""
        end = time.monotonic() + 20
        while any([await self(*call) for call in calls]):
            assert time.monotonic() < end, f"still hops: {calls}"
            await asyncio.sleep(0.001)


@pytest.fixture
async def hops(pool, tmp_path, monkeypatch):
    """`Hops` for a folder whose mount is known, with the usual encodings imported and without new files."""
    if file_system(tmp_path) not in ("ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs"):
        pytest.skip("another file system")
    asyncio.get_running_loop().set_default_executor(pool)
    hops = Hops(pool)
    (tmp_path / "file").write_text("one\ntwo\n")
    await hops.settle((aiofiles.os.stat, tmp_path))
    make_old(monkeypatch)
    for encoding in None, "utf-8":
        await hops.settle((opened, tmp_path / "file", "r", -1, encoding))
    return hops


def make_old(monkeypatch, seconds=100):
    """Let all files be older by some seconds, since the close of a file that was just written takes a thread."""
    monkeypatch.setattr(aiofiles._kernel, "wall_clock", lambda: time.time() + seconds)


async def opened(*args, **kwargs):
    """Open a file, read and close it: its content, and what can be seen of it."""
    async with aiofiles.open(*args, **kwargs) as file:
        return await file.read(), *described(file._file)


def plainly_opened(*args, **kwargs):
    with open(*args, **kwargs) as file:
        return file.read(), *described(file)


def described(file):
    import fcntl

    fd = file.fileno()
    flags = fcntl.fcntl(fd, fcntl.F_GETFL), os.get_inheritable(fd), os.get_blocking(fd)
    return type(file), file.name, file.mode, getattr(file, "encoding", None), flags


OF_PATHS = (
    "stat", "lstat", "exists", "is_dir", "is_file", "is_symlink", "is_socket", "is_fifo", "is_block_device",
    "is_char_device", "read_text", "read_bytes",
)  # fmt: skip
OF_OS_PATH = "exists", "isfile", "isdir", "islink", "lexists", "getsize", "getatime", "getctime", "getmtime"
LOOK_UPS = {  # ours and the standard library's
    **{f"os.{name}": (getattr(aiofiles.os, name), getattr(os, name)) for name in ("stat", "lstat")},
    "os.access": (lambda path: aiofiles.os.access(path, os.R_OK), lambda path: os.access(path, os.R_OK)),
    **{f"os.path.{name}": (getattr(aiofiles.os.path, name), getattr(os.path, name)) for name in OF_OS_PATH},
    **{
        f"Path.{name}": (
            lambda path, name=name: getattr(aiofiles.Path(path), name)(),
            lambda path, name=name: getattr(pathlib.Path(path), name)(),
        )
        for name in OF_PATHS
    },
    **{
        f"open({mode!r})": (functools.partial(opened, mode=mode), functools.partial(plainly_opened, mode=mode))
        for mode in ("r", "rb", "rt")
    },
}


@cached_only
@pytest.mark.parametrize("name", LOOK_UPS)
async def test_cached_lookups_take_no_thread(name, hops, tmp_path, monkeypatch):
    ours, theirs = LOOK_UPS[name]
    file, odd = str(tmp_path / "file"), os.fsencode(tmp_path / "odd") + b"\xff"
    os.close(os.open(odd, os.O_CREAT))
    monkeypatch.chdir(tmp_path)
    with os.scandir(tmp_path) as entries:
        paths = [file, os.fsencode(file), f"../{tmp_path.name}/file", odd, os.fsdecode(odd), next(entries)]
    for path in [*paths, pathlib.Path(file), aiofiles.Path(file)]:
        assert await hops.least(ours, path) == 0, path
        assert hops.result == await outcome(theirs, path), path


@cached_only
async def test_open_at_once_is_in_the_thread_of_the_loop(hops, tmp_path):
    """Another witness than the number of hops."""
    path, threads = str(tmp_path / "file"), set()
    seen_opening[path] = threads
    await opened(path)
    assert threads == {threading.current_thread()}
    threads.clear()
    async with aiofiles.open(path, "r+"):
        assert threads and threading.current_thread() not in threads
    del seen_opening[path]


seen_opening = {}


@functools.cache
def _watch_opening():
    def hook(event, args):
        if event == "open" and seen_opening and args[0] in seen_opening:
            seen_opening[args[0]].add(threading.current_thread())

    sys.addaudithook(hook)


_watch_opening()


def test_event_loops_in_several_threads_open_and_look_up_what_is_cached(tmp_path, monkeypatch, kernel):
    """They ask before the table of mounts is filled, and meanwhile."""
    monkeypatch.setattr(aiofiles, "_kernel", type(kernel)())
    make_old(monkeypatch)
    for i in range(50):
        (tmp_path / f"{i}").write_text(f"{i}\n" * i)

    async def look(number):
        for i in range(number, 200, 2):
            path, i = tmp_path / f"{i % 60}", i % 60
            assert await aiofiles.os.path.exists(path) == (i < 50)
            if i < 50:
                async with aiofiles.open(path) as file:
                    assert [line async for line in file] == [f"{i}\n"] * i
                assert (await aiofiles.os.stat(path)).st_size == len(f"{i}\n" * i)

    before = descriptors() if LINUX else 0
    in_loops(look)
    end = time.monotonic() + 20
    while LINUX and descriptors() > before:  # a thread that fills the table has a descriptor
        assert time.monotonic() < end
        time.sleep(0.001)


@cached_only
@pytest.mark.parametrize("name", LOOK_UPS)
async def test_results_of_lookups_are_those_of_the_standard_library(name, hops, tmp_path, monkeypatch):
    tree = {"folder": {"inside": "in\n"}, "to file": ("file",), "to folder": ("folder",), "dangling": ("missing",)}
    plant(tmp_path, {**tree, "loop": ("loop",), "mine": {}})
    os.close(os.open(os.fsencode(tmp_path / "odd") + b"\xff", os.O_CREAT))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "private").mkdir(0o000)
    ours, theirs = LOOK_UPS[name]
    full = str(tmp_path / "file")
    paths = [
        full, "file", b"file", pathlib.Path("file"), aiofiles.Path("file"), "./folder/../file", "folder/../missing/..",
        "file/", "file/.", "folder", "folder/", "to file", "to file/", "to folder", "to folder/", "to folder/inside",
        "to folder/../file", "dangling", "dangling/", "loop", "loop/x", "missing", "missing/", "file/below", "", ".", "..",
        "/", "x" * 300, "x/" * 3000, "a\0b", "\0", "odd\udcff", "\ud800", b"odd\xff", "private/x", "mine", "/dev/null",
        "//" + full, None, 1.5, [], object(), -1, 10**9, 10**30,
    ]  # fmt: skip
    before = descriptors()
    for path in paths:
        await hops(ours, path)
        assert hops.result == await outcome(theirs, path), path
    await until(lambda: descriptors() == before)  # a thread that looks at a mount has one, too


@cached_only
async def test_lookups_that_fail_and_those_of_links_take_no_thread(hops, tmp_path):
    plant(tmp_path, {"loop": ("loop",)})
    missing = 0 if file_system(tmp_path) != "tmpfs" else 1  # which remembers no missing names
    for path, count in ("missing", missing), ("file/", 0), ("loop", 0), ("x/" * 3000, 0):
        path = f"{tmp_path}/{path}"
        await outcome(os.stat, path)
        for ours, error in (aiofiles.os.stat, OSError), (opened, OSError), (aiofiles.os.path.exists, None):
            assert await hops.least(ours, path) == count, (path, ours)
            assert hops.result is False if error is None else issubclass(hops.result.type, error)
    if file_system(tmp_path) == "xfs":  # it does not answer for links
        return
    path = str(tmp_path / "link")
    os.symlink("/proc/version", path)
    for name in "os.lstat", "os.path.islink", "os.path.lexists", "Path.lstat", "Path.is_symlink":
        assert await hops.least(LOOK_UPS[name][0], path) == 0, name
    assert await hops.least(aiofiles.os.stat, path) == 1


@cached_only
async def test_other_cached_calls_take_a_thread(hops, tmp_path):
    file, folder = str(tmp_path / "file"), str(tmp_path)
    descriptor, of_folder = os.open(file, os.O_RDONLY), os.open(folder, os.O_RDONLY)
    link = tmp_path / "link"
    link.symlink_to(file)
    calls = [
        (aiofiles.os.stat, descriptor), (opened, folder), (aiofiles.os.readlink, link), (aiofiles.os.path.realpath, file),
        (aiofiles.os.listdir, folder), (aiofiles.os.stat, "/proc/self/status"), (opened, "/proc/self/status"),
        (functools.partial(aiofiles.os.stat, dir_fd=of_folder), "file"), (aiofiles.Path(file).resolve,),
        (functools.partial(aiofiles.os.stat, follow_symlinks=False), file),
        (functools.partial(aiofiles.os.access, effective_ids=True), file, os.R_OK),
        (functools.partial(opened, opener=os.open), file),
    ]  # fmt: skip
    for call in calls:
        assert await hops(*call) >= 1, call
        assert isinstance(hops.result, Error) == (call == (opened, folder)), call
    for mode in "r+", "a+", "rb+":
        assert await hops(opened, file, mode) == 3  # the open, the read and the close
    os.close(descriptor)
    os.close(of_folder)


@cached_only
async def test_cached_calls_use_an_explicit_executor_or_delegate_all(hops, tmp_path, monkeypatch):
    path = str(tmp_path / "file")
    calls = [functools.partial(function, path) for function in (aiofiles.os.stat, aiofiles.os.path.exists, opened)]
    with Pool() as own:
        for call in *calls, aiofiles.Path(path).stat, aiofiles.Path(path).read_bytes:
            before = own.submitted
            assert await hops(call, executor=own) == 0
            assert own.submitted >= before + 1
        before = own.submitted
        file = await aiofiles.open(path, executor=own)
        await file.close()
        assert own.submitted == before + 2
    monkeypatch.setattr(aiofiles, "delegate_all", True)
    await hops.all_take_a_thread(path)
    assert await hops(opened, path) == 3


# ---- the close


@cached_only
@pytest.mark.parametrize("mode", ["r", "rb"])
@pytest.mark.parametrize("at_once", [True, False])
async def test_a_close_after_reading_takes_no_thread(at_once, mode, hops, tmp_path):
    for name, *args in ("close",), ("aclose",), ("__aexit__", None, None, None):
        with contextlib.nullcontext() if at_once else mock.patch("io.open"):
            file = await aiofiles.open(tmp_path / "file", mode)
        await file.read()
        assert await hops(getattr(file, name), *args) == 0
        assert file.closed and file._file.closed
        await file.close()
        with pytest.raises(ValueError):
            await file.read()


@cached_only
async def test_a_close_may_write_what_was_just_written(hops, tmp_path, monkeypatch):
    """A writer has truncated the file and has it still open: on ext4 any close waits for the disk."""
    if file_system(tmp_path) == "tmpfs":
        pytest.skip("no disk")
    for age, count in (0, 1), (55, 1), (65, 0):
        make_old(monkeypatch, age)
        file = await aiofiles.open(tmp_path / "file")
        (tmp_path / "file").write_text("new\n")
        assert await hops(file.close) == count, age
        path = aiofiles.Path(tmp_path / "file")
        assert [await hops.least(path.read_text), await hops.least(path.read_bytes)] == [count, count], age


@cached_only
@memory_only
async def test_a_close_on_tmpfs_never_writes(hops, in_memory, monkeypatch, kernel):
    monkeypatch.setattr(kernel, "wall_clock", time.time)
    (in_memory / "file").write_text("new\n")
    await hops.settle((opened, in_memory / "file"), (aiofiles.Path(in_memory / "file").read_bytes,))


@cached_only
async def test_a_close_that_writes_or_removes_takes_a_thread(hops, tmp_path):
    path, temporary = tmp_path / "file", tmp_path / "temporary"
    temporary.write_text("one\n")
    descriptor = os.open(path, os.O_RDWR)
    wrapper = tempfile._TemporaryFileWrapper(open(temporary, "rb"), str(temporary))
    removed, deleted = aiofiles.wrap_file(wrapper), await aiofiles.open(path)
    assert await removed.read() == b"one\n"
    removed._strategy = aiofiles._inspect(wrapper)  # the file inside is one that is only read
    for file in (
        await aiofiles.open(descriptor, "rb", closefd=False), await aiofiles.open(os.dup(descriptor), "rb"),
        await aiofiles.open(path, "r", opener=lambda path, flags: os.open(path, flags | os.O_RDWR)),
        await aiofiles.open(path, "r+"), await aiofiles.open(path, "a"), removed,
    ):  # fmt: skip
        await hops(file.read)
        assert await hops(file.close) == 1
    assert not temporary.exists()
    path.unlink()
    assert await hops(deleted.close) == 1
    os.close(descriptor)


@cached_only
async def test_a_close_waits_for_the_operations_before_it(hops, tmp_path):
    file = await aiofiles.open(tmp_path / "file", "rb")
    gate = hops.pool.block()
    gate.here.wait(20)
    with mock.patch.object(os, "preadv", side_effect=BlockingIOError):
        reading = asyncio.create_task(file.read())
        await turns()
        closing = asyncio.create_task(file.close())
        await turns()
        assert not file.closed
        gate.set()
        assert await within(reading) == b"one\ntwo\n"
    await within(closing)
    assert file.closed


@cached_only
async def test_cached_calls_wait_for_time_and_a_close_does_not(hops, tmp_path, monkeypatch):
    path = str(tmp_path / "file")
    file = await aiofiles.open(path)
    state, now = aiofiles._LoopState.of(asyncio.get_running_loop()), aiofiles._Clock.now
    monkeypatch.setattr(aiofiles._LoopState, "SLICE", 1000)
    for ours, args in (aiofiles.os.stat, (path,)), (aiofiles.Path(path).read_bytes, ()), (opened, (path,)):
        await hops.settle((ours, *args))
        await asyncio.sleep(0)
        state.ends = now()
        later = []
        asyncio.get_running_loop().call_soon(later.append, 1)
        before = hops.pool.submitted
        await ours(*args)  # not in a task of its own, which would start in another iteration
        assert later and hops.pool.submitted == before
    state.ends = now()
    with pytest.raises(StopIteration):
        file.close().send(None)
    assert file.closed


@cached_only
@pytest.mark.parametrize("args, kwargs", [(("utf-8",), {}), ((), {"encoding": "utf-8"})])
async def test_wrong_arguments_are_wrong_for_a_cached_file_too(args, kwargs, hops, tmp_path):
    path = aiofiles.Path(tmp_path / "file")
    assert await hops.least(path.read_bytes) == 0
    with pytest.raises(TypeError):
        await path.read_bytes(*args, **kwargs)


@cached_only
async def test_without_a_descriptor_for_the_question_a_thread_opens(hops, tmp_path, monkeypatch):
    path = str(tmp_path / "file")
    calls = functools.partial(opened, path), aiofiles.Path(path).read_bytes
    assert [await hops.least(call) for call in calls] == [0, 0]
    monkeypatch.setattr(aiofiles._kernel, "open", mock.Mock(side_effect=OSError(errno.EMFILE, "no more")))
    assert [await hops(call) for call in calls] == [1, 1]


# ---- the guards of the questions


@cached_only
@root_only
async def test_files_of_other_users_may_have_an_acl(hops, tmp_path):
    path = str(tmp_path / "file")
    access = functools.partial(aiofiles.os.access, path, os.R_OK)
    calls = [access, functools.partial(opened, path), aiofiles.Path(path).read_text, aiofiles.Path(path).read_bytes]
    assert [await hops.least(call) for call in calls] == [0, 0, 0, 0]
    for function in "geteuid", "getuid":  # the user may change
        with mock.patch.object(os, function, return_value=12345):
            assert await hops(access) == 1
    os.chown(path, 12345, 12345)
    assert [await hops.least(call) for call in calls[:2]] + [await hops(call) for call in calls[2:]] == [1, 1, 1, 1]
    assert await hops.least(aiofiles.os.stat, path) == 0
    assert hops.result.st_uid == 12345


HOLDER = """
import fcntl
file = os.open(sys.stdin.readline().strip(), os.O_RDWR)
def broken(*_):
    say("broken")
    signal.alarm(10)
def release(*_):
    fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    say("released")
signal.signal(signal.SIGIO, broken)
signal.signal(signal.SIGALRM, release)
fcntl.fcntl(file, fcntl.F_SETLEASE, fcntl.F_WRLCK)
say("holds")
sys.stdin.readline()
release()
"""


@cached_only
@pytest.mark.parametrize("how", ["open", "read_bytes"])
async def test_the_lease_of_another_process_does_not_hold_up_the_loop(how, hops, tmp_path):
    path = tmp_path / "file"
    with Child(HOLDER) as holder, Pool() as own:
        holder.send(f"{path}\n".encode())
        holder.wait_for("holds")
        before = hops.pool.submitted
        task = asyncio.create_task(opened(path) if how == "open" else aiofiles.Path(path).read_bytes())
        await within(asyncio.get_running_loop().run_in_executor(own, holder.wait_for, "broken"))
        await turns()
        assert not task.done() and hops.pool.submitted == before + 1  # a thread waits for the holder
        holder.send(b"\n")
        await within(task)
        holder.ends()


@cached_only
async def test_system_calls_have_a_buffer_of_their_own_and_release_the_gil(hops, kernel, tmp_path, monkeypatch):
    import ctypes

    answers, statx = [], kernel.statx
    with monkeypatch.context() as patch:
        patch.setattr(kernel, "statx", lambda *args: answers.append(args[-1]) or statx(*args))
        for _ in range(2):
            await hops(aiofiles.os.stat, tmp_path)
    assert len(answers) == 2 and answers[0] is not answers[1]
    for function in kernel.fstatfs, kernel.statx, kernel.syscall:  # a FUSE server may answer late
        assert not type(function)._flags_ & ctypes._FUNCFLAG_PYTHONAPI
    with mock.patch.object(os, "uname", lambda: types.SimpleNamespace(machine="alpha")):
        alpha = type(kernel)()
        assert alpha.load() is False  # openat2 has another number there


@cached_only
async def test_encodings_are_imported_in_a_thread(hops, tmp_path, kernel):
    path = str(tmp_path / "file")
    read_text = aiofiles.Path(path).read_text

    async def only_opened(*args):
        async with aiofiles.open(*args) as file:
            return described(file._file)

    for encoding in "cp1140", "koi8_t":
        for call in (only_opened, path, "r", -1, encoding), (read_text, encoding):
            kernel.facts.pop(repr(encoding), None)
            assert await hops(*call) == 1
            await hops.settle(call)
        assert await hops.least(functools.partial(read_text, encoding=encoding)) == 0
    for encoding in "no such encoding", 5, b"utf-8", []:
        for _ in range(2):
            assert await hops(opened, path, "r", -1, encoding) == 1
        assert hops.result == await outcome(plainly_opened, path, "r", -1, encoding)


@cached_only
async def test_a_mount_is_inspected_in_a_daemon_thread(hops, tmp_path, monkeypatch, kernel):
    path, found, find, threads = str(tmp_path / "file"), threading.Event(), kernel.find_storage, []

    def find_later(*args):
        threads.append(threading.current_thread())
        found.wait(20)
        return find(*args)

    monkeypatch.setattr(kernel, "facts", {key: value for key, value in kernel.facts.items() if type(key) is not int})
    monkeypatch.setattr(kernel, "find_storage", find_later)
    try:
        assert [await hops(ours, path) for ours in (aiofiles.os.stat, opened, aiofiles.os.stat)] == [1, 2, 1]
        await until(lambda: threads)
        assert len(threads) == 1 and threads[0].daemon and threads[0] is not threading.current_thread()
    finally:
        found.set()
    await hops.settle((aiofiles.os.stat, path), (opened, path))


@cached_only
@pytest.mark.parametrize("error", ["ENOSYS", "EPERM", "EINVAL", "EAGAIN", "EMFILE", "EACCES"])
async def test_the_kernel_refuses_the_question(error, hops, tmp_path, monkeypatch, kernel):
    never_again = error in ("ENOSYS", "EPERM", "EINVAL")
    monkeypatch.setattr(kernel, "facts", dict(kernel.facts))
    monkeypatch.setattr(kernel, "errno", lambda: getattr(errno, error))
    monkeypatch.setattr(kernel, "syscall", mock.Mock(return_value=-1))
    await hops.all_take_a_thread(str(tmp_path / "file"))
    assert kernel.is_ready() is not never_again
    assert kernel.syscall.call_count == (1 if never_again else len(LOOK_UPS))


@cached_only
def test_a_sandbox_refuses_the_question():
    """seccomp: `openat2` fails with EPERM, as in containers of some years ago."""
    output = run_python(
        """
        import aiofiles, asyncio, ctypes, os, struct, threading
        libc = ctypes.CDLL(None, use_errno=True)
        program = b"".join(struct.pack("=HBBI", *line) for line in (
            (0x20, 0, 0, 0), (0x15, 0, 1, 437), (0x06, 0, 0, 0x00050001), (0x06, 0, 0, 0x7FFF0000)))
        code = ctypes.create_string_buffer(program)
        class Filter(ctypes.Structure):
            _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
        assert not libc.prctl(38, 1, 0, 0, 0)
        if libc.prctl(22, 2, ctypes.byref(Filter(4, ctypes.addressof(code))), 0, 0):
            print("no seccomp")
            raise SystemExit
        async def main():
            asked = False
            for _ in range(20000):
                assert (await aiofiles.os.stat("/")).st_mode == os.stat("/").st_mode
                if asked and not aiofiles._kernel.is_ready():
                    break
                asked = aiofiles._kernel.is_ready()
                await asyncio.sleep(0.001)
            async with aiofiles.open("/etc/passwd") as file:
                assert await file.read() == open("/etc/passwd").read()
            print(aiofiles._kernel.is_ready())
        asyncio.run(main())
        """
    )
    assert output.split() in (["False"], ["no", "seccomp"])


@cached_only
@pytest.mark.parametrize("doubt", ["no unique ids of mounts", "encrypted", "fs-verity", "no threads", "no descriptors"])
async def test_calls_take_a_thread_in_doubt(doubt, hops, tmp_path, monkeypatch, kernel):
    def start(thread, real=threading.Thread.start):
        if thread.name == "aiofiles":
            raise RuntimeError("can't start new thread")
        real(thread)

    def unpack(data, real=kernel.unpack):
        mask, attributes, *others = real(data)
        attributes = {"encrypted": 0x800, "fs-verity": 0x100000}.get(doubt, attributes)
        return (0x7FF if doubt == "no unique ids of mounts" else mask, attributes, *others)

    path = str(tmp_path / "file")
    file, before = await aiofiles.open(path), descriptors()
    with monkeypatch.context() as patch:
        patch.setattr(kernel, "facts", dict(kernel.facts))
        if doubt == "no threads":
            patch.setattr(threading.Thread, "start", start)
        elif doubt == "no descriptors":
            patch.setattr(kernel, "dup", mock.Mock(side_effect=OSError(errno.EMFILE, "too many")))
        else:
            patch.setattr(kernel, "unpack", unpack)
        if doubt.startswith("no "):
            patch.setattr(kernel, "facts", {"ctypes": 1, "'utf-8'": 1, "None": 1})
        await hops.all_take_a_thread(path)
        assert descriptors() == before
        assert await hops(file.close) == 1
        assert kernel.is_ready() is (doubt != "no unique ids of mounts")
    await hops.settle((aiofiles.os.stat, path), (opened, path))


@pytest.mark.parametrize(
    "prepare, asks",
    [
        pytest.param("pass", True, marks=cached_only),
        ("for name in {'preadv', 'RWF_NOWAIT'} & set(dir(os)): delattr(os, name)", False),  # as on macOS and Windows
        ("if hasattr(os, 'RWF_NOWAIT'): del os.RWF_NOWAIT", False),
        ("sys.getandroidapilevel = lambda: 30", False),
    ],
)
def test_a_new_process_imports_ctypes_in_a_thread_or_never(prepare, asks, tmp_path):
    (tmp_path / "file").write_bytes(b"line\n" * 10_000)
    output = run_python(
        f"""
        import asyncio, os, sys, threading
        {prepare}
        threads = set()
        def hook(event, args):
            if event == "import" and args[0] in ("ctypes", "_ctypes", "fcntl", "struct"):
                threads.add(threading.current_thread().daemon)
        sys.modules.pop("struct", None)
        sys.addaudithook(hook)
        import aiofiles
        assert not threads and "ctypes" not in sys.modules
        async def main():
            for _ in range(20000):
                await aiofiles.os.stat("/")
                if aiofiles._kernel.is_ready() or not {asks}:
                    break
                await asyncio.sleep(0.001)
            print(aiofiles._kernel.is_ready(), "ctypes" in sys.modules, *threads)
            for mode, buffering in ("r", -1), ("rb", -1), ("r", 1 << 20), ("rb", 1 << 20):
                async with aiofiles.open({str(tmp_path / "file")!r}, mode, buffering) as file:
                    assert len([line async for line in file]) == 10000
                async with aiofiles.open({str(tmp_path / "file")!r}, mode, buffering) as file:
                    sizes = len(await file.readline()), len(await file.read(100)), len(await file.read())
                    assert sizes == (5, 100, 49895)
        asyncio.run(main())
        """
    )
    assert output.split() == (["True", "True", "True"] if asks else ["False", "False"])


# ---- replaced functions


REPLACED = {  # what is replaced, and calls which get to it
    "os.stat": ["os.stat", "os.path.exists", "os.path.isfile", "os.path.getsize", "Path.stat", "Path.exists"],
    "os.lstat": ["os.lstat", "os.path.islink", "os.path.lexists"],
    **{f"os.{name}": [f"os.{name}"] for name in ("access", "path.exists", "path.isdir", "path.getmtime")},
    "pathlib.Path.stat": ["Path.stat", "Path.exists" if sys.version_info < (3, 14) else "Path.is_socket"],
    "pathlib.Path.exists": ["Path.exists"],
    "pathlib.Path.open": ["Path.read_text"],
    "pathlib.Path.read_bytes": ["Path.read_bytes"],
    "io.open": ["Path.read_text", "Path.read_bytes"],
    "aiofiles.threadpool.sync_open": ["open('r')", "open('rb')"],
}


@cached_only
@pytest.mark.parametrize("target", REPLACED)
async def test_replaced_functions_are_called_in_a_thread(target, hops, tmp_path, monkeypatch):
    path, threads = str(tmp_path / "file"), []
    where, _, name = target.rpartition(".")
    module, *rest = where.split(".")
    holder = functools.reduce(getattr, rest, importlib.import_module(module))
    real = getattr(holder, name)

    def replacement(*args, **kwargs):
        threads.append(threading.current_thread())
        return real(*args, **kwargs)

    for call in REPLACED[target]:
        ours, theirs = LOOK_UPS[call]
        expected = theirs(path)
        with monkeypatch.context() as patch:
            patch.setattr(holder, name, replacement)
            assert await hops(ours, path) >= 1, call
        assert hops.result == expected
        # Before Python 3.11, pathlib keeps the real functions: `os.stat`, and `io.open` in 3.10.
        kept = {(3, 9): ["os.stat"], (3, 10): ["os.stat", "io.open"]}.get(sys.version_info[:2], [])
        keeps = call.startswith("Path") and target in kept
        assert bool(threads) is not keeps and threading.current_thread() not in threads, call
        threads.clear()
        assert await hops.least(ours, path) == 0, call


@cached_only
async def test_a_replaced_module_is_called_in_a_thread(hops, tmp_path, monkeypatch):  # pyfakefs replaces `os`
    fake, threads = types.ModuleType("os"), []
    fake.__dict__.update(vars(os))
    fake.stat = lambda path: threads.append(threading.current_thread()) or "faked"
    monkeypatch.setitem(sys.modules, "os", fake)
    monkeypatch.setattr(aiofiles, "_os", fake)
    assert await hops(aiofiles.os.stat, str(tmp_path / "file")) == 1
    assert hops.result == "faked" and threading.current_thread() not in threads


@cached_only
def test_functions_replaced_before_the_import_are_called_in_a_thread(tmp_path):
    """blockbuster may have replaced them by functions that fail in the thread of the event loop."""
    (tmp_path / "file").write_text("one\n")
    output = run_python(
        f"""
        import asyncio, builtins, functools, importlib.util, io, os, sys, threading
        path = {str(tmp_path / "file")!r}

        async def main(library):
            kernel = library._kernel
            fd = os.open(path, os.O_RDONLY)
            for _ in range(1000):
                if kernel.is_ready() and kernel.check(fd, 0):  # it can be asked
                    break
                await asyncio.sleep(0.001)
            os.close(fd)
            threads.clear()
            for call in library.os.stat, library.os.lstat, library.os.path.exists, library.os.path.getsize, library.open:
                await call(path)

        for module, name in (os, "stat"), (os, "lstat"), (os.path, "exists"), (os.path, "getsize"), (io, "open"), (builtins, "open"):
            real, threads = getattr(module, name), []

            @functools.wraps(real)
            def replacement(*args, **kwargs):
                if args[0] == path:
                    threads.append(threading.current_thread() is threading.main_thread())
                return real(*args, **kwargs)

            setattr(module, name, replacement)
            spec = importlib.util.spec_from_file_location(f"aiofiles_{{name}}_{{module.__name__}}", {LIBRARY!r})
            sys.modules[spec.name] = library = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(library)
            asyncio.run(main(library))
            setattr(module, name, real)
            print(module.__name__, name, bool(threads) or module is io, any(threads))
        """
    )
    assert [line.split()[2:] for line in output.splitlines()] == [["True", "False"]] * 6, output


# ---- content


@cached_only
async def test_cached_content_of_a_path_takes_no_thread(hops, tmp_path):
    path = tmp_path / "file"
    for size, count in (0, 0), (1, 0), (256 * 1024, 0), (256 * 1024 + 1, 1):
        path.write_bytes(b"x" * size)
        ours = aiofiles.Path(path)
        assert [await hops.least(ours.read_bytes), await hops.least(ours.read_text)] == [count, count], size
        assert hops.result == "x" * size
    if file_system(tmp_path) in ("ext4", "xfs", "btrfs"):
        path.write_bytes(b"x" * 100_000)
        with open(path, "rb") as file:
            os.fsync(file)
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        assert [await hops.least(aiofiles.os.stat, path), await hops(ours.read_bytes)] == [0, 1]
        assert hops.result == b"x" * 100_000


@cached_only
async def test_a_function_that_is_bound_to_a_path_returns_text(hops, tmp_path):
    (tmp_path / "file").write_text("text")
    read_text, read_bytes = map(aiofiles.os.wrap, ((tmp_path / "file").read_text, (tmp_path / "file").read_bytes))
    assert [await hops.least(read_text), hops.result] == [0, "text"]
    assert [await hops.least(read_bytes), hops.result] == [0, b"text"]


@cached_only
@pytest.mark.parametrize("error", [UnicodeError, NotImplementedError])
async def test_a_codec_that_only_decodes_reads_what_is_cached(error, hops, tmp_path):
    def fail(*args):
        raise error

    name = f"decodes_only_{error.__name__.lower()}"
    ascii = codecs.lookup("ascii")
    codec = codecs.CodecInfo(fail, *ascii[1:], ascii.incrementalencoder, ascii.incrementaldecoder, name=name)
    codecs.register(lambda asked: codec if asked == name else None)
    path = tmp_path / "file"
    await hops.settle((aiofiles.Path(path).read_text, name))  # until the codec is known
    async with aiofiles.open(path, encoding=name) as file:
        assert [await file.readline(), await file.read()] == ["one\n", "two\n"]
    async with aiofiles.wrap_open(io.open)(path, encoding=name) as file:
        assert await file.read() == "one\ntwo\n"


@cached_only
async def test_a_method_that_is_bound_to_no_path_takes_one(hops, tmp_path):
    for method in pathlib.Path.exists, pathlib.Path.is_file, pathlib.Path.stat:
        path = pathlib.Path(tmp_path / "file")
        assert await aiofiles.os.wrap(method)(path) == method(path), method


@cached_only
@pytest.mark.parametrize("target", ["os.stat", "os.path.exists"])
async def test_a_mock_records_only_its_call(target, hops, tmp_path):
    with mock.patch(target) as replaced:
        await getattr(aiofiles.os if target == "os.stat" else aiofiles.os.path, target.split(".")[-1])("file")
    assert replaced.mock_calls == [mock.call("file")]


@cached_only
async def test_an_original_function_in_the_place_of_another_gets_its_own_question(hops, tmp_path):
    (tmp_path / "file").write_text("text")
    (tmp_path / "link").symlink_to("file")
    with mock.patch("os.stat", os.lstat), mock.patch("os.path.isdir", os.path.isfile):
        assert stat.S_ISLNK((await aiofiles.os.stat(tmp_path / "link")).st_mode)
        assert await aiofiles.os.path.isdir(tmp_path / "file") is True
        assert await aiofiles.os.path.exists(tmp_path / "file") is True  # it calls `os.stat`


@pytest.fixture
async def in_memory(hops):
    """A folder on tmpfs, of which all is known."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as folder:
        (pathlib.Path(folder) / "file").write_text("one\n")
        await hops.settle((aiofiles.os.stat, folder))
        yield pathlib.Path(folder)


@cached_only
@memory_only
@pytest.mark.parametrize("swap", [False, True])
async def test_reads_from_memory_take_a_thread_only_if_there_is_swap_space(swap, hops, in_memory, monkeypatch, kernel):
    path, real = in_memory / "big", open
    path.write_bytes(b"".join(b"%08d\n" % number for number in range(100_000)))
    swaps = b"Filename\n/swap\n" if swap else b"Filename\n"

    def fake(path, *args, **kwargs):
        return io.BytesIO(swaps) if path == "/proc/swaps" else real(path, *args, **kwargs)

    async def lines(mode):
        async with aiofiles.open(path, mode) as file:
            return sum([len(line) async for line in file])

    async def chunks():
        async with aiofiles.open(path, "rb") as file:
            return [await file.seek(450_000), len(await file.read(4096)), len(await file.read(65536))]

    monkeypatch.setattr(kernel, "facts", {"None": 1})
    with monkeypatch.context() as patch:
        patch.setattr(builtins, "open", fake)
        await hops.settle((aiofiles.os.stat, in_memory))
    for call, expected in (
        ((lines, "r"), 900_000), ((lines, "rb"), 900_000), ((chunks,), [450_000, 4096, 65536]),
        ((aiofiles.Path(in_memory / "file").read_text,), "one\n"),
        ((aiofiles.Path(in_memory / "file").read_bytes,), b"one\n"),
    ):  # fmt: skip
        assert (await hops(*call) > 0, hops.result) == (swap, expected), call


# ---- other disks


def run_on_slow_disk(program, folder, *options):
    """Run a program with a folder that has the files of *folder*, of which nothing is cached."""
    prelude = """
        async def hops(call, *args):
            before = pool.submitted
            await call(*args)
            return pool.submitted - before

        async def find_out(path):
            mounts = set(kernel.facts)
            while True:
                await aiofiles.os.stat(path)
                busy = "aiofiles" in [thread.name for thread in threading.enumerate()]
                if not busy and any(type(key) is int for key in set(kernel.facts) - mounts):
                    return
                await asyncio.sleep(0.001)

        pool, slow, kernel = Pool(2), os.environ["SLOW"], aiofiles._kernel
    """
    imports = f"import sys; sys.path[:0] = {[FOLDER, os.path.dirname(__file__)]}; from test_aiofiles import *"
    code = "\n".join([imports, textwrap.dedent(prelude), textwrap.dedent(program)])
    command = [SLOW_DISK, *options, "--files", str(folder), "--", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    if done.returncode == 69 or (done.returncode and "mount" in done.stderr):
        pytest.skip(done.stderr.splitlines()[-1])
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@cached_only
@root_only
@slow_disk_only
def test_the_loop_never_asks_a_fuse_server(tmp_path):
    """With long timeouts the kernel has entries cached although the server is slow, also below overlayfs."""
    (tmp_path / "file").write_text("one\n")
    program = f"""
        async def main():
            asyncio.get_running_loop().set_default_executor(pool)
            path, over = f"{{slow}}/file", {str(tmp_path / "over")!r}
            await find_out(path)
            os.mkdir(over)
            options = f"lowerdir={{slow}}:/etc"
            subprocess.run(["mount", "-t", "overlay", "none", "-o", options, over], check=True)
            await find_out(f"{{over}}/file")
            for path in path, f"{{over}}/file":
                fd = kernel.syscall(kernel.openat2, kernel.at_fdcwd, path.encode(), kernel.questions[0], kernel.size)
                os.close(fd)  # the kernel has it cached
                print(await hops(aiofiles.os.stat, path), await hops(opened, path, "rb"))
        asyncio.run(main())
    """
    assert run_on_slow_disk(program, tmp_path, "--delay", "1", "--cache", "forever") == ["1", "3", "1", "3"]


@cached_only
@root_only
@slow_disk_only
@pytest.mark.parametrize("device", ["ext4", "xfs", "btrfs"])
def test_a_cold_disk_is_asked_in_a_thread(device, tmp_path):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "file").write_text("one\n")
    program = """
        async def main():
            asyncio.get_running_loop().set_default_executor(pool)
            await find_out(slow)
            print(await hops(aiofiles.os.stat, slow), await hops(aiofiles.os.stat, f"{slow}/folder/file"))
            while await hops(aiofiles.os.stat, f"{slow}/folder/file"):
                await asyncio.sleep(0.001)
        asyncio.run(main())
    """
    assert run_on_slow_disk(program, tmp_path, "--device", device, "--device-delay", "20") == ["0", "1"]


@pytest.mark.parametrize("kind", [str, os.fsencode])
async def test_a_path_with_a_null_character_is_that_of_no_file(kind, tmp_path, kernel):
    path = kind(tmp_path / "file")
    pathlib.Path(tmp_path, "file").touch()
    cut = path + ("\0.png" if kind is str else b"\0.png")
    for name in "exists", "isfile", "isdir", "lexists":
        assert await getattr(aiofiles.os.path, name)(path) is (name != "isdir")
        assert await getattr(aiofiles.os.path, name)(cut) is getattr(os.path, name)(cut)
    for function in aiofiles.os.stat, aiofiles.os.lstat, aiofiles.os.path.getsize, aiofiles.open:
        with pytest.raises(ValueError, match="null"):
            await function(cut)
    for function in aiofiles.os.stat, aiofiles.os.path.exists, aiofiles.os.path.getsize:
        for args, kwargs in (((path, 5), {}), ((path,), {"encoding": "utf-8"})):
            with pytest.raises(TypeError):
                await function(*args, **kwargs)


class Misleading(str):
    def encode(self, *args):
        return b"/"


@cached_only
async def test_a_path_that_encodes_itself_is_that_of_the_standard_library(hops, tmp_path):
    path = Misleading(tmp_path / "file")
    pathlib.Path(path).write_text("text")
    for _ in range(2):
        assert [await hops(aiofiles.os.stat, path), hops.result] == [1, os.stat(path)]


@cached_only
async def test_a_path_that_is_replaced_by_a_fifo_is_no_regular_file(hops, tmp_path, monkeypatch, kernel):
    path, fifo = tmp_path / "file", tmp_path / "fifo"

    def replace(function):
        def replaced(*args):
            result = function(*args)
            if not path.is_fifo() and args[0] != fifo:
                os.mkfifo(fifo)
                fifo.replace(path)
            return result

        return replaced

    async def read():
        async with aiofiles.open(path) as file:
            return await file.readline()

    for name in "check", "stat":  # the kernel was asked; a thread has looked
        path.unlink(missing_ok=True)
        path.write_text("regular\n")
        assert await hops.least(opened, path) == 0
        with monkeypatch.context() as patch:
            patch.setattr(aiofiles._kernel, name, replace(getattr(kernel, name)))
            if name == "stat":
                patch.setattr(kernel, "syscall", mock.Mock(return_value=-1))
                patch.setattr(kernel, "errno", lambda: errno.EAGAIN)
            task = asyncio.create_task(read())
            await until(path.is_fifo)
            threading.Thread(target=path.write_text, args=("fifo\n",), daemon=True).start()
            assert await within(task) == "fifo\n"
