#!/usr/bin/env python3
"""Measures aiofiles.py against the builtin files, a thread hop for every call, and other packages.

    python .ci/benchmark.py                               everything, in a good minute
    python .ci/benchmark.py --aiofiles pip                with aiofiles 25.1.0, fetched by pip
    python .ci/benchmark.py --only lines --rounds 20      some of it, more exactly
    python .ci/benchmark.py --directory /dev/shm          on another file system
    python .ci/benchmark.py --trees                       only the trees, with 100,000 entries

The contestants take turns, round by round, in one process and one event loop. Their fastest pass counts (the
median where all of them hop), and only ratios are judged: a machine that is busy or slow changes them little.
What misses its limit is measured again before it is called missed. The exit status is 1, with one line for
each miss, when a limit is missed. anyio and aiofile take part where they are installed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import gc
import glob
import importlib
import importlib.metadata
import importlib.util
import io
import math
import os
import pathlib
import platform
import random
import re
import subprocess
import sys
import tempfile
import textwrap
from collections import deque
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from types import SimpleNamespace

CPYTHON = platform.python_implementation() == "CPython"
AIOFILES = "25.1.0"  # the version that is compared with
TOLERANCE = 1.05  # "not slower", as far as two thread hops can be told apart
OTHER_PYTHONS = 1.5  # how much wider the limits are on versions other than 3.12
LATE = 0.005  # seconds: so late the heartbeat may always be
TREE_LATE = LATE + 2 * sys.getswitchinterval()  # the same, where a busy thread shares the GIL
TREE_LIMIT = 3.0  # times the synchronous loop
MEMORY_LIMIT = 1024  # KiB more than the builtin loop
ATTEMPTS = 3  # how often a limit that is missed is measured
PASS_SECONDS = 0.01  # a contestant's share of a round: at least one pass
LONGEST_PASS = 0.1  # who would need longer than this for a pass gets a shorter one
HOP_PASSES = 20  # passes in a round where all of them hop
SMALL = 4096
LINE = "x" * 89 + "\n"


def loops(code, parameters):
    """The code of a loop as two functions: without `async` and `await`, and with them."""
    awaiting = f"async def loop({parameters}):\n" + textwrap.indent(code, "    ")
    for source in (re.sub(r"\b(async|await) ", "", awaiting), awaiting):
        space = {}
        exec(source, space)
        yield space["loop"]


# ----------------------------------------------------------------------------------------------------------
# Workloads
#
# The code of a workload sees `file`, opened in `mode`, or, where there is no mode, `api`, the contestant, and
# `path`; `ops`, the number of operations; `line`, what to write; `offsets`, as many as operations. What was
# written is flushed within the time that is measured.


@dataclass(frozen=True)
class Workload:
    name: str
    mode: str | None
    unit: int  # bytes of each operation
    ops: int  # operations in a pass,
    few: int  # and in a pass of those that are slow
    code: str
    limit: float  # times the time of
    against: str = "builtin"  # or "aiofiles" (without it "hop"), where all of them have to hop
    by_kernel: bool = False  # held to the limit only where the kernel tells what is in its page cache
    wider: bool = True  # the limit is OTHER_PYTHONS times wider on versions other than 3.12
    tasks: int = 1  # the operations are shared by so many tasks
    needs: str = "open"  # a contestant that lacks it does not take part


ITERATE = "async for _ in file: pass"
READLINE = "while await file.readline(): pass"
READ = "while await file.read({}): pass"
WRITE = "for _ in range(ops): await file.write(line)"
RANDOM = "for offset in offsets:\n await file.seek(offset)\n await file.read(4096)"
OPEN = "for _ in range(ops):\n async with api.open(path, 'rb') as file: await file.read(4096)"
STAT = "for _ in range(ops): await api.stat(path)"
FLUSH = "with api.own(path) as own:\n file = api.wrap(own)\n for _ in range(ops): await file.flush()"
TEXT = "for _ in range(ops): await api.text(path)"

WORKLOADS = (
    Workload("async for, lines of text", "r", 90, 42000, 504, ITERATE, 4),
    Workload("async for, binary lines", "rb", 90, 42000, 504, ITERATE, 4),
    Workload("readline(), text", "r", 90, 42000, 504, READLINE, 4),
    Workload("readline(), binary", "rb", 90, 42000, 504, READLINE, 4),
    Workload("small writes, text", "w", 90, 40000, 500, WRITE, 4),
    Workload("small writes, binary", "wb", 90, 40000, 500, WRITE, 4),
    Workload("small writes, text, ten tasks", "w", 90, 40000, 500, WRITE, 4, tasks=10),
    Workload("small writes, binary, ten tasks", "wb", 90, 40000, 500, WRITE, 4, tasks=10),
    Workload("read(2048), text", "r", 2048, 4000, 300, READ.format(2048), 5, by_kernel=True),
    Workload("seek() and read(4096) at random", "rb", 4096, 4000, 200, RANDOM, 4, by_kernel=True),
    Workload("read(65536)", "rb", 65536, 256, 100, READ.format(65536), 2.5, by_kernel=True),
    Workload("open, read 4 KiB, close", None, SMALL, 20, 20, OPEN, 0.75, "aiofiles", by_kernel=True),
    Workload("thread: os.stat()", None, SMALL, 20, 20, STAT, TOLERANCE, "aiofiles", needs="stat"),
    Workload("thread: a user's own type", None, SMALL, 20, 20, FLUSH, TOLERANCE, "aiofiles", needs="wrap"),
    Workload("Path.read_text()", None, SMALL, 20, 20, TEXT, 0.5, "aiofiles", wider=False, needs="text"),
)

# What keeps the loop busy: the load, the mode of each task's own file, the code. It sees `file`, `line`, the
# `clock`, and the `end` to work to, and counts what it has `done`.
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

# Trees: the name, what it takes, the code. It sees `os`, `glob` and `pathlib`, the library's or Python's own;
# `root`; `wide`, the folder with half of all entries; and hands each result to `keep`.
EVERY_FOLDER = """
folders = [root]
while folders:
    async for entry in os.scandir(folders.pop()):
        keep(entry)
        if await entry.is_dir(): folders.append(entry.path)
