#!/usr/bin/env python3
"""Measure aiofiles.py against the builtin file objects, aiofiles 25.1.0 and other packages.

    python .ci/benchmark.py                               every table but that of the servers
    python .ci/benchmark.py --aiofiles pip                the same, with aiofiles 25.1.0 installed by pip
    python .ci/benchmark.py --only lines --rounds 20      some rows, with more rounds
    python .ci/benchmark.py --only many --loop uvloop     the table of many tasks, on uvloop
    python .ci/benchmark.py --only many --untold          the same, without the kernel's answers
    python .ci/benchmark.py --directory /dev/shm          on another file system
    python .ci/benchmark.py --trees                       only directory trees, with 100,000 entries
    python .ci/benchmark.py --server                      only sanic and quart, serving a static file

All contestants run in one process and one event loop, in random order within each round. Only ratios of their times
are judged, because a busy or slow machine changes a ratio much less than a time. A row that misses its limit is
measured again before it counts as missed. The exit status is 3 if limits are missed, and 1 if something does not work;
the last lines say what.

Without --aiofiles, `hop` takes the place of aiofiles: a small imitation that sends every call to a thread. anyio and
aiofile take part if they are installed. The folder aiofiles-benchmark-USER, in the system's folder for temporary files
or in that of --directory, is kept between runs. It holds small sample files, which have to be a minute old, and the
virtual environment of the servers.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import gc
import getpass
import glob
import importlib
import importlib.metadata
import importlib.util
import io
import itertools
import math
import operator
import os
import pathlib
import platform
import random
import re
import shutil
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import time
import venv
from collections import deque
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from types import SimpleNamespace

CPYTHON = platform.python_implementation() == "CPython"
AIOFILES = "25.1.0"  # the version to compare with
ATTEMPTS = 3  # how often a row that misses its limit is measured
TOLERANCE = 1.05  # factor on a limit of 1: two thread hops cannot be compared more exactly
OTHER_PYTHONS = 1.5  # factor on the limits for versions other than 3.12
SMALL = 4096  # bytes of a small file
LINE = "x" * 89 + "\n"


# ----------------------------------------------------------------------------------------------------------------------
# Contestants
#
# Each has an `open()` that gives an asynchronous context manager, and the other functions that the tables call, or None
# for a function that it lacks.
# ----------------------------------------------------------------------------------------------------------------------


class OwnFile(io.FileIO):
    """A user's own file type. Nothing is known about its methods, so each call has to go to a thread."""

    def flush(self):
        pass


def contestant(name, open=None, wrap=None, stat=None, exists=None, getcwd=None, read_bytes=None):
    functions = {"open": open, "wrap": wrap, "stat": stat, "exists": exists, "getcwd": getcwd}
    return SimpleNamespace(name=name, read_bytes=read_bytes, own=OwnFile, **functions)


def encoding(mode):
    return {} if "b" in mode else {"encoding": "utf-8"}


def builtin_open(path, mode):
    return open(path, mode, **encoding(mode))


def in_thread(function, *args):
    return asyncio.get_running_loop().run_in_executor(None, functools.partial(function, *args))


def hopping(function):
    async def call(*args):
        return await in_thread(function, *args)

    return call


def hopping_method(name):
    async def method(self, *args):
        return await in_thread(getattr(self._file, name), *args)

    return method


class HopFile:
    """What aiofiles does, in a few lines: every call is a thread hop."""

    def __init__(self, file):
        self._file = file

    read, readline, write = hopping_method("read"), hopping_method("readline"), hopping_method("write")
    seek, flush, close = hopping_method("seek"), hopping_method("flush"), hopping_method("close")

    def __aiter__(self):
        return self

    async def __anext__(self):
        line = await self.readline()
        if line:
            return line
        raise StopAsyncIteration


@contextlib.asynccontextmanager
async def hop_open(path, mode):
    file = HopFile(await in_thread(builtin_open, path, mode))
    try:
        yield file
    finally:
        await file.close()


def find(module, name):
    """Return `module.a.b` for the name "a.b", or None. Submodules of a package are imported if necessary."""
    for part in name.split("."):
        if not hasattr(module, part) and hasattr(module, "__path__"):
            with contextlib.suppress(ImportError):
                importlib.import_module(f"{module.__name__}.{part}")
        module = getattr(module, part, None)
    return module


def like_aiofiles(name, module):
    def open_file(path, mode):
        return module.open(path, mode, **encoding(mode))

    wrap = find(module, "wrap_file") or find(module, "threadpool.wrap")
    path_type = find(module, "pathlib.Path") if name == "ours" else None
    read_bytes = path_type and (lambda path: path_type(path).read_bytes())
    functions = (find(module, f"os.{function}") for function in ("stat", "path.exists", "getcwd"))
    return contestant(name, open_file, wrap, *functions, read_bytes)


def the_anyio():
    import anyio

    @contextlib.asynccontextmanager
    async def open_file(path, mode):
        async with await anyio.open_file(path, mode, **encoding(mode)) as file:
            yield file

    return contestant("anyio", open_file)


def the_aiofile():
    import aiofile

    class File:
        """With awaited methods. aiofile buffers nothing, and its own flush() is an fsync()."""

        def __init__(self, file):
            self.read, self.readline, self.write, self._file = file.read, file.readline, file.write, file

        def __aiter__(self):
            return self._file.__aiter__()

        async def seek(self, offset):
            self._file.seek(offset)

        async def flush(self):
            pass

    @contextlib.asynccontextmanager
    async def open_file(path, mode):
        async with aiofile.async_open(path, mode, **encoding(mode)) as file:
            yield File(file)

    return contestant("aiofile", open_file)


def load_library(path):
    """Import the library to measure under another name, because aiofiles may be imported as well."""
    folder = [os.path.dirname(path)] if os.path.basename(path) == "__init__.py" else None
    name = "library_under_test"
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=folder)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_aiofiles(where, folder):
    """Return the package aiofiles from the folder *where*, or from pip, and its version."""
    if where == "pip":
        where = folder.join("site")
        command = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--target", where]
        subprocess.run([*command, f"aiofiles=={AIOFILES}"], check=True, stdout=sys.stderr)
    sys.path.insert(0, os.path.abspath(where))
    module = None
    with contextlib.suppress(ImportError):
        module = importlib.import_module("aiofiles")
    del sys.path[0]
    if not module or not os.path.realpath(module.__file__).startswith(os.path.realpath(where) + os.sep):
        raise SystemExit(f"benchmark: there is no aiofiles in {where}")
    versions = [found.version for found in importlib.metadata.distributions(name="aiofiles", path=[where])]
    return module, versions[0] if versions else "of unknown version"