"""
IGLOB = "async for item in glob.iglob(root + '/**/*.txt', recursive=True): keep(item)"
ITERDIR = "async for item in pathlib.Path(wide).iterdir(): keep(item)"
RGLOB = "async for item in pathlib.Path(root).rglob('*.txt'): keep(item)"
TREES = (
    ("os.walk", "os.walk", "async for item in os.walk(root): keep(item)"),
    ("os.fwalk", "os.fwalk", "async for item in os.fwalk(root): keep(item[:3])"),
    ("os.scandir, one large folder", "os.scandir", "async for item in os.scandir(wide): keep(item)"),
    ("os.scandir, every folder", "os.scandir", EVERY_FOLDER),
    ("glob.iglob, recursive", "glob.iglob", IGLOB),
    ("Path.iterdir, one large folder", "pathlib.Path.iterdir", ITERDIR),
    ("Path.rglob", "pathlib.Path.rglob", RGLOB),
    ("Path.walk", "pathlib.Path.walk", "async for item in pathlib.Path(root).walk(): keep(item)"),
)


# ----------------------------------------------------------------------------------------------------------
# Contestants
#
# Each has open(), an asynchronous context manager, and wrap(), stat() and text(), which reads a whole file,
# or None for what it lacks.


class OwnFile(io.FileIO):
    """A user's own type of file: nobody knows what its methods do, so each call has to go to a thread."""

    def flush(self):
        pass


def contestant(name, open, wrap=None, stat=None, text=None):
    return SimpleNamespace(name=name, open=open, wrap=wrap, stat=stat, text=text, own=OwnFile)


def encoding(mode):
    return {} if "b" in mode else {"encoding": "utf-8"}


def builtin_open(path, mode):
    return open(path, mode, **encoding(mode))


def in_thread(function, *args):
    return asyncio.get_running_loop().run_in_executor(None, functools.partial(function, *args))


def delegated(name):
    async def method(self, *args):
        return await in_thread(getattr(self._file, name), *args)

    return method


class HopFile:
    """What aiofiles does, in small: a thread hop for every call."""

    def __init__(self, file):
        self._file = file

    read, readline, write = delegated("read"), delegated("readline"), delegated("write")
    seek, flush, close = delegated("seek"), delegated("flush"), delegated("close")

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


def text_by(open_file):
    async def text(path):
        async with open_file(path, "r") as file:
            return await file.read()

    return text


def find(module, name):
    """What module.a.b is, for "a.b", or None; a package's module is imported where it has to be."""
    for part in name.split("."):
        if not hasattr(module, part) and hasattr(module, "__path__"):
            with contextlib.suppress(ImportError):
                importlib.import_module(f"{module.__name__}.{part}")
        module = getattr(module, part, None)
    return module


def like_aiofiles(name, module):
    def open_file(path, mode):
        return module.open(path, mode, **encoding(mode))

    text = text_by(open_file)
    if name == "ours":
        path_type = find(module, "pathlib.Path")
        text = path_type and (lambda path: path_type(path).read_text(encoding="utf-8"))
    wrap = find(module, "wrap_file") or find(module, "threadpool.wrap")
    return contestant(name, open_file, wrap, find(module, "os.stat"), text)


def the_anyio():
    import anyio

    @contextlib.asynccontextmanager
    async def open_file(path, mode):
        async with await anyio.open_file(path, mode, **encoding(mode)) as file:
            yield file

    def text(path):
        return anyio.Path(path).read_text(encoding="utf-8")

    return contestant("anyio", open_file, anyio.wrap_file, lambda path: anyio.Path(path).stat(), text)


def the_aiofile():
    import aiofile

    class File:
        """With awaited methods; aiofile's own flush() is an fsync(), and it buffers nothing."""

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
    """The library to measure, under a name of its own, so that aiofiles can be there as well."""
    folder = [os.path.dirname(path)] if os.path.basename(path) == "__init__.py" else None
    name = "library_under_test"
    spec = importlib.util.spec_from_file_location(name, path, submodule_search_locations=folder)
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_aiofiles(where, folder):
    """The package aiofiles in the folder `where`, or as pip brings it, and its version."""
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
    def text(path):
        return pathlib.Path(path).read_text(encoding="utf-8")

    def hop_stat(path):
        return in_thread(os.stat, path)

    yield contestant("builtin", builtin_open, lambda file: file, os.stat, text)
    yield contestant("hop", hop_open, HopFile, hop_stat, text_by(hop_open))
    if aiofiles:
        yield like_aiofiles("aiofiles", aiofiles)
    for make in (the_anyio, the_aiofile):
        with contextlib.suppress(ImportError):
            yield make()
    yield like_aiofiles("ours", library)


# ----------------------------------------------------------------------------------------------------------
# The report


def number(value):
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}"


def ms(seconds):
    return f"{seconds * 1000:.1f}"