def all_contestants(library, aiofiles):
    def read_bytes(path):
        return pathlib.Path(path).read_bytes()

    functions = (os.stat, os.path.exists, os.getcwd)
    yield contestant("builtin", builtin_open, lambda file: file, *functions, read_bytes)
    yield contestant("hop", hop_open, HopFile, *map(hopping, (*functions, read_bytes)))
    if aiofiles:
        yield like_aiofiles("aiofiles", aiofiles)
    for make in (the_anyio, the_aiofile):
        with contextlib.suppress(ImportError):
            yield make()
    yield like_aiofiles("ours", library)


def loops(code, parameters):
    """Return the code of a loop as two functions: without `async` and `await`, and with them."""
    awaiting = f"async def loop({parameters}):\n" + textwrap.indent(code, "    ")
    for source in (re.sub(r"\b(async|await) ", "", awaiting), awaiting):
        namespace = {}
        exec(source, namespace)
        yield namespace["loop"]


# ----------------------------------------------------------------------------------------------------------------------
# Report
# ----------------------------------------------------------------------------------------------------------------------


def number(value):
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"


def ms(seconds):
    return f"{seconds * 1000:.1f}"


class Report:
    """Print tables, aligned or as Markdown, and collect the limits that were missed."""

    def __init__(self, markdown):
        self.markdown = markdown
        self.missed = []
        self.failed = []
        self.judged = 0
        self.empty = True

    def judge(self, good, complaint):
        self.judged += 1
        if not good:
            self.missed.append(complaint)
        return "ok" if good else "MISSED"

    def fail(self, name, error):
        self.failed.append(f"{name}: {error!r}")

    def judge_time(self, name, ratio, limit, against):
        times = f"ours takes {ratio:.2f} times as long as {against}"
        return self.judge(ratio <= limit, f"{name}: {times}; the limit is {limit:.3g}")

    def judge_delay(self, name, delay, limit):
        times = f"timers are {ms(delay)} ms late (p99)"
        return self.judge(delay <= limit, f"{name}: {times}; the limit is {ms(limit)} ms")

    def table(self, title, head, rows):
        if not rows:
            return
        self.empty = False
        widths = [max(map(len, column)) for column in zip(head, *rows)]
        rows = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in [head, *rows]]
        if self.markdown:
            rows.insert(1, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
            lines = [f"| {' | '.join(row)} |" for row in rows]
        else:
            lines = ["  ".join(row).rstrip() for row in rows]
        print(f"\n{title}\n", *lines, sep="\n", flush=True)

    def bars(self, title, groups, width=48):
        """*groups* are names with their bars: a label and a ratio each. The scale is logarithmic and begins at 1."""
        if not groups:
            return
        eighths = "▏▎▍▌▋▊▉█"
        try:
            eighths.encode(sys.stdout.encoding or "ascii")
        except UnicodeError:
            eighths = "#"
        longest = max(2, *(ratio for _, bars in groups for _, ratio in bars))
        lines = []
        for name, bars in groups:
            for label, ratio in bars:
                length = width * len(eighths) * math.log(max(ratio, 1)) / math.log(longest)
                whole, rest = divmod(max(1, round(length)), len(eighths))
                bar = eighths[-1] * whole + (eighths[rest - 1] if rest else "")
                lines.append(f"{name:28}{label:>9} {bar} {number(ratio)}")
                name = ""
        if self.markdown:
            lines = ["```text", *lines, "```"]
        print(f"\n{title}\n", *lines, sep="\n", flush=True)


# ----------------------------------------------------------------------------------------------------------------------
# Files to measure with, and what the kernel says about them
# ----------------------------------------------------------------------------------------------------------------------

SAMPLES = 40  # small files
OLD = 61  # seconds; the kernel can close a file without waiting if nobody has changed it for a minute
LOCAL = ("ext2", "ext3", "ext4", "xfs", "btrfs", "tmpfs", "ramfs")  # file systems that answer for paths


def kept_folder(parent):
    return os.path.join(parent, f"aiofiles-benchmark-{getpass.getuser()}")


class Folder:
    """The folder to measure in, and beside it the one that is kept between runs."""

    def __init__(self, path, memory):
        self.path = path
        self.memory = memory  # a folder on a file system in memory
        self.kept = kept_folder(os.path.dirname(path))

    def join(self, name):
        return os.path.join(self.path, name)

    def sample(self, size, name=""):
        """Return the path of a file of *size* bytes, in lines of 80 to 100 bytes, on average 90."""
        path = self.join(f"sample-{size}{name}")
        if not os.path.exists(path):
            block = "".join(chr(97 + n % 26) * (79 + n % 21) + "\n" for n in range(21 * 26)).encode()
            with open(path, "wb") as file:
                for done in range(0, size, len(block)):
                    file.write(block[: size - done])
        return path

    def small_files(self):
        """Return the paths of the small files, which are made if they are not there from an earlier run."""
        os.makedirs(self.kept, mode=0o700, exist_ok=True)
        paths = [os.path.join(self.kept, f"sample-{n}.txt") for n in range(SAMPLES)]
        for path in paths:
            if not os.path.exists(path) or os.path.getsize(path) != SMALL:
                shutil.copyfile(self.sample(SMALL), path)
        return paths

    def new_files(self, where, count):
        """Return paths to create files at, in this folder or in memory, where no disk blurs the comparison."""
        parent = self.memory if where == "memory" else self.path
        return [os.path.join(parent, f"new-{n}") for n in range(count)] if parent else []

    async def old_files(self):
        """Return the paths of the small files as soon as they are old."""
        paths = self.small_files()
        wait = max(os.stat(path).st_ctime for path in paths) + OLD - time.time()
        if wait > 0:
            print(f"Waiting {wait:.0f} s until the small files are old.", file=sys.stderr)
            await asyncio.sleep(wait)
        return paths

    def answers_reads(self):
        """Whether the kernel says if a read would have to wait for the disk."""
        if not hasattr(os, "preadv") or not hasattr(os, "RWF_NOWAIT"):
            return False
        with open(self.sample(SMALL), "rb") as file:
            try:
                os.preadv(file.fileno(), [bytearray(SMALL)], 0, os.RWF_NOWAIT)
            except BlockingIOError:
                pass
            except OSError:  # a file system in memory has nothing to wait for, unless there is swap
                swaps = pathlib.Path("/proc/swaps").read_text().splitlines()
                return self.file_system() in ("tmpfs", "ramfs") and len(swaps) == 1
        return True

    def answers_paths(self):
        """Whether the kernel says if an open or a stat would have to wait for the disk."""
        version = tuple(map(int, re.findall(r"\d+", platform.release())[:2]))
        if not CPYTHON or not self.answers_reads() or version < (6, 8) or self.file_system() not in LOCAL:
            return False
        import ctypes

        how = struct.pack("QQQ", os.O_PATH | os.O_CLOEXEC, 0, 0x20)  # RESOLVE_CACHED
        fd = ctypes.CDLL(None).syscall(437, -100, os.fsencode(self.path), how, len(how))  # openat2
        if fd >= 0:
            os.close(fd)
        return fd >= 0

    def file_system(self):
        here, best, kind = os.path.realpath(self.path) + "/", "", "unknown file system"
        with contextlib.suppress(OSError), open("/proc/mounts", encoding="utf-8", errors="replace") as mounts:
            for mount in mounts:
                point, its_kind = mount.split()[1:3]
                if here.startswith(point.rstrip("/") + "/") and len(point) >= len(best):
                    best, kind = point, its_kind
        return kind


def limit_here(limit):
    """Return *limit* as it applies to this Python."""
    if sys.version_info[:2] != (3, 12):
        limit *= OTHER_PYTHONS
    return limit


# ----------------------------------------------------------------------------------------------------------------------
# Operations of an open file
#
# The code of a workload sees `file`, opened in `mode`; `ops`, the number of operations; `line`, the data to write; and
# `offsets`, one for each operation. Several tasks share one file if they write, and have a file each if they read.
# Written data is flushed within the measured time.
# ----------------------------------------------------------------------------------------------------------------------

PASS_SECONDS = 0.01  # the least time of a contestant in a round
LONGEST_PASS = 0.3  # a contestant whose pass would take longer gets one with fewer operations


@dataclass(frozen=True)
class Workload:
    name: str
    mode: str
    unit: int  # bytes of an operation
    ops: int  # operations of a pass
    few: int  # operations of a pass of a slow contestant
    code: str
    limit: float | None  # the most that ours may take, in times of the builtin; None: only shown
    tasks: int = 1
    by_kernel: bool = False  # judged only where the kernel says what it has cached

    @property
    def title(self):
        return self.name if self.tasks == 1 else f"{self.name}, {self.tasks} tasks"


ITERATE = "async for _ in file: pass"
READLINE = "while await file.readline(): pass"
READ = "while await file.read({}): pass"
WRITE = "for _ in range(ops): await file.write(line)"
RANDOM = "for offset in offsets:\n await file.seek(offset)\n await file.read(4096)"

LINES, LOG = "async for, lines of text", "small writes, text"  # also in the chart
WORKLOADS = (
    Workload(LINES, "r", 90, 42000, 504, ITERATE, 4),
    Workload(LINES, "r", 90, 42000, 1600, ITERATE, None, tasks=32),
    Workload("async for, binary lines", "rb", 90, 42000, 504, ITERATE, 4),
    Workload("readline(), text", "r", 90, 42000, 504, READLINE, 4),
    Workload("readline(), binary", "rb", 90, 42000, 504, READLINE, 4),
    Workload(LOG, "w", 90, 40000, 480, WRITE, 4),
    Workload("small writes, binary", "wb", 90, 40000, 480, WRITE, 4),
    Workload(LOG, "w", 90, 40000, 480, WRITE, 4, tasks=10),
    Workload("small writes, binary", "wb", 90, 40000, 480, WRITE, 4, tasks=10),
    Workload(LOG, "w", 90, 40000, 480, WRITE, None, tasks=32),
    Workload("small writes, text, w+", "w+", 90, 40000, 480, WRITE, 10),
    Workload("small writes, binary, w+b", "w+b", 90, 40000, 480, WRITE, 10),
    Workload("small writes, text, a+", "a+", 90, 40000, 480, WRITE, 10),
    Workload("small writes, binary, a+b", "a+b", 90, 40000, 480, WRITE, 10),
    Workload("read(2048), text", "r", 2048, 4000, 300, READ.format(2048), 5, by_kernel=True),
    Workload("seek() and read(4096) at random", "rb", 4096, 4000, 200, RANDOM, 4, by_kernel=True),
    Workload("read(65536)", "rb", 65536, 256, 100, READ.format(65536), 2.5, by_kernel=True),
)


async def one_pass(api, work, both, ops, folder):
    """Return the seconds that *api* takes for an operation."""
    writing = "r" not in work.mode
    size = work.unit * ops // (1 if writing else work.tasks)
    path = folder.join("written") if writing else folder.sample(size)
    line = LINE.encode() if "b" in work.mode else LINE
    offsets = random.Random(ops).choices(range(size - work.unit + 1), k=ops) if work.code is RANDOM else ()
    if writing:
        with contextlib.suppress(FileNotFoundError):
            os.remove(path)
    plain, awaiting = both
    count = 1 if writing else work.tasks
    await asyncio.sleep(0)
    async with contextlib.AsyncExitStack() as stack:
        if api.name == "builtin":
            files = [stack.enter_context(api.open(path, work.mode)) for _ in range(count)]
            start = perf_counter()
            for n in range(work.tasks):
                plain(files[n % count], ops // work.tasks, line, offsets)
            if writing:
                files[0].flush()
            took = perf_counter() - start
        else:
            files = [await stack.enter_async_context(api.open(path, work.mode)) for _ in range(count)]
            start = perf_counter()
            tasks = [awaiting(files[n % count], ops // work.tasks, line, offsets) for n in range(work.tasks)]
            await (tasks[0] if work.tasks == 1 else asyncio.gather(*tasks))
            if writing:
                await files[0].flush()
            took = perf_counter() - start
    if writing and api.name == "ours" and os.path.getsize(path) != size:
        raise RuntimeError(f"{os.path.getsize(path)} bytes were written and not {size}")
    return took / ops


async def measure(work, apis, rounds, folder, against, limit):
    """Return the seconds of an operation for each contestant: those of its fastest pass."""
    both = tuple(loops(work.code, "file, ops, line, offsets"))
    times, ops = {}, {}
    for api in apis:
        try:
            took = min([await one_pass(api, work, both, work.few, folder) for _ in range(3)])
        except Exception:
            if api.name == "ours":
                raise
            continue  # another package may lack what this takes
        times[api.name] = math.inf
        ops[api.name] = work.ops if took * work.ops < LONGEST_PASS else work.few
    apis = [api for api in apis if api.name in times]
    order = random.Random(work.title)
    for _ in range(ATTEMPTS):
        for _ in range(rounds):
            for api in order.sample(apis, len(apis)):
                end = perf_counter() + PASS_SECONDS
                while True:
                    took = await one_pass(api, work, both, ops[api.name], folder)
                    times[api.name] = min(times[api.name], took)
                    if perf_counter() >= end:
                        break
        if not against or times["ours"] <= times[against] * limit:
            break
    return times


def rule(work, answers_reads):
    """Return the contestant that *work* is judged against, and the limit; or None where it is only shown."""
    if not CPYTHON:
        return "hop", TOLERANCE
    if work.limit is None or (work.by_kernel and not answers_reads):
        return None, math.inf
    return "builtin", limit_here(work.limit)


async def run_workloads(wanted, apis, args, folder, report):
    """Measure and print the table, and return the times in multiples of the builtin's, for the chart."""
    names = [api.name for api in apis]
    answers_reads = folder.answers_reads()
    rows, results = [], {}
    for work in WORKLOADS:
        if not wanted(work.title):
            continue
        against, limit = rule(work, answers_reads)
        try:
            times = await measure(work, apis, args.rounds, folder, against, limit)
        except Exception as error:
            report.fail(work.title, error)
            continue
        ratios = results[work.name, work.tasks] = {name: taken / times["builtin"] for name, taken in times.items()}
        row = [work.title, f"{times['builtin'] * 1e9:,.0f} ns"]
        row += [number(ratios[name]) if name in times else "-" for name in names[1:]]
        if against:
            ratio = times["ours"] / times[against]
            row += [f"{ratio:.2f} of {limit:.3g} x {against}"]
            row += [report.judge_time(work.title, ratio, limit, against)]
        else:
            row += ["none", ""]
        rows.append(row)
    title = "Time of an operation of an open file: the builtin's, and how many times as long the others take"
    report.table(title, ["operation", *names, "ours, and its limit", "result"], rows)
    return results


# ----------------------------------------------------------------------------------------------------------------------
# Many tasks that share small files
#
# The code of a row sees `api`, the contestant; `paths`, a task's share of the paths; and `data`, a text to write. Every
# round gives a ratio, and the median of the ratios is judged.
# ----------------------------------------------------------------------------------------------------------------------

TASKS = (1, 8, 32, 200)


@dataclass(frozen=True)
class Shared:
    name: str
    code: str
    against: str  # the contestant that ours is compared with
    limit: float | None  # the most that ours may take, in times of that contestant; None: only shown
    untold: float | None  # the same where the kernel does not say what it has cached
    tasks: tuple[int, ...] = TASKS
    other_code: str = ""  # the code for that contestant, if it differs
    new_in: str = ""  # files of its own are written: new ones in "memory", or the same ones each time on the "disk"


def for_each(code):
    return "for path in paths:\n" + textwrap.indent(code, " ")


OPEN_TEXT = for_each("async with api.open(path, 'r') as file: await file.read()")
OPEN_BYTES = for_each("async with api.open(path, 'rb') as file: await file.read()")
OPEN_PARTS = for_each("async with api.open(path, 'rb') as file:\n for _ in range(4): await file.read(1024)")
OPEN_NEW = for_each("async with api.open(path, 'w') as file: await file.write(data)")
SERVE_FILE = for_each("""\
if await api.exists(path):
 size = (await api.stat(path)).st_size
 async with api.open(path, 'rb') as file: await file.read(size)""")
STAT = for_each("await api.stat(path)")
EXISTS = for_each("await api.exists(path)")
GETCWD = for_each("await api.getcwd()")
OWN_TYPE = "with api.own(paths[0]) as own:\n file = api.wrap(own)\n for _ in paths: await file.flush()"
READ_BYTES = for_each("await api.read_bytes(path)")
UPLOAD = "piece = bytes(65536)\nasync with api.open(paths[0], 'wb') as file:\n for _ in paths: await file.write(piece)"
DOWNLOAD = """\
async with api.open(paths[0], 'wb') as file: await file.write(bytes(524288))
async with api.open(paths[0], 'rb') as file:
 for _ in paths:
  await file.seek(0)
  await file.read(524288)"""

SERVE = "exists, stat, open, read, close"
MANY = (
    Shared("open, read, close (text)", OPEN_TEXT, "aiofiles", 0.5, 1),
    Shared("open, four reads, close", OPEN_PARTS, "aiofiles", 0.5, 1),
    Shared(SERVE, SERVE_FILE, "aiofiles", 0.4, 1),
    Shared("os.stat", STAT, "aiofiles", 0.45, 1),
    Shared("os.path.exists", EXISTS, "aiofiles", 0.45, 1),
    Shared("open for writing, write, close", OPEN_NEW, "aiofiles", 0.85, 1, new_in="disk"),
    Shared("open for writing, write, close (tmpfs)", OPEN_NEW, "aiofiles", 0.85, 1, new_in="memory"),
    Shared("in a thread: os.getcwd", GETCWD, "aiofiles", 1, 1),
    Shared("in a thread: flush of a user's own file type", OWN_TYPE, "aiofiles", 1, 1),
    Shared("in a thread: write(65536)", UPLOAD, "aiofiles", 1, 1, new_in="memory"),
    Shared("in a thread: read(524288)", DOWNLOAD, "aiofiles", 1, 1, new_in="memory"),
    Shared("open, read, close (bytes)", OPEN_BYTES, "to_thread", 0.9, None, other_code=READ_BYTES),
    Shared("Path.read_bytes", READ_BYTES, "to_thread", 1, 1),
    Shared("open, read, close (bytes)", OPEN_BYTES, "builtin", 4.5, None, tasks=(1,)),
    Shared("os.stat", STAT, "builtin", 5, None, tasks=(1,)),
)


def to_thread():
    """What people write who use no package: `asyncio.to_thread(pathlib.Path(path).read_bytes)`."""
    return contestant("to_thread", read_bytes=lambda path: asyncio.to_thread(pathlib.Path(path).read_bytes))


async def shared_pass(api, both, tasks, paths):
    """Return the seconds that *api* takes for all *paths*, shared by so many tasks."""
    data = "x" * SMALL
    plain, awaiting = both
    await asyncio.sleep(0)
    if api.name == "builtin":
        start = perf_counter()
        plain(api, paths, data)
    else:
        shares = [paths[n::tasks] for n in range(tasks)]
        start = perf_counter()
        await asyncio.gather(*(awaiting(api, share, data) for share in shares))
    return perf_counter() - start


def median_ratio(seconds, name, other):
    return median(mine / its for mine, its in zip(seconds[name], seconds[other]))


async def measure_shared(row, apis, tasks, paths, rounds, limit):
    """Return the seconds of each round for each contestant."""
    ours, other = apis[-1].name, apis[-2].name
    codes = [row.code] * (len(apis) - 2) + [row.other_code or row.code, row.code]
    contestants = [(api, tuple(loops(code, "api, paths, data"))) for api, code in zip(apis, codes)]
    seconds = {api.name: [] for api in apis}
    order = random.Random(f"{row.name} {tasks}")
    for attempt in range(1 + ATTEMPTS):  # at first one round to warm up
        for _ in range(rounds if attempt else 1):
            for api, both in order.sample(contestants, len(contestants)):
                seconds[api.name].append(await shared_pass(api, both, tasks, paths))
                if row.new_in == "memory":  # on a disk they are written again, since deleted inodes slow down new ones
                    for path in filter(os.path.exists, paths):
                        os.remove(path)
        if not attempt:
            seconds = {name: [] for name in seconds}
        elif limit is None or median_ratio(seconds, ours, other) <= limit:
            break
    return seconds


async def run_many(wanted, apis, args, folder, report):
    """Measure and print the table, and return the times in multiples of the builtin's, for the chart."""
    by_name = {api.name: api for api in [*apis, to_thread()]}
    by_name.setdefault("aiofiles", by_name["hop"])
    answers_paths = folder.answers_paths()
    chosen = [row for row in MANY if wanted(f"many tasks: {row.name}")]
    small = list(itertools.islice(itertools.cycle(await folder.old_files()), args.calls)) if chosen else []
    rows, results = [], {}
    for row in chosen:
        paths = folder.new_files(row.new_in, args.calls) if row.new_in else small
        if not paths:
            continue
        ours, other, builtin = (by_name[name] for name in ("ours", row.against, "builtin"))
        contestants = [builtin, *([other] if other is not builtin else []), ours]
        limit = row.limit if answers_paths else row.untold
        if limit is not None:
            limit = limit_here(limit) * (TOLERANCE if limit == 1 else 1)
        ratios, result = [], ""
        try:
            for tasks in row.tasks:
                seconds = await measure_shared(row, contestants, tasks, paths, args.shared_rounds, limit)
                ratios.append(median_ratio(seconds, "ours", other.name))
                to_builtin = {name: median_ratio(seconds, name, "builtin") for name in seconds}
                results.setdefault((row.name, tasks), to_builtin)
        except Exception as error:
            report.fail(f"many tasks: {row.name}", error)
            continue
        cells = [f"{ratio:.2f}" for ratio in ratios]
        if limit is not None:
            complaint = f"many tasks: {row.name}: ours takes {' '.join(cells)} times as long as {other.name}"
            result = report.judge(max(ratios) <= limit, f"{complaint}; the limit is {limit:.3g}")
        cells += ["-"] * (len(TASKS) - len(cells)) + [f"{limit:.3g}" if limit is not None else "none"]
        builtin_time = f"{median(seconds['builtin']) / args.calls * 1e6:.1f} µs"
        rows.append([row.name, builtin_time, other.name, *cells, result])
    head = ["operation", "builtin", "against", *(f"{tasks} task{'s' * (tasks > 1)}" for tasks in TASKS)]
    title = f"Tasks that share {SAMPLES} small files: how many times as long as another's ours takes"
    report.table(title, [*head, "at most", "result"], rows)
    return results


CHART = (("serve a file", SERVE), ("iterate lines", LINES), ("write a log", LOG), ("os.stat", "os.stat"))


def show_chart(results, report):
    """Draw what people do most, for one task and for 32."""
    groups = []
    for label, name in CHART:
        for tasks in (1, 32):
            ratios = results.get((name, tasks), {})
            rival = "aiofiles" if "aiofiles" in ratios else "hop"
            if ratios:
                title = f"{label}, {tasks} task{'s' * (tasks > 1)}"
                groups.append((title, [(each, ratios[each]) for each in (rival, "ours")]))
    report.bars("Time in multiples of the builtin's, on a logarithmic scale", groups)


# ----------------------------------------------------------------------------------------------------------------------
# How late the event loop is
# ----------------------------------------------------------------------------------------------------------------------

DELAY_LIMIT = 0.005  # seconds that timers may be late in any case

# The code that the tasks run. It sees `file`, `line`, the `clock` and the `end` to work until; it counts what it has
# `done`.
WORK_LINES = """
while clock() < end:
    async for _ in file:
        done += 1
        if clock() >= end: break
    await file.seek(0)
"""
WORK_CHUNKS = """
while clock() < end:
    done += 1
    if not await file.read(65536): await file.seek(0)
"""
WORK_WRITES = """
while clock() < end:
    done += 1
    await file.write(line)
    if done % 1000 == 0: await file.seek(0)
"""
LOADS = (("lines", "r", WORK_LINES), ("64 KiB chunks", "rb", WORK_CHUNKS), ("writes", "wb", WORK_WRITES))


class Delays:
    """Record how late each of a thousand timers a second is, including all that are due during one long wait."""

    INTERVAL = 0.001

    async def __aenter__(self):
        self.delays, self.stop = [], False
        self.task = asyncio.ensure_future(self.record())
        return self

    async def record(self):
        due = perf_counter() + self.INTERVAL
        while not self.stop:
            await asyncio.sleep(max(0, due - perf_counter()))
            now = perf_counter()
            while due <= now:
                self.delays.append(now - due)
                due += self.INTERVAL

    async def __aexit__(self, *_):
        self.stop = True
        await self.task
        self.delays.sort()

    def quantile(self, part):
        return self.delays[min(len(self.delays) - 1, int(len(self.delays) * part))]

    def __str__(self):
        return " / ".join(ms(self.quantile(part)) for part in (0.5, 0.99, 1))


async def under_load(api, mode, work, tasks, seconds, folder):
    """Return the delays while so many tasks work on a file each, and the number of operations a second."""
    async with contextlib.AsyncExitStack() as stack:
        files = []
        for n in range(tasks):
            path = folder.join(f"written-{n}") if "w" in mode else folder.sample(2 * 65536, f"-{n}")
            files.append(await stack.enter_async_context(api.open(path, mode)))
        async with Delays() as delays:
            start = perf_counter()
            end = start + seconds
            done = await asyncio.gather(*(work(file, LINE.encode(), perf_counter, end) for file in files))
            took = perf_counter() - start
    return delays, sum(done) / took


async def run_latency(wanted, apis, args, folder, report):
    allow_many_files()
    apis = [api for api in apis if api.name in ("hop", "aiofiles", "ours")]
    rows = []
    for load, mode, code in LOADS:
        _, work = loops(f"done = 0\n{code}\nreturn done", "file, line, clock, end")
        for tasks in args.tasks:
            name = f"latency: {load}, {tasks} tasks"
            if not wanted(name):
                continue
            try:
                for _ in range(ATTEMPTS):
                    delays, rates = {}, {}
                    for api in apis:
                        measured = await under_load(api, mode, work, tasks, args.seconds, folder)
                        delays[api.name], rates[api.name] = measured
                    delay, limit = delays["ours"].quantile(0.99), max(delays["hop"].quantile(0.99), DELAY_LIMIT)
                    if delay <= limit:
                        break
            except Exception as error:
                report.fail(name, error)
                continue
            row = [load, str(tasks), *map(str, delays.values()), ms(limit)]
            row += [report.judge_delay(name, delay, limit), *(f"{rate:,.0f}" for rate in rates.values())]
            rows.append(row)
    names = [api.name for api in apis]
    title = "While tasks work on a file each: by how many ms timers are late (p50 / p99 / worst), and calls a second"
    head = ["load", "tasks", *names, "p99 at most", "result", *(f"{name}/s" for name in names)]
    report.table(title, head, rows)


def allow_many_files():
    """Raise the limit on open files to what 500 tasks need."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if 0 <= soft < 1024:
            resource.setrlimit(resource.RLIMIT_NOFILE, (1024 if hard < 0 else min(1024, hard), hard))


# ----------------------------------------------------------------------------------------------------------------------
# Memory
# ----------------------------------------------------------------------------------------------------------------------

MEMORY_LIMIT = 1024  # KiB more than the builtin loop


async def run_memory(wanted, apis, args, folder, report):
    builtin, ours = apis[0], apis[-1]
    plain, awaiting = loops(ITERATE, "file")
    rows = []
    for kind, mode in (("text lines", "r"), ("binary lines", "rb")):
        if not CPYTHON or not wanted(f"memory: {kind}"):
            continue  # PyPy has no tracemalloc
        import tracemalloc

        path, peaks = folder.sample(args.megabytes << 20), []
        for api in (builtin, ours):
            async with ours.open(folder.sample(SMALL), mode) as file:
                await awaiting(file)  # objects that are made at the first use and kept do not count
            gc.collect()
            tracemalloc.start()
            if api is builtin:
                with api.open(path, mode) as file:
                    plain(file)
            else:
                async with api.open(path, mode) as file:
                    await awaiting(file)
            peaks.append(tracemalloc.get_traced_memory()[1] / 1024)
            tracemalloc.stop()
        more = peaks[1] - peaks[0]
        complaint = f"memory: {kind}: ours holds {more:,.0f} KiB more than the builtin loop"
        result = report.judge(more <= MEMORY_LIMIT, f"{complaint}; the limit is {MEMORY_LIMIT:,} KiB")
        row = [kind, *(f"{peak:,.0f} KiB" for peak in peaks), f"{more:,.0f} of {MEMORY_LIMIT:,} KiB", result]
        rows.append(row)
    title = f"The most memory that is held while iterating over a file of {args.megabytes} MiB"
    report.table(title, ["iterated", "builtin", "ours", "more", "result"], rows)


async def run_unflushed(wanted, apis, folder, report):
    """Show how many bytes of small writes are at most not yet in the file, and lost if the process is killed."""
    rows = []
    for kind, mode, line in (("text lines", "w", "x" * 99 + "\n"), ("binary lines", "wb", b"x" * 99 + b"\n")):
        if not wanted(f"unflushed: {kind}"):
            continue
        path, row = os.path.join(folder.path, "unflushed"), [kind]
        for api in (apis[0], apis[-1]):
            opened = api.open(path, mode)
            file = opened if api is apis[0] else await opened
            most = 0
            for count in range(1, 10_001):
                written = file.write(line)
                if api is not apis[0]:
                    await written
                most = max(most, count * len(line) - os.stat(path).st_size)
            closed = file.close()
            if api is not apis[0]:
                await closed
            row.append(f"{most / 1024:,.0f} KiB")
        rows.append(row)
    report.table("What a killed process loses of small writes at most", ["written", "builtin", "ours"], rows)


# ----------------------------------------------------------------------------------------------------------------------
# Directory trees
#
# A row has its name, the function that it needs, and its code. The code sees `os`, `glob` and `pathlib`, of the library
# or of Python; `root`; `wide`, the directory that holds half of all entries; and passes each result to `keep`.
# ----------------------------------------------------------------------------------------------------------------------

TREE_LIMIT = 3.0  # times the synchronous loop
TREE_DELAY = DELAY_LIMIT + 2 * sys.getswitchinterval()  # a busy thread shares the GIL with the event loop

EVERY_DIRECTORY = """
directories = [root]
while directories:
    async for entry in os.scandir(directories.pop()):
        keep(entry)
        if await entry.is_dir(): directories.append(entry.path)
"""
IGLOB = "async for item in glob.iglob(root + '/**/*.txt', recursive=True): keep(item)"
ITERDIR = "async for item in pathlib.Path(wide).iterdir(): keep(item)"
RGLOB = "async for item in pathlib.Path(root).rglob('*.txt'): keep(item)"
TREES = (
    ("os.walk", "os.walk", "async for item in os.walk(root): keep(item)"),
    ("os.fwalk", "os.fwalk", "async for item in os.fwalk(root): keep(item[:3])"),
    ("os.scandir, one large directory", "os.scandir", "async for item in os.scandir(wide): keep(item)"),
    ("os.scandir, every directory", "os.scandir", EVERY_DIRECTORY),
    ("glob.iglob, recursive", "glob.iglob", IGLOB),
    ("Path.iterdir, one large directory", "pathlib.Path.iterdir", ITERDIR),
    ("Path.rglob", "pathlib.Path.rglob", RGLOB),
    ("Path.walk", "pathlib.Path.walk", "async for item in pathlib.Path(root).walk(): keep(item)"),
)


def make_tree(root, wide, entries):
    """Make a tree with half of the entries in one directory, and the others in directories of a hundred."""
    directories = [(wide, entries // 2)]
    directories += [(os.path.join(root, f"dir-{n // 10}", f"dir-{n}"), 99) for n in range(entries // 200)]
    for directory, files in directories:
        os.makedirs(directory)
        for n in range(files):
            open(os.path.join(directory, f"file-{n}.{'txt' if n % 3 else 'py'}"), "wb").close()


forget = deque(maxlen=0).append


def comparable(item):
    return (str(item[0]), *item[1:]) if isinstance(item, tuple) else os.fspath(item)


async def measure_tree(plain, awaiting, rounds):
    """Return whether ours gives the results of the plain loop, and the seconds that both take."""
    expected, found = [], []
    plain(expected.append)
    await awaiting(found.append)
    same = list(map(comparable, found)) == list(map(comparable, expected))
    del expected, found  # so many objects would make the garbage collector a part of what is measured
    sync, ours = math.inf, math.inf
    for _ in range(ATTEMPTS):
        for _ in range(rounds):
            gc.collect()
            start = perf_counter()
            plain(forget)
            sync = min(sync, perf_counter() - start)
            await asyncio.sleep(0)
            start = perf_counter()
            await awaiting(forget)
            ours = min(ours, perf_counter() - start)
        if ours <= sync * TREE_LIMIT:
            break
    return same, sync, ours


async def delays_while(again, seconds):
    """Return the delays while something is done again and again."""
    async with Delays() as delays:
        end = perf_counter() + seconds
        while perf_counter() < end:
            await again()
    return delays


async def run_trees(wanted, library, args, folder, report):
    python = SimpleNamespace(os=os, glob=glob, pathlib=pathlib)
    root, wide = folder.join("tree"), folder.join(os.path.join("tree", "wide"))
    rows = []
    for what, needs, code in TREES:
        name = f"tree: {what}"
        if not wanted(name) or not find(python, needs) or not find(library, needs):
            continue
        if not os.path.exists(root):
            make_tree(root, wide, args.entries)
        plain, awaiting = loops(code, "keep, os, glob, pathlib, root, wide")
        plain = functools.partial(plain, root=root, wide=wide, **vars(python))
        modules = {module: find(library, module) for module in vars(python)}
        awaiting = functools.partial(awaiting, root=root, wide=wide, **modules)
        try:
            same, sync, ours = await measure_tree(plain, awaiting, args.rounds)
            for _ in range(ATTEMPTS):
                hop = await delays_while(functools.partial(in_thread, plain, forget), args.seconds)
                delays = await delays_while(functools.partial(awaiting, forget), args.seconds)
                delay, limit = delays.quantile(0.99), max(hop.quantile(0.99), TREE_DELAY)
                if delay <= limit:
                    break
        except Exception as error:
            report.fail(name, error)
            continue
        results = (
            report.judge(same, f"{name}: the results are not those of the synchronous loop"),
            report.judge_time(name, ours / sync, TREE_LIMIT, "the synchronous loop"),
            report.judge_delay(name, delay, limit),
        )
        ratio = f"{ours / sync:.2f} of {TREE_LIMIT:g}"
        result = "MISSED" if "MISSED" in results else "ok"
        rows.append([what, ms(sync), ms(ours), ratio, str(hop), str(delays), ms(limit), result])
    head = ["iterated", "builtin", "ours", "ratio", "late: one hop", "late: ours", "p99 at most", "result"]
    title = "ms to iterate it, and by how many ms timers are late meanwhile (p50 / p99 / worst)"
    report.table(f"A tree of {args.entries:,} entries: {title}", head, rows)


# ----------------------------------------------------------------------------------------------------------------------
# Web servers
#
# sanic (on uvloop) and quart (on asyncio, with uvicorn) serve a small file, each once with aiofiles and once with ours
# in its place. Each server is a process with one event loop. The client is this process. Nothing leaves the loopback
# interface.
# ----------------------------------------------------------------------------------------------------------------------

SERVERS = ("sanic", "quart")
PACKAGES = ("sanic", "uvloop", "quart", "uvicorn", "httptools", f"aiofiles=={AIOFILES}")
SERVER_LIMIT = 1.8  # times as many requests a second, at least
CONNECTIONS = 32
MOST_ANSWERS = 10_000  # of a connection in a round
REQUEST = b"GET /sample-0.txt HTTP/1.1\r\nHost: localhost\r\n\r\n"

# The program of a server. It ends when its standard input does, and so never outlives the benchmark.
SERVER = """
import logging, os, socket, sys, threading
name, fd, path, library, untold = sys.argv[1:]
if untold == "True" and hasattr(os, "RWF_NOWAIT"):
    del os.RWF_NOWAIT
import aiofiles
if not os.path.samefile(aiofiles.__file__, library):
    sys.exit(f"imported {aiofiles.__file__} and not {library}")
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
logging.disable(logging.INFO)
if name == "sanic":
    from sanic import Sanic
    app = Sanic("benchmark")
    app.config.KEEP_ALIVE_TIMEOUT = 600
    app.static("/sample-0.txt", path)
    app.run(sock=socket.socket(fileno=int(fd)), single_process=True, access_log=False, motd=False)
else:
    import uvicorn
    from quart import Quart
    app = Quart("benchmark", static_folder=os.path.dirname(path), static_url_path="")
    uvicorn.run(app, fd=int(fd), loop="asyncio", http="httptools", access_log=False, timeout_keep_alive=600)
"""


def server_environment():
    """Return the Python of a virtual environment with both servers, and the file of its aiofiles."""
    home = os.path.join(kept_folder(tempfile.gettempdir()), f"servers-{sys.implementation.cache_tag}")
    python = os.path.join(home, "bin", "python")
    if not os.path.exists(python):
        venv.create(home, with_pip=True)
    subprocess.run([python, "-m", "pip", "install", "-qq", *PACKAGES], check=True, stdout=sys.stderr)
    return python, glob.glob(os.path.join(home, "lib", "python*", "site-packages", "aiofiles", "__init__.py"))[0]


class Connection(asyncio.Protocol):
    """A kept-alive connection, which asks for the file again and again until the end of a round."""

    def __init__(self, body):
        self.body = body
        self.received = b""

    def connection_made(self, transport):
        self.transport = transport

    def ask_until(self, end):
        self.end, self.answers = end, 0
        self.done = asyncio.get_running_loop().create_future()
        self.transport.write(REQUEST)
        return self.done

    def data_received(self, data):
        self.received += data
        head, separator, body = self.received.partition(b"\r\n\r\n")
        if not separator or (head.startswith(b"HTTP/1.1 200 ") and len(body) < len(self.body)):
            return
        self.received = b""
        self.answers += 1
        if body != self.body:
            self.fail(RuntimeError(f"a wrong answer: {head!r}"))
        elif perf_counter() < self.end and self.answers < MOST_ANSWERS:
            self.transport.write(REQUEST)
        else:
            self.done.set_result(self.answers)

    def connection_lost(self, error):
        self.fail(error or ConnectionError("the server closed the connection"))

    def fail(self, error):
        if not self.done.done():
            self.done.set_exception(error)


@contextlib.asynccontextmanager
async def serving(name, python, script, path, library, python_path, untold):
    """Run a server while the context is entered, and give a function that measures a round."""
    loop = asyncio.get_running_loop()
    with open(path, "rb") as file:
        body = file.read()
    with socket.create_server(("127.0.0.1", 0), backlog=2 * CONNECTIONS) as listening:
        listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted connections inherit it
        address, fd = listening.getsockname(), listening.fileno()
        command = [python, script, name, str(fd), path, library, str(untold)]
        env = {**os.environ, "PYTHONPATH": python_path}
        process = subprocess.Popen(command, stdin=subprocess.PIPE, pass_fds=[fd], env=env)
    try:
        opened = (loop.create_connection(lambda: Connection(body), *address) for _ in range(CONNECTIONS))
        connections = [connection for _, connection in await asyncio.gather(*opened)]

        async def rate(seconds):
            """Return the number of requests that are answered in a second."""
            start = perf_counter()
            answers = asyncio.gather(*(connection.ask_until(start + seconds) for connection in connections))
            return sum(await asyncio.wait_for(answers, seconds + 60)) / (perf_counter() - start)

        await rate(1)  # until the server has started and is warm
        yield rate
    finally:
        process.kill()
        process.communicate()


async def measure_server(old, new, rounds, seconds):
    """Return the median requests a second with aiofiles and with ours, and the median ratio."""
    rates = {old: [], new: []}
    for _ in range(ATTEMPTS):
        for n in range(rounds):
            for rate in (old, new) if n % 2 else (new, old):
                rates[rate].append(await rate(seconds))
        ratio = median(map(operator.truediv, rates[new], rates[old]))
        if ratio >= SERVER_LIMIT:
            break
    return median(rates[old]), median(rates[new]), ratio


async def run_servers(args, folder, report):
    python, aiofiles = server_environment()
    vendored = folder.join("vendored")
    os.makedirs(vendored)
    ours = shutil.copyfile(args.library, os.path.join(vendored, "aiofiles.py"))
    script = folder.join("server.py")  # a program given with -c would find the modules of the working directory first
    with open(script, "w") as file:
        file.write(SERVER)
    path = (await folder.old_files())[0]
    rows = []
    for name in SERVERS:
        try:
            async with serving(name, python, script, path, aiofiles, "", args.untold) as old:
                async with serving(name, python, script, path, ours, vendored, args.untold) as new:
                    old_rate, new_rate, ratio = await measure_server(old, new, args.rounds, args.seconds)
        except Exception as error:
            report.fail(f"server: {name}", error)
            continue
        complaint = f"server: {name}: ours answers {ratio:.2f} times as many requests; the limit is {SERVER_LIMIT}"
        judged = report.judge(ratio >= SERVER_LIMIT, complaint) if folder.answers_paths() else "none"
        rows.append([name, f"{old_rate:,.0f}", f"{new_rate:,.0f}", f"{ratio:.2f} of {SERVER_LIMIT}", judged])
    title = f"Requests a second for a file of {SMALL} bytes, over {CONNECTIONS} connections"
    report.table(title, ["server", f"aiofiles {AIOFILES}", "ours", "ratio, and its limit", "result"], rows)


# ----------------------------------------------------------------------------------------------------------------------
# Command
# ----------------------------------------------------------------------------------------------------------------------


def arguments():
    beside = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "aiofiles.py")
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    options = (
        ("--library", "PATH", "the aiofiles.py to measure (default: the one beside .ci/)"),
        ("--aiofiles", "PATH", f"a folder that holds the package aiofiles {AIOFILES}; or: pip"),
        ("--directory", "DIR", "where to make files (default: the system's folder for temporary files)"),
        ("--loop", "NAME", "the event loop: asyncio (default) or uvloop"),
        ("--untold", None, "do not ask the kernel what it has cached"),
        ("--only", "PATTERN", "only rows whose name has this regular expression in it; names are those of the first "
         "table, and 'many tasks: os.stat', 'latency: lines, 10 tasks', 'memory: text', 'tree: os.walk' and so on"),
        ("--rounds", "N", "rounds of each row (default: 7; 15 for many tasks)"),
        ("--entries", "N", "entries of the directory tree (default: 20000)"),
        ("--quick", None, "fewer rounds and smaller files: less exact"),
        ("--trees", None, "only the directory trees, with 100,000 entries"),
        ("--server", None, "only the web servers, in a virtual environment that is made for them"),
        ("--markdown", None, "print tables in Markdown"),
    )  # fmt: skip
    for name, value, text in options:
        kind = {"metavar": value, "type": int if value == "N" else str} if value else {"action": "store_true"}
        parser.add_argument(name, help=text, **kind)
    parser.set_defaults(library=beside, only="", loop="asyncio")
    args = parser.parse_args()
    if args.loop not in ("asyncio", "uvloop"):
        parser.error(f"there is no event loop {args.loop!r}")
    args.shared_rounds = max(1, args.rounds or (7 if args.quick else 15))
    args.rounds = max(1, args.rounds or (3 if args.quick else 7))
    args.calls = 400 if args.quick else 800
    args.entries = max(200, args.entries or (100_000 if args.trees else 4000 if args.quick else 20_000))
    args.seconds = 0.2 if args.quick else 0.5
    args.tasks = (1, 100) if args.quick else (1, 10, 100, 500)
    args.megabytes = 16 if args.quick else 64
    return args


async def run(args, folder, report):
    folder.small_files()  # they get older while the rest is measured
    library = load_library(os.path.abspath(args.library))
    aiofiles, version = load_aiofiles(args.aiofiles, folder) if args.aiofiles else (None, "")
    apis = list(all_contestants(library, aiofiles))
    names = [api.name for api in apis]
    others = [f"aiofiles {version}"] if aiofiles else []
    others += [f"{name} {importlib.metadata.version(name)}" for name in names if name in ("anyio", "aiofile")]
    told = [what for what, is_told in (("data", folder.answers_reads()), ("paths", folder.answers_paths())) if is_told]
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python} with {args.loop} on {platform.platform()}, in {os.path.dirname(folder.path)}.")
    print(f"{folder.file_system()}; the kernel says what it has cached of: {' and '.join(told) or 'nothing'}.")
    print(f"ours: {args.library} {find(library, '__version__')}; others: {', '.join(others) or 'none'}.")

    def wanted(name):
        return re.search(args.only, name, re.IGNORECASE)

    if args.server:
        await run_servers(args, folder, report)
        return
    if not args.trees:
        results = await run_workloads(wanted, apis, args, folder, report)
        await run_latency(wanted, apis, args, folder, report)
        await run_memory(wanted, apis, args, folder, report)
        await run_unflushed(wanted, apis, folder, report)
    await run_trees(wanted, library, args, folder, report)
    if not args.trees:
        results.update(await run_many(wanted, apis, args, folder, report))
        show_chart(results, report)


def main():
    args = arguments()
    if args.untold and hasattr(os, "RWF_NOWAIT"):
        del os.RWF_NOWAIT  # before the library looks for it
    run_loop = asyncio.run if args.loop == "asyncio" else importlib.import_module("uvloop").run
    report = Report(args.markdown)
    with contextlib.ExitStack() as stack:
        path = stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-", dir=args.directory))
        memory = None
        if os.path.isdir("/dev/shm"):
            memory = stack.enter_context(tempfile.TemporaryDirectory(prefix="benchmark-", dir="/dev/shm"))
        run_loop(run(args, Folder(os.path.abspath(path), memory), report))
    print()
    for complaint in report.missed:
        print(f"MISSED {complaint}")
    for complaint in report.failed:
        print(f"FAILED {complaint}")
    print(f"{report.judged - len(report.missed)} of {report.judged} limits are kept.")
    return 1 if report.failed or report.empty else 3 if report.missed else 0


if __name__ == "__main__":
    sys.exit(main())