class Report:
    """Prints tables, aligned or for a README, and collects what missed its limit."""

    def __init__(self, markdown):
        self.markdown = markdown
        self.missed = []
        self.judged = 0

    def judge(self, good, complaint):
        self.judged += 1
        if not good:
            self.missed.append(complaint)
        return "ok" if good else "MISSED"

    def judge_time(self, name, ratio, limit, against):
        times = f"ours takes {ratio:.2f} times the time of {against}"
        return self.judge(ratio <= limit, f"{name}: {times}; at most {limit:.3g} are allowed")

    def judge_heart(self, name, late, limit):
        times = f"the loop's heartbeat is {ms(late)} ms late (p99)"
        return self.judge(late <= limit, f"{name}: {times}; at most {ms(limit)} ms are allowed")

    def table(self, title, head, rows):
        if not rows:
            return
        widths = [max(map(len, column)) for column in zip(head, *rows)]
        rows = [[row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])] for row in [head, *rows]]
        if self.markdown:
            rows.insert(1, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
            lines = [f"| {' | '.join(row)} |" for row in rows]
        else:
            lines = ["  ".join(row) for row in rows]
        print(f"\n{title}\n", *lines, sep="\n", flush=True)

    def bars(self, title, groups, width=48):
        """groups: a name, and its bars: a label and a ratio. The scale is logarithmic and begins at 1."""
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
                lines.append(f"{name:34}{label:>9} {bar} {number(ratio)}")
                name = ""
        if self.markdown:
            lines = ["```text", *lines, "```"]
        print(f"\n{title}\n", *lines, sep="\n", flush=True)


# ----------------------------------------------------------------------------------------------------------
# Time of an operation


class Folder:
    """The folder that is measured in."""

    def __init__(self, path):
        self.path = path

    def join(self, name):
        return os.path.join(self.path, name)

    def sample(self, size, name=""):
        """The path of a file of so many bytes: lines of 80 to 100, on average 90."""
        path = self.join(f"sample-{size}{name}")
        if not os.path.exists(path):
            block = "".join(chr(97 + n % 26) * (79 + n % 21) + "\n" for n in range(21 * 26)).encode()
            with open(path, "wb") as file:
                for done in range(0, size, len(block)):
                    file.write(block[: size - done])
        return path

    def kernel_tells(self):
        """Whether the kernel says here if a read would have to wait."""
        if not hasattr(os, "RWF_NOWAIT") or not hasattr(os, "preadv"):
            return False
        with open(self.sample(SMALL), "rb") as file:
            try:
                os.preadv(file.fileno(), [bytearray(SMALL)], 0, os.RWF_NOWAIT)
            except BlockingIOError:
                pass
            except OSError:
                return False
        return True

    def file_system(self):
        here, best, kind = os.path.realpath(self.path) + "/", "", "unknown file system"
        with contextlib.suppress(OSError), open("/proc/mounts", encoding="utf-8", errors="replace") as mounts:
            for mount in mounts:
                point, its_kind = mount.split()[1:3]
                if here.startswith(point.rstrip("/") + "/") and len(point) >= len(best):
                    best, kind = point, its_kind
        return kind


async def one_pass(api, work, both, ops, folder):
    """The seconds that an operation of the workload takes this contestant."""
    writing = "w" in (work.mode or "")
    size = work.unit * (ops if work.mode else 1)
    path = folder.join("written") if writing else folder.sample(size)
    line = LINE.encode() if "b" in (work.mode or "") else LINE
    offsets = random.Random(ops).choices(range(size - work.unit + 1), k=ops) if work.code is RANDOM else ()
    plain, awaiting = both
    await asyncio.sleep(0)
    if api.name == "builtin":
        with api.open(path, work.mode) if work.mode else contextlib.nullcontext() as file:
            start = perf_counter()
            plain(api, file, path, ops, line, offsets)
            if writing:
                file.flush()
            took = perf_counter() - start
    else:
        async with contextlib.AsyncExitStack() as stack:
            file = await stack.enter_async_context(api.open(path, work.mode)) if work.mode else None
            start = perf_counter()
            share = [awaiting(api, file, path, ops // work.tasks, line, offsets) for _ in range(work.tasks)]
            await (share[0] if work.tasks == 1 else asyncio.gather(*share))
            if writing:
                await file.flush()
            took = perf_counter() - start
    if writing and api.name == "ours" and os.path.getsize(path) != size:
        raise RuntimeError(f"{os.path.getsize(path)} bytes were written and not {size}")
    return took / ops


async def measure(work, apis, rounds, folder, against, limit):
    """Each contestant's seconds for an operation; measured up to ATTEMPTS times where ours misses its limit.

    Of work in memory the fastest pass counts. How long a hop takes depends on the core that the thread wakes
    up on, and the fastest pass is only the luckiest: of many short passes the median counts.
    """
    hops = work.against == "aiofiles"
    both = tuple(loops(work.code, "api, file, path, ops, line, offsets"))
    passes, ops = {}, {}
    for api in [api for api in apis if getattr(api, work.needs)]:
        try:
            took = await one_pass(api, work, both, work.few, folder)
        except Exception:
            if api.name == "ours":
                raise
            continue  # another package that can't do this here has no part in it
        passes[api.name] = []
        ops[api.name] = work.ops if took * work.ops < LONGEST_PASS else work.few
    apis = [api for api in apis if api.name in passes]
    shuffled = random.Random(work.name)
    for _ in range(ATTEMPTS):
        for _ in range(rounds * HOP_PASSES if hops else rounds):
            for api in shuffled.sample(apis, len(apis)):
                end = perf_counter() + (0 if hops else PASS_SECONDS)
                while True:
                    passes[api.name].append(await one_pass(api, work, both, ops[api.name], folder))
                    if perf_counter() >= end:
                        break
        times = {name: (median if hops else min)(taken) for name, taken in passes.items()}
        if not against or times["ours"] <= times[against] * limit:
            break
    return times


def rule(work, names, kernel_tells):
    """Who the workload is judged against, and the limit; (None, infinity) where it is only shown."""
    if not CPYTHON:
        return "hop", TOLERANCE
    if work.by_kernel and not kernel_tells:
        return None, math.inf
    against = "hop" if work.against == "aiofiles" and "aiofiles" not in names else work.against
    return against, work.limit * (OTHER_PYTHONS if work.wider and sys.version_info[:2] != (3, 12) else 1)


async def run_workloads(wanted, apis, args, folder, report):
    names = [api.name for api in apis]
    kernel_tells = folder.kernel_tells()
    rows, groups = [], []
    for work in WORKLOADS:
        if not wanted(work.name) or not getattr(apis[-1], work.needs):
            continue
        against, limit = rule(work, names, kernel_tells)
        try:
            times = await measure(work, apis, args.rounds, folder, against, limit)
        except Exception as error:
            report.judge(False, f"{work.name}: {error!r}")
            continue
        to_builtin = {name: time / times["builtin"] for name, time in times.items()}
        row = [work.name, f"{times['builtin'] * 1e9:,.0f} ns"]
        row += [number(to_builtin[name]) if name in times else "-" for name in names[1:]]
        if against:
            ratio = times["ours"] / times[against]
            row += [f"{ratio:.2f} of {limit:.3g} x {against}"]
            row += [report.judge_time(work.name, ratio, limit, against)]
        else:
            row += ["none here", ""]
        rows.append(row)
        rival = "aiofiles" if "aiofiles" in names else "hop"
        groups.append((work.name, [(name, to_builtin[name]) for name in (rival, "ours")]))
    if rows:
        title = "Time of an operation: the builtin's, and how many times as long the others take"
        report.table(title, ["workload", *names, "ours, and its limit", "result"], rows)
        report.bars("How many times as long as the builtin, on a logarithmic scale", groups)


# ----------------------------------------------------------------------------------------------------------
# Latency of the loop


class Heartbeat:
    """How late the loop is for each of a thousand timers a second, all those due in a long wait included."""

    EVERY = 0.001

    async def __aenter__(self):
        self.late, self.stop = [], False
        self.task = asyncio.ensure_future(self.beat())
        return self

    async def beat(self):
        due = perf_counter() + self.EVERY
        while not self.stop:
            await asyncio.sleep(max(0, due - perf_counter()))
            now = perf_counter()
            while due <= now:
                self.late.append(now - due)
                due += self.EVERY

    async def __aexit__(self, *_):
        self.stop = True
        await self.task
        self.late.sort()

    def quantile(self, part):
        return self.late[min(len(self.late) - 1, int(len(self.late) * part))]

    def __str__(self):
        return " / ".join(ms(self.quantile(part)) for part in (0.5, 0.99, 1))


async def under_load(api, mode, work, tasks, seconds, folder):
    """The heartbeat while so many tasks work, each on its own file, and the operations done in a second."""
    async with contextlib.AsyncExitStack() as stack:
        files = []
        for n in range(tasks):
            path = folder.join(f"written-{n}") if "w" in mode else folder.sample(2 * 65536, f"-{n}")
            files.append(await stack.enter_async_context(api.open(path, mode)))
        async with Heartbeat() as heart:
            start = perf_counter()
            end = start + seconds
            done = await asyncio.gather(*(work(file, LINE.encode(), perf_counter, end) for file in files))
            took = perf_counter() - start
    return heart, sum(done) / took


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
                    hearts, rates = {}, {}
                    for api in apis:
                        measured = await under_load(api, mode, work, tasks, args.seconds, folder)
                        hearts[api.name], rates[api.name] = measured
                    late, limit = hearts["ours"].quantile(0.99), max(hearts["hop"].quantile(0.99), LATE)
                    if late <= limit:
                        break
            except Exception as error:
                report.judge(False, f"{name}: {error!r}")
                continue
            row = [load, str(tasks), *map(str, hearts.values()), ms(limit)]
            row += [report.judge_heart(name, late, limit), *(f"{rate:,.0f}" for rate in rates.values())]
            rows.append(row)
    names = [api.name for api in apis]
    title = "While tasks work on a file each: how many ms the loop is late (p50 / p99 / worst), and calls/s"
    head = ["load", "tasks", *names, "p99 at most", "result", *(f"{name}/s" for name in names)]
    report.table(title, head, rows)


def allow_many_files():
    """Room for 500 open files where the usual limit is lower."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if 0 <= soft < 1024:
            resource.setrlimit(resource.RLIMIT_NOFILE, (1024 if hard < 0 else min(1024, hard), hard))


# ----------------------------------------------------------------------------------------------------------
# Trees and memory


def make_tree(root, wide, entries):
    """Half of the entries in one folder, the others in folders of a hundred."""
    folders = [(wide, entries // 2)]
    folders += [(os.path.join(root, f"folder-{n // 10}", f"folder-{n}"), 99) for n in range(entries // 200)]
    for folder, files in folders:
        os.makedirs(folder)
        for n in range(files):
            open(os.path.join(folder, f"file-{n}.{'txt' if n % 3 else 'py'}"), "wb").close()


forget = deque(maxlen=0).append


def comparable(item):
    return (str(item[0]), *item[1:]) if isinstance(item, tuple) else os.fspath(item)


async def measure_tree(plain, awaiting, rounds):
    """Whether the results of ours are those of the plain loop, and the seconds that both take."""
    expected, found = [], []
    plain(expected.append)
    await awaiting(found.append)
    same = list(map(comparable, found)) == list(map(comparable, expected))
    del expected, found  # many objects alive would make the garbage collector part of what is measured
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


async def late_while(again, seconds):
    """The heartbeat while something is done again and again."""
    async with Heartbeat() as heart:
        end = perf_counter() + seconds
        while perf_counter() < end:
            await again()
    return heart


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
                hop = await late_while(functools.partial(in_thread, plain, forget), args.seconds)
                heart = await late_while(functools.partial(awaiting, forget), args.seconds)
                late, limit = heart.quantile(0.99), max(hop.quantile(0.99), TREE_LATE)
                if late <= limit:
                    break
        except Exception as error:
            report.judge(False, f"{name}: {error!r}")
            continue
        results = (
            report.judge(same, f"{name}: the results are not those of the synchronous loop"),
            report.judge_time(name, ours / sync, TREE_LIMIT, "the synchronous loop"),
            report.judge_heart(name, late, limit),
        )
        ratio = f"{ours / sync:.2f} of {TREE_LIMIT:g}"
        result = "MISSED" if "MISSED" in results else "ok"
        rows.append([what, ms(sync), ms(ours), ratio, str(hop), str(heart), ms(limit), result])
    head = ["iterated", "builtin", "ours", "ratio", "late: one hop", "late: ours", "p99 at most", "result"]
    title = "ms to iterate it, and how many ms the loop is late meanwhile (p50 / p99 / worst)"
    report.table(f"A tree of {args.entries:,} entries: {title}", head, rows)


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
                await awaiting(file)  # what is made once, at the first use, does not count
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
        result = report.judge(more <= MEMORY_LIMIT, f"{complaint}; at most {MEMORY_LIMIT:,} KiB are allowed")
        row = [kind, *(f"{peak:,.0f} KiB" for peak in peaks), f"{more:,.0f} of {MEMORY_LIMIT:,} KiB", result]
        rows.append(row)
    title = f"Memory held at most while iterating over a file of {args.megabytes} MiB"
    report.table(title, ["iterated", "builtin", "ours", "more", "result"], rows)


# ----------------------------------------------------------------------------------------------------------
# The command


def arguments():
    beside = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "aiofiles.py")
    as_written = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=as_written)
    options = (
        ("--library", "PATH", "the aiofiles.py to measure (the one beside .ci/)"),
        ("--aiofiles", "PATH", f"a folder that holds the package aiofiles {AIOFILES}, or: pip"),
        ("--directory", "DIR", "where the files are made (the system's folder for temporary files)"),
        ("--only", "PATTERN", "what has this regular expression in its name: a workload's name, or one like "
         "'latency: lines, 10 tasks', 'tree: os.walk', 'memory: text'"),
        ("--rounds", "N", "rounds of each workload (7)"),
        ("--entries", "N", "entries of the tree (20000)"),
        ("--quick", None, "fewer rounds and smaller files: less exact"),
        ("--trees", None, "only the trees, with 100,000 entries"),
        ("--markdown", None, "print tables for a README"),
    )  # fmt: skip
    for name, value, text in options:
        kind = {"metavar": value, "type": int if value == "N" else str} if value else {"action": "store_true"}
        parser.add_argument(name, help=text, **kind)
    parser.set_defaults(library=beside, only="")
    args = parser.parse_args()
    args.rounds = max(1, args.rounds or (3 if args.quick else 7))
    args.entries = max(200, args.entries or (100_000 if args.trees else 4000 if args.quick else 20_000))
    args.seconds = 0.2 if args.quick else 0.5
    args.tasks = (1, 100) if args.quick else (1, 10, 100, 500)
    args.megabytes = 16 if args.quick else 64
    return args


async def run(args, folder, report):
    library = load_library(os.path.abspath(args.library))
    aiofiles, version = load_aiofiles(args.aiofiles, folder) if args.aiofiles else (None, "")
    apis = list(all_contestants(library, aiofiles))
    names = [api.name for api in apis]
    others = [f"aiofiles {version}"] if aiofiles else []
    others += [f"{name} {importlib.metadata.version(name)}" for name in names if name in ("anyio", "aiofile")]
    tells = "tells" if folder.kernel_tells() else "does not tell"
    where = f"{os.path.dirname(folder.path)} ({folder.file_system()}; the kernel {tells} what it has cached)"
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{python} on {platform.platform()}, in {where}.")
    print(f"ours: {args.library} {find(library, '__version__')}; others: {', '.join(others) or 'none'}.")

    def wanted(name):
        return re.search(args.only, name, re.IGNORECASE)

    if not args.trees:
        await run_workloads(wanted, apis, args, folder, report)
        await run_latency(wanted, apis, args, folder, report)
        await run_memory(wanted, apis, args, folder, report)
    await run_trees(wanted, library, args, folder, report)


def main():
    args = arguments()
    report = Report(args.markdown)
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=args.directory) as path:
        asyncio.run(run(args, Folder(os.path.abspath(path)), report))
    print()
    for complaint in report.missed:
        print(f"MISSED {complaint}")
    print(f"{report.judged - len(report.missed)} of {report.judged} limits are kept.")
    return 1 if report.missed or not report.judged else 0


if __name__ == "__main__":
    sys.exit(main())
