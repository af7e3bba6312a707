"""Files for asyncio: the standard library's file objects and functions, awaited.

    import aiofiles

    async with aiofiles.open("log.txt") as file:
        async for line in file:
            ...

This one file takes the place of the package aiofiles 25.1.0.  Install it, copy it beside your code or into your
package: it needs nothing but the standard library.

It reads from top to bottom: how a call gets to a thread and back; who may go first (the queue of a file, the turn
of the loop); what can be done without a thread; streams that may never answer; the files; `open`; stdio; the
namespaces (`aiofiles.os` and its like); how all these names are published.

To add a method of files, add its name to the decorators at "The files" and, where it can be answered from memory,
to `_DISK_RULES`.  Functions of `os` and its like are there by themselves; the tables at "The namespaces" name those
that need no thread.
"""

from __future__ import annotations

import asyncio
import builtins
import codecs
import concurrent.futures
import contextlib
import contextvars
import functools
import importlib
import importlib.machinery
import inspect
import io
import operator
import os as _os
import re
import stat as _stat
import sys
import threading
import types
import warnings
import weakref
from collections import deque
from collections.abc import Coroutine
from itertools import repeat, starmap
from time import perf_counter

__version__ = "26.0.0"
__all__ = [
    "Path", "glob", "open", "os", "pathlib", "shutil", "stderr", "stderr_bytes", "stdin", "stdin_bytes", "stdout",
    "stdout_bytes", "tempfile", "wrap_file",
]  # fmt: skip

#: True sends every operation to the executor: for detectors of blocking calls, and for debugging.
delegate_all = _os.environ.get("AIOFILES_DELEGATE_ALL", "0") not in ("", "0")

_AHEAD = 64 * 1024  # bytes that are read ahead or written behind at most
_LATER = object()  # "not without waiting": what a rule says of a call that has to go to a thread
_THREADS = sys.platform not in ("emscripten", "wasi")


# ---------------------------------------------------------------------------------------------------------------------
# To a thread and back
#
# Whatever may wait is an operation, and goes through `_Queue.run`: there is no other way into a thread.  The thread
# is the executor's.  Only a wait that may never end (a FIFO that nobody opens, a terminal) and a close that the
# executor refuses get a daemon thread of their own, since that one does not keep the process from ending.
# ---------------------------------------------------------------------------------------------------------------------

_OWN_THREAD = object()  # in the place of an executor


class _Operation:
    """One call on its way: what to call, who waits for it, and what became of it."""

    __slots__ = ("call", "error", "executor", "future", "key", "left", "loop", "state", "undo", "value")

    def __init__(self, call, loop, executor=None, key=None, undo=None):
        self.call = call  # None: whoever waits for it wants to hold the queue, not to go to a thread
        self.loop = loop
        self.executor = executor
        self.key = key  # equal for equal calls of a read: the next one gets what a cancelled one has read
        self.undo = undo  # called with the result if nobody is there to take it
        self.future = loop.create_future()  # what the caller awaits
        self.state = "queued"  # "next" when its turn has come, "running", "done"; or "dropped"
        self.left = False  # by its caller, who was cancelled
        self.value = self.error = None

    def finish(self):
        if not self.future.done():
            self.future.set_result(None)

    def result(self):
        error, self.error = self.error, None
        if error is None:
            return self.value
        try:
            raise error
        finally:
            del error  # or its traceback would hold it, and with it the file, until the garbage collector comes


_run_in_executor = asyncio.BaseEventLoop.run_in_executor


def _send(loop, executor, work, *args):
    """Call work(*args) in *executor*; the future of that, which is only good to hear that it was cancelled.

    `run_in_executor` makes a second future and lets the loop copy the result, which is a third of the time of a hop.
    So where it is asyncio's own, what it does is done here without that.
    """
    if executor is None and getattr(loop.run_in_executor, "__func__", None) is _run_in_executor:
        executor = getattr(loop, "_default_executor", None)
    if executor is None:
        return loop.run_in_executor(None, work, *args)
    return executor.submit(work, *args)


def _pickles(executor):
    """Whether calls are pickled on their way: neither files nor context variables can go along."""
    pools = ("concurrent.futures.process", "ProcessPoolExecutor"), (
        "concurrent.futures.interpreter", "InterpreterPoolExecutor",
    )  # fmt: skip
    return any(module in sys.modules and isinstance(executor, getattr(sys.modules[module], name)) for module, name in pools)


def _spawn(func, *args):
    """Call *func* in a daemon thread; a future that no waiter can cancel."""
    future = concurrent.futures.Future()
    future.set_running_or_notify_cancel()

    def run():
        try:
            result = func(*args)
        except BaseException as error:
            future.set_exception(error)
        else:
            future.set_result(result)

    if _THREADS:
        threading.Thread(target=run, name="aiofiles", daemon=True).start()
    else:
        run()
    return future


def _call(executor, func, args=(), kwargs={}, undo=None):
    """An awaitable of func(*args, **kwargs), which belongs to no file, called in *executor*."""
    if executor is not None and _pickles(executor):
        return asyncio.get_running_loop().run_in_executor(executor, functools.partial(func, *args, **kwargs))
    return _Queue().run(executor, func, args, kwargs, undo=undo)


# ---------------------------------------------------------------------------------------------------------------------
# Who may go first: the queue of a file
#
# Operations on a file take effect in the order in which they were called, one at a time, whatever number of tasks,
# loops and threads call them.  Whoever finds the queue idle starts at once.  Whoever finds it busy waits in line, and
# the thread that is at it takes the whole line along.  What has not begun when its caller is cancelled is dropped
# without a trace; what has begun is finished before the next begins, and if it was a read, the next equal call gets
# its result.  What the queue does not do is to make one call of two: between a `seek` and the `read` after it, the
# call of another task may come.
# ---------------------------------------------------------------------------------------------------------------------


class _Queue:
    __slots__ = ("busy", "done", "kept", "lock", "waiting")

    def __init__(self):
        self.lock = threading.Lock()
        self.busy = False
        self.waiting = deque()
        self.done = {}  # for each loop the operations whose end it is about to hear of
        self.kept = []  # operations that had read something when their callers had gone

    async def run(self, executor, func, args=(), kwargs={}, *, key=None, undo=None, steady=False, held=False):
        """Await func(*args, **kwargs) in *executor* when its turn has come.

        A *steady* operation cannot be cancelled: CancelledError is raised when it is done.  *held* says that the
        caller holds the queue, which is given back when the operation is done.
        """
        loop = asyncio.get_running_loop()
        call = functools.partial(contextvars.copy_context().run, func, *args, **kwargs)
        operation = _Operation(call, loop, executor, key, undo)
        if held or self._enter(operation):
            self._start(operation, steady)
        try:
            await operation.future
        except asyncio.CancelledError:
            if not steady:
                if self._leave(operation):
                    await self.run(executor, undo, (operation.value,), steady=True)
                raise
            while operation.state != "done":
                operation.future = loop.create_future()
                with contextlib.suppress(asyncio.CancelledError):
                    await operation.future
            operation.result()  # what goes wrong in a close is said, come what may
            raise
        return operation.result()

    async def hold(self):
        """Wait in line for the queue and hold it, until `release` or a `run` that is told so."""
        place = _Operation(None, asyncio.get_running_loop())
        if not self._enter(place):
            try:
                await place.future
            except asyncio.CancelledError:
                self._leave(place)
                raise

    def release(self):
        """Give the queue to the next in line."""
        with self.lock:
            following = self._next()
        self._hand_on(following)

    def _enter(self, operation):
        """Whether *operation* can start at once; if not, it is in line now."""
        with self.lock:
            if not self.busy:
                self.busy = True
                operation.state = "next"
                return True
            self.waiting.append(operation)
            return False

    def _next(self):
        while self.waiting:
            operation = self.waiting.popleft()
            if operation.state == "queued":
                operation.state = "next"
                return operation
        self.busy = False
        return None

    def _hand_on(self, operation):
        """Let the loop of *operation* begin it, since only that one knows its default executor."""
        while operation is not None:
            try:
                operation.loop.call_soon_threadsafe(self._begin, operation)
                return
            except RuntimeError:  # that loop is closed: nobody waits for it any more
                with self.lock:
                    operation = self._next()

    def _begin(self, operation):
        if operation.state == "dropped":
            return
        if operation.call is None:
            operation.finish()
            return
        try:
            self._start(operation, steady=True)
        except BaseException as error:
            operation.error = error
            operation.finish()

    def _start(self, operation, steady):
        """Send *operation* to its thread; what to await until it is done."""
        operation.state = "next"
        try:
            if operation.executor is _OWN_THREAD:
                _spawn(self._work, operation)
                return
            try:
                hop = _send(operation.loop, operation.executor, self._work, operation)
            except RuntimeError:  # the executor was shut down
                if not steady:
                    raise
                _spawn(self._work, operation)
            else:
                hop.add_done_callback(functools.partial(self._dropped, operation))
        except BaseException:
            self.release()
            raise

    def _dropped(self, operation, hop):
        """The executor was shut down and cancelled what it had accepted: others do not suffer for it."""
        if operation.state == "next" and hop.cancelled():
            _spawn(self._work, operation)

    def _work(self, operation):
        """In the thread: the operation, and after it what has lined up behind it."""
        while operation is not None:
            if operation.call is None:
                self._hand_on(operation)
                return
            with self.lock:
                if operation.state == "dropped":
                    return  # who dropped it has handed the queue on
                operation.state = "running"
                kept = self._claim(operation.key) if self.kept else None
            try:
                operation.value = operation.call() if kept is None else kept.value
            except StopIteration as stop:  # no future can carry it: whoever awaits would wait for ever
                operation.error = RuntimeError("a function called in a thread raised StopIteration")
                operation.error.__cause__ = stop
            except BaseException as error:
                operation.error = error
            del operation.call  # whoever drops the last reference to a file shall do so in his own line
            with self.lock:
                operation.state = "done"
                left = operation.left and operation.error is None
                if left and operation.key is not None:
                    self.kept.append(operation)
                following = None if left and operation.undo is not None else self._next()
            if left and operation.undo is not None:
                with contextlib.suppress(Exception):  # nobody is there to hear of it
                    operation.undo(operation.value)
                with self.lock:
                    following = self._next()
            self._tell(operation)
            operation = following

    def _claim(self, key):
        for operation in self.kept:
            if key is not None and operation.key == key:
                self.kept.remove(operation)
                return operation
        return None

    def _tell(self, operation):
        """Let the loop of *operation* hear that it is done, along with others that it has not heard of yet."""
        loop = operation.loop
        with self.lock:
            if loop in self.done:
                self.done[loop].append(operation)
                return
            self.done[loop] = [operation]
        try:
            loop.call_soon_threadsafe(self._hear, loop)
        except RuntimeError:  # that loop is closed
            del self.done[loop]

    def _hear(self, loop):
        with self.lock:
            done = self.done.pop(loop)
        for operation in done:
            operation.finish()

    def _leave(self, operation):
        """The caller of *operation* was cancelled.  Whether there is a result which must be undone."""
        with self.lock:
            before = operation.state
            if before in ("queued", "next"):
                operation.state = "dropped"
                following = self._next() if before == "next" else None
            else:
                operation.left = True
                if before == "running" or operation.error is not None:
                    return False
                if operation.key is not None:
                    self.kept.append(operation)
                return operation.undo is not None
        self._hand_on(following)
        return False


# ---------------------------------------------------------------------------------------------------------------------
# Who may go first: the turn of the loop
#
# An operation that finishes at once never gives the loop a turn.  So all of them together, over all tasks and files
# of a loop, get a millisecond of each turn; whoever comes later waits in line for the next ones.
# ---------------------------------------------------------------------------------------------------------------------


class _Turn:
    __slots__ = ("ends", "loop", "waiting", "woken")

    LENGTH = 0.001  # seconds
    of_loop: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
    latest = None

    def __init__(self, loop):
        self.loop = weakref.ref(loop)
        self.ends = None  # when the time of this turn is up; None before anybody took of it
        self.waiting = deque()
        self.woken = 1  # how many of those who wait are let in at once

    @classmethod
    def current(cls):
        loop = asyncio.get_running_loop()
        turn = cls.latest
        if turn is None or turn.loop() is not loop:
            turn = cls.of_loop.get(loop)
            if turn is None:
                turn = cls.of_loop[loop] = cls(loop)
            cls.latest = turn
        return turn

    def is_open(self):
        """Whether there is time left in this turn, and nobody before us."""
        if self.ends is None:
            self.ends = perf_counter() + self.LENGTH
            self.loop().call_soon(self._begin)
            return True
        return not self.waiting and perf_counter() < self.ends

    async def wait(self):
        """Wait for a turn in which there is time."""
        place = self.loop().create_future()
        self.waiting.append(place)
        await place

    def _begin(self):
        if not self.waiting:
            self.ends = None
            return
        now = perf_counter()
        self.woken = max(1, self.woken // 2) if now > self.ends else min(32, self.woken * 2)
        for _ in range(min(self.woken, len(self.waiting))):
            place = self.waiting.popleft()
            if not place.done():
                place.set_result(None)
        self.ends = now + self.LENGTH
        self.loop().call_soon(self._begin)


# ---------------------------------------------------------------------------------------------------------------------
# What can be done without a thread
#
# A file object has a kind, which is found out in a thread, and the kind answers for a call "can this finish without
# waiting?".  Of most objects nothing is known, and every call goes to a thread.  A plain file of `io` on a disk
# answers from what its buffer holds, takes what its buffer has room for, and else asks the kernel: a `preadv` with
# RWF_NOWAIT reads from the page cache or says no.  It is asked for all that the call will read.  So that not even
# the answer is needed for each line and each small write, an answer grants a few of them at once (`lines`, `room`).
# ---------------------------------------------------------------------------------------------------------------------

_GRANT_LINES = 64  # so many lines, or
_GRANT_BYTES = 8192  # so many bytes to write (and for each write
_WRITE_COST = 32  # these on top), before the clock is looked at again
_CHUNK = 8192  # bytes that a TextIOWrapper reads at once, unless told otherwise
_SCRATCH = 4 * _AHEAD  # more than this is never asked for: copying it takes some 20 µs

_local = threading.local()


class _Kind:
    """What is known of a file object: of this one nothing, so every call goes to a thread."""

    at_once = False  # whether it is asked by `now`
    stream = False  # whether `call` answers reads
    lines: object = ()  # an iterator of lines which are in memory
    room = 0  # bytes that can be written to memory

    def now(self, name, args, kwargs):
        """The result of the call, or `_LATER`."""
        return _LATER

    def more_lines(self):
        """Some more lines that are in memory."""
        return ()

    def more_room(self, size):
        """Whether there is room now for a write of *size* bytes."""
        return False

    def forget(self):
        """Take back what was granted: another call comes."""

    def work(self, file, name, args, kwargs):
        """In the thread: the call, and what it pays to do along with it."""
        return getattr(file, name)(*args, **kwargs)

    def settle(self):
        """The result of what was done in the thread has reached its caller."""

    def stop(self):
        """The file is about to be closed."""


_UNKNOWN = _Kind()  # not looked at yet
_OTHER = _Kind()  # nothing to be known


class _Disk(_Kind):
    """A file of `io` on a regular file: perhaps text, over perhaps a buffer, over a FileIO."""

    at_once = True

    def __init__(self, text, buffer, raw, newline=None, size=0, size_is_free=False):
        self.text = text
        self.buffer = buffer or raw
        self.raw = raw
        self.file = text or self.buffer
        self.fd = raw.fileno()
        self.write = self.file.write  # for who was granted room
        self.size = self.normal = size  # of the buffer; 0: unknown
        self.size_is_free = size_is_free
        self.asks = hasattr(_os, "preadv") and hasattr(_os, "RWF_NOWAIT")
        self.dirty = size == 0 and raw.writable()  # perhaps something is written and not flushed
        self.space = 0  # bytes that the buffer takes for sure before it has to be flushed
        self.left = 0  # lines in memory, beyond those granted
        self.at = None  # where the read after these lines begins, if that is known
        self.chars = 0  # characters in memory, at least
        self.chars_at = None  # where the read after them begins
        self.found = (0, None, 0, None)  # the same four, as a thread leaves them
        self.chunk = _CHUNK
        self.position = None  # of the next read, if that is known
        self.previous = None  # the method that went to a thread last; a second one in a row reads ahead further
        self.reads = raw.readable()
        self.writes = raw.writable() and buffer is not None and size > 0
        self.newline = b"\n"
        if text is not None:
            try:
                self.newline = "\n\n".encode(text.encoding)[len("\n".encode(text.encoding)) :]
            except (LookupError, UnicodeError):
                self.newline = b""
            if newline not in (None, "", "\n"):
                self.newline = self.newline.replace(b"\n", newline.encode()) if self.newline == b"\n" else b""
            simple = text.encoding.lower().replace("-", "").replace("_", "") in ("utf8", "ascii", "latin1", "iso88591")
            careful = text.errors in ("strict", "ignore", "replace", "surrogateescape", "surrogatepass")
            longer = newline == "\r\n" or (newline is None and _os.linesep == "\r\n")
            self.one_byte = simple  # is what an ASCII character takes
            self.writes = self.writes and simple and careful and not longer
            self.writes = self.writes and not text.line_buffering and not getattr(text, "write_through", False)
            self.reads = self.reads and self.newline != b""
        if self.writes:
            self.space = size - 1

    def settle(self):
        self.left, self.at, self.chars, self.chars_at = self.found
        self.found = (0, None, 0, None)

    # Rules: a method here answers the file's method of the same name at once, or with `_LATER`.

    def now(self, name, args, kwargs):
        rule = _DISK_RULES.get(name)
        if rule is None or kwargs or self.raw.closed:
            return _LATER
        return rule(self, *args)

    def forget(self):
        self.lines = ()
        self.found = (0, None, 0, None)
        self.left = self.chars = 0
        self.at = self.chars_at = self.position = None
        self.space += max(self.room, 0)
        self.room = 0

    def more_lines(self):
        """Grant some more lines, if nothing else was called since the last ones, and there is time."""
        if (self.left or self.at is not None) and not delegate_all and _Turn.current().is_open():
            self.left = self.left or self.count_lines()
            if self.left:
                self.grant_lines()
                return self.lines
        return ()

    def grant_lines(self):
        count = min(self.left, _GRANT_LINES)
        self.left -= count
        self.lines = starmap(self.file.readline, repeat((), count))

    def readline(self, *args):
        if args or self.dirty or not self.reads:
            return _LATER
        if not self.left:
            at = self.at
            self.forget()
            self.at = at
            self.left = self.count_lines()
        if not self.left:
            return _LATER
        line = self.file.readline()
        self.left -= 1
        self.grant_lines()
        return line

    def count_lines(self):
        """How many lines are in memory after a read that does not wait, which the first `readline` makes."""
        again = self.at is not None  # then no line is in memory, and we know where the next read begins
        if not again:
            if self.buffer is self.raw:
                return 0
            start, held = self.where()
            self.at, self.position = start + held, None
            if held:
                data = self.buffer.peek()
                count = data.count(b"\n") if self.text is None else data[: self.chunk].count(self.newline)
                if count or self.text is not None:
                    self.at = None if self.text is not None else self.at
                    return count
        length = self.grow(again)
        got = self.cached(self.at, length) if length else -1
        count = _local.scratch.count(self.newline, 0, got) if got > 0 else 0
        if got < 0 or (got == length and not count):
            self.at = None
            return 0
        self.at += got
        return count or 1  # at the end of the file the rest is a line, too

    def grow(self, again):
        """How much the next read takes: more for who reads on."""
        if self.text is not None:
            if again != (self.chunk == _AHEAD):
                self.text._CHUNK_SIZE = self.chunk = _AHEAD if again else _CHUNK
            return self.chunk
        if again and self.resize(_AHEAD):
            self.at = self.buffer.tell()
        return self.size

    def read(self, size=-1):
        if self.dirty or not self.reads or (size is not None and type(size) is not int):
            return _LATER
        if size is None or size < 0:
            return self.read_rest()
        if self.text is not None:
            return self.read_text(size)
        if not self.holds(size):
            return _LATER
        start = self.position
        self.forget()
        result = self.file.read(size)
        self.position = start + len(result)
        return result

    def read_text(self, size):
        chars = self.chars
        if size <= chars:
            self.lines = ()
            self.left, self.at = 0, None
            self.chars = chars - size
            return self.text.read(size)
        start = self.chars_at
        again, held = start is not None, 0
        if not again:
            start, held = self.where()
        self.forget()
        length = self.grow(again)
        length *= -(-(4 * size + 4) // length)  # four bytes a character, and those that the end of a chunk cuts off
        got = self.cached(start + held, length)
        if got < 0:
            return _LATER
        result = self.text.read(size)
        if not held:
            self.chars_at = self.buffer.tell()
            with memoryview(_local.scratch)[: min(self.chars_at - start, got)] as view:
                self.chars = max(0, self.count_chars(bytes(view)) - len(result))
        return result

    def count_chars(self, data):
        """How many characters *data* is decoded to, at least."""
        if not self.one_byte:
            return len(data) // 4
        count = len(data) if data.isascii() else len(data.decode(self.text.encoding, "ignore"))
        return count - data.count(b"\r")

    def read_rest(self):
        start, held = self.where()
        got = self.cached(start + held, _AHEAD)
        if not 0 <= got < _AHEAD or self.buffer is self.raw:
            return _LATER
        self.forget()
        return self.file.read(held + got + _AHEAD)  # to the end, but without the `fstat` of a read without a size

    def read1(self, size=-1):
        if self.text is not None or type(size) is not int:
            return _LATER
        start, held = self.where()
        return self.read_into_buffer("read1", held, start, size if size >= 0 else self.size, size)

    def peek(self, size=0):
        start, held = self.where()
        return self.read_into_buffer("peek", held, start, self.size, size)

    def read_into_buffer(self, name, held, start, length, *args):
        if self.dirty or not self.reads or not (held or (length and self.cached(start, length) >= 0)):
            return _LATER
        self.forget()
        return getattr(self.buffer, name)(*args)

    def readinto(self, target, name="readinto"):
        if self.dirty or not self.reads or not self.holds(memoryview(target).nbytes):
            return _LATER
        self.forget()
        return getattr(self.file, name)(target)

    def readinto1(self, target):
        return self.readinto(target, "readinto1")

    def seek(self, position, whence=0):
        if self.dirty or type(position) is not int or whence not in (0, 1):
            return _LATER
        if self.text is not None and (whence or not 0 <= position < 1 << 63):  # these seek and decode
            return _LATER
        self.forget()
        self.previous = None
        if self.text is None and self.size > self.normal and type(self.buffer) is io.BufferedReader:
            self.resize(self.normal)  # who jumps about wants no more than he asks for
        self.space = self.size - 1 if self.writes and type(self.buffer) is io.BufferedWriter else 0
        result = self.file.seek(position, whence)
        self.position = None if self.text is not None else result
        return result

    def tell(self):
        return _LATER if self.dirty and self.text is not None else self.file.tell()

    def flush(self):
        if self.dirty:
            return _LATER
        self.forget()
        return self.file.flush()

    def write_now(self, data):
        cost = self.cost(data) if self.writes else None
        self.forget()
        if cost is None or cost > self.space:
            return _LATER
        count = self.file.write(data)
        self.dirty = True
        self.space -= cost
        self.room = min(self.space, _GRANT_BYTES)
        self.space -= self.room
        return count

    def writelines(self, lines):
        if not self.writes or type(lines) not in (list, tuple):
            return _LATER
        costs = [self.cost(line) for line in lines]
        self.forget()
        if None in costs or sum(costs) > min(self.space, _AHEAD):
            return _LATER
        self.space -= sum(costs)
        self.dirty = True
        return self.file.writelines(lines)

    def more_room(self, size):
        if self.space <= size or delegate_all or self.raw.closed or not self.dirty or not _Turn.current().is_open():
            return False
        room = min(self.space, max(size + 1, _GRANT_BYTES))
        self.space -= room
        self.room = max(0, self.room) + room
        return True

    def cost(self, data):
        """How many bytes of the buffer a write of *data* takes, at most."""
        if self.text is None:
            return len(data) if type(data) in (bytes, bytearray) else None
        return None if type(data) is not str else len(data) if data.isascii() else 4 * len(data)

    # What the rules ask.

    def where(self):
        """The position of the next read, and how many bytes from there on the buffer holds."""
        if self.position is None:
            self.position = self.buffer.tell()
        return self.position, max(0, self.raw.tell() - self.position)

    def holds(self, size):
        """Whether *size* bytes can be read without waiting, with all that the buffer reads along."""
        start, held = self.where()
        if size <= held:
            return True
        if self.buffer is self.raw:
            return self.cached(start, size) >= 0
        return self.size > 0 and self.cached(start + held, -(-(size - held) // self.size) * self.size) >= 0

    def cached(self, start, length):
        """How many bytes a read gives, fewer only at the end of the file; -1 if it might wait.

        The bytes are in `_local.scratch` then.
        """
        if not self.asks or length > _SCRATCH:
            return -1
        try:
            target = _local.targets.get(length)
        except AttributeError:
            _local.scratch = bytearray(_SCRATCH)
            _local.targets = {}
            target = None
        if target is None:
            target = _local.targets[length] = [memoryview(_local.scratch)[:length]]
        try:
            got = _os.preadv(self.fd, target, start, _os.RWF_NOWAIT)
            while 0 < got < length:  # the end of the file, or a kernel that answers short
                more = _os.preadv(self.fd, [target[0][got:]], start + got, _os.RWF_NOWAIT)
                if not more:
                    break
                got += more
        except BlockingIOError:
            return -1
        except OSError:  # this file system does not tell
            self.asks = False
            return -1
        return got

    # In the thread.

    def work(self, file, name, args, kwargs):
        again = self.previous == name
        self.previous = name
        self.found = (0, None, 0, None)
        if name == "reconfigure" or self.raw.closed:
            self.reads = self.writes = False
        elif not delegate_all:
            if name == "write" and self.writes:
                return self.write_more(again, *args, **kwargs)
            if name in ("read", "readline") and self.reads and not self.dirty and not kwargs:
                return self.read_more(again, name, args)
        result = super().work(file, name, args, kwargs)
        if name in _FLUSHING:
            self.dirty = False
            empty = self.writes and (name == "flush" or type(self.buffer) is io.BufferedWriter)
            self.space = self.size - 1 if empty else 0
        elif name not in _HARMLESS:
            self.dirty = True
            self.space = 0
        return result

    def write_more(self, again, *args, **kwargs):
        """Write; if there is no room, flush before, and so leave all the buffer to the writes which follow."""
        cost = self.cost(*args) if len(args) == 1 else None
        if cost is None or cost > self.space:
            self.resize(2 * _AHEAD if again else self.normal)
            self.file.flush()
            self.space = self.size - 1
        self.dirty = True
        left = self.space - (self.size if cost is None else cost)
        self.space = 0
        result = self.file.write(*args, **kwargs)
        self.space = max(0, left)
        return result

    def read_more(self, again, name, args):
        """Read, and find out what is in memory now for the reads which follow."""
        if self.text is None:
            self.resize(_AHEAD if again else self.normal)
            result = getattr(self.file, name)(*args)
            if name == "readline":
                start, held = self.where()
                self.found = self.buffer.peek().count(b"\n") if held else 0, start + held, 0, None
                self.position = None
            return result
        start = self.buffer.tell()
        self.grow(again)
        result = getattr(self.text, name)(*args)
        length = self.buffer.tell() - start
        if 0 < length <= _SCRATCH and hasattr(_os, "pread"):
            data = _os.pread(self.fd, length, start)
            if name == "readline":
                self.found = max(0, data.count(self.newline) - 1), start + length, 0, None
            else:
                self.found = 0, None, max(0, self.count_chars(data) - len(result)), start + length
        return result

    def resize(self, size):
        """Give the buffer another size, if we may: a large one for a file that is read or written on and on."""
        size = max(size, self.normal)
        if not self.size_is_free or size == self.size or self.buffer.closed:
            return False
        self.file.flush()
        position = self.buffer.tell()
        self.buffer.__init__(self.raw, size)
        self.buffer.seek(position)
        self.size = size
        return True


def _in_memory(name):
    """The rule of a method that never touches the disk."""
    return lambda disk, *args: getattr(disk.file, name)(*args)


_DISK_RULES = {
    **{name: getattr(_Disk, name) for name in (
        "readline", "read", "read1", "peek", "readinto", "readinto1", "seek", "tell", "flush", "writelines",
    )},
    "write": _Disk.write_now,
    **{name: _in_memory(name) for name in ("isatty", "seekable", "readable", "writable")},
}  # fmt: skip
_FLUSHING = {"flush", "seek", "truncate", "close", "read", "read1", "readline", "readlines", "readinto", "readinto1"}
_HARMLESS = {"tell", "isatty", "seekable", "readable", "writable", "fileno", "peek"}


def _examine(file, newline=None, buffering=0):
    """In a thread: the kind of *file*.  A *buffering* of 0 says that nobody knows how it was opened."""
    if "tempfile" in sys.modules and type(file) is sys.modules["tempfile"]._TemporaryFileWrapper:
        file = file.file
    try:
        text = file if type(file) is io.TextIOWrapper else None
        buffer = file if text is None else text.buffer
        raw = buffer if type(buffer) is io.FileIO else getattr(buffer, "raw", None)
        if type(buffer) not in (io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.FileIO):
            return _OTHER
        if type(raw) is not io.FileIO and type(raw).__name__ != "SocketIO":
            return _OTHER
        mode = _os.fstat(raw.fileno()).st_mode
        if _stat.S_ISREG(mode):
            if str(raw.name).startswith(("/proc/", "/sys/")):
                return _OTHER
            return _Disk(text, None if buffer is raw else buffer, raw, newline, *_buffer_size(buffer, raw, buffering))
        if raw.readable() and (_stat.S_ISFIFO(mode) or _stat.S_ISSOCK(mode) or raw.isatty()):
            return _Stream.of(text, buffer, raw, newline, fresh=bool(buffering))
    except (OSError, ValueError, AttributeError):
        pass
    return _OTHER


def _buffer_size(buffer, raw, buffering):
    """The size of the buffer that `io.open` gave to *raw*, and whether that was left to it."""
    if buffering > 1 or buffering == 0 or buffer is raw:
        return buffering, False
    size = getattr(raw, "_blksize", io.DEFAULT_BUFFER_SIZE)
    if sys.version_info >= (3, 14):
        size = max(min(size, 8 << 20), io.DEFAULT_BUFFER_SIZE)
    if sys.implementation.name != "cpython":  # others may have done it in another way
        buffer.__init__(raw, size)
    return size, True


# ---------------------------------------------------------------------------------------------------------------------
# Streams that may never answer
#
# A read of a pipe, a terminal or a socket waits on the loop until there is something to read, takes what is there,
# and is answered as soon as that suffices.  So no thread waits without end, none holds the lock of a buffer when the
# process ends, and a read that is cancelled has taken nothing.  What the kernel does not give without waiting (a
# terminal), and where loops cannot wait for a descriptor (Windows), a daemon thread reads, and nothing but that.
# Reads have a queue of their own: a write or a close does not wait for a line that nobody types.
# ---------------------------------------------------------------------------------------------------------------------


class _Stream(_Kind):
    """A file of `io` for reading a pipe, a FIFO, a terminal or a socket, as bytes."""

    stream = True
    of_buffer: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()  # the text layer and who else reads it share

    def __init__(self, buffer, raw):
        self.raw = raw
        self.queue = _Queue()
        self.pending = bytearray()  # read and not asked for yet
        self.unbuffered = buffer is raw
        self.at_end = False
        self.closing = False
        self.pulling = None  # the future of a thread that reads
        self.waiters = set()  # of those who wait for the descriptor: (loop, future)

    @classmethod
    def of(cls, text, buffer, raw, newline, fresh):
        stream = cls.of_buffer.get(buffer)
        if stream is None:
            stream = cls.of_buffer[buffer] = cls(buffer, raw)
        if text is not None:
            stdin = not fresh and raw.fileno() == 0 and _os.name == "posix"
            stream = _TextStream(stream, text, "\n" if stdin else newline)
        if not fresh and buffer is not raw:
            stream.take_over(text or buffer)
        return stream

    def take_over(self, file):
        """Take what synchronous reads have left in the buffers of *file*.

        They do not tell, and would wait for more: so for a moment they read the end of the file.
        """
        fd = self.raw.fileno()
        inheritable = _os.get_inheritable(fd)
        try:
            saved, null = _os.dup(fd), _os.open(_os.devnull, _os.O_RDONLY)
        except OSError:
            return
        try:
            _os.dup2(null, fd, inheritable)
            try:
                self.pending += file.read()
            finally:
                _os.dup2(saved, fd, inheritable)
        finally:
            _os.close(saved)
            _os.close(null)

    async def call(self, name, args):
        """The result of a reading method."""
        await self.queue.hold()
        try:
            while True:
                if self.raw.closed or self.closing:
                    raise ValueError("I/O operation on closed file.")
                result = self.answer(name, *args)
                if result is not _LATER:
                    self.at_end = self.at_end and bool(self.pending)
                    return result
                await self.fill(name, *args)
        finally:
            self.queue.release()

    def answer(self, name, *args):
        """The result of a reading method, if what is pending suffices."""
        pending, end = self.pending, self.at_end
        if name in ("readinto", "readinto1"):
            with memoryview(*args) as view, view.cast("B") as target:
                if end or len(pending) >= len(target) or (pending and (self.unbuffered or name == "readinto1")):
                    data = self.take(len(target))
                    target[: len(data)] = data
                    return len(data)
                return 0 if not len(target) else _LATER
        size = args[0] if args and args[0] is not None else 0 if name == "peek" else -1
        size = operator.index(size)
        if name == "peek":
            return bytes(pending) if pending or end else _LATER
        if name == "readlines":
            if not end and not (0 < size <= pending.rfind(b"\n") + 1):
                return _LATER
            lines, total = [], 0
            while pending and (size <= 0 or total < size):
                lines.append(self.take(pending.find(b"\n") + 1 or len(pending)))
                total += len(lines[-1])
            return lines
        if name == "readline":
            found = pending.find(b"\n", 0, size if size >= 0 else len(pending)) + 1
            enough = found or (size if 0 <= size <= len(pending) else 0)
            return self.take(enough) if enough or size == 0 else self.take(len(pending)) if end else _LATER
        if name == "read1" and size < 0:
            size = io.DEFAULT_BUFFER_SIZE
        if size < 0 or name == "readall":
            return self.take(len(pending)) if end else _LATER
        if end or size <= len(pending) or (pending and (self.unbuffered or name == "read1")):
            return self.take(size)
        return _LATER

    def take(self, count):
        data = bytes(self.pending[:count])
        del self.pending[:count]
        return data

    async def fill(self, name, *args):
        """Wait for something to read, and read it."""
        if not self.unbuffered:
            size = io.DEFAULT_BUFFER_SIZE
        else:  # unbuffered: nothing is read that was not asked for
            size = 1 if name == "readline" else len(memoryview(args[0]).cast("B")) if name == "readinto" else (
                args[0] if args and args[0] is not None and args[0] > 0 else io.DEFAULT_BUFFER_SIZE
            )  # fmt: skip
        data = None
        if self.pulling is None:
            await self.readable()
            if self.closing:
                return
            try:
                data = None if delegate_all else self.receive(size)
            except BlockingIOError:  # somebody else was faster
                return
        if data is None:
            if self.pulling is None:
                self.pulling = _spawn(_os.read, self.raw.fileno(), size)
            pulling = self.pulling
            try:
                data = await asyncio.shield(asyncio.wrap_future(pulling))
            finally:
                if pulling.done():
                    self.pulling = None
        self.feed(data)

    def feed(self, data):
        if data:
            self.pending += data
        else:
            self.at_end = True

    def receive(self, size):
        """What can be read without waiting, if the kernel can say so; else None."""
        target = bytearray(size)
        try:
            return bytes(target[: _os.preadv(self.raw.fileno(), [target], -1, _os.RWF_NOWAIT)])
        except BlockingIOError:
            raise
        except (OSError, AttributeError):
            return None

    async def readable(self):
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        fd = _os.dup(self.raw.fileno())  # others may wait for the same one
        try:
            loop.add_reader(fd, lambda: ready.done() or ready.set_result(None))
        except (OSError, NotImplementedError, RuntimeError):
            _os.close(fd)  # this loop cannot wait for it: a thread will
            return
        waiter = (loop, ready)
        self.waiters.add(waiter)
        try:
            await ready
        finally:
            self.waiters.discard(waiter)
            loop.remove_reader(fd)
            _os.close(fd)

    def stop(self):
        self.closing = True
        for loop, ready in list(self.waiters):
            try:
                loop.call_soon_threadsafe(lambda ready=ready: ready.done() or ready.set_result(None))
            except RuntimeError:
                pass


class _TextStream(_Stream):
    """The same as text: decoded as TextIOWrapper does it."""

    def __init__(self, source, text, newline):
        self.source = source
        self.raw = source.raw
        self.queue = source.queue
        self.pending = ""
        decoder = codecs.getincrementaldecoder(text.encoding)(text.errors)
        if not newline:
            decoder = io.IncrementalNewlineDecoder(decoder, translate=newline is None)
        self.decoder = decoder
        self.line_end = re.compile("\r\n|\r|\n" if newline == "" else re.escape(newline or "\n"))

    def stop(self):
        self.source.stop()

    @property
    def closing(self):
        return self.source.closing

    @property
    def at_end(self):
        return self.source.at_end and not self.source.pending

    @at_end.setter
    def at_end(self, value):
        self.source.at_end = value

    async def fill(self, name, *args):
        if not self.source.pending:
            await self.source.fill("read")
        self.pending += self.decoder.decode(self.source.take(len(self.source.pending)), self.source.at_end)

    def line(self, size):
        found = self.line_end.search(self.pending)
        end = found.end() if found else 0
        return size if 0 <= size <= len(self.pending) and (not end or end > size) else end

    def answer(self, name, *args):
        size = operator.index(args[0]) if args and args[0] is not None else -1
        if self.source.pending and not self.pending:
            return _LATER  # to be decoded first
        if name == "readline":
            end = self.line(size)
            return self.take(end) if end or size == 0 else self.take(len(self.pending)) if self.at_end else _LATER
        if name == "readlines":
            if not self.at_end:
                return _LATER
            lines = []
            while self.pending and (size <= 0 or sum(map(len, lines)) < size):
                lines.append(self.take(self.line(-1) or len(self.pending)))
            return lines
        if size < 0:
            return self.take(len(self.pending)) if self.at_end else _LATER
        return self.take(size) if len(self.pending) >= size or self.at_end else _LATER

    def take(self, count):
        data, self.pending = self.pending[:count], self.pending[count:]
        return data




# ---------------------------------------------------------------------------------------------------------------------
# The files
#
# A class of asynchronous files is made of three tables: the methods that are awaited, the plain ones, the properties.
# What they leave out and the wrapped object has, `__getattr__` finds.
# ---------------------------------------------------------------------------------------------------------------------


def _at_once(self, name, args, kwargs):
    """The result of the method *name* of the file that *self* wraps, if that cannot wait; or `_LATER`."""
    kind = self._kind
    if kind.at_once and not delegate_all:
        queue = self._queue
        if not (queue.busy or queue.kept) and _Turn.current().is_open():
            return kind.now(name, args, kwargs)
    return _LATER


async def _do(self, name, args, kwargs):
    """Await the method *name* of the file that *self* wraps: at once if that cannot wait, else in its turn."""
    result = _at_once(self, name, args, kwargs)
    if result is not _LATER:
        return result
    file, queue, kind, executor = self._file, self._queue, self._kind, self._executor
    held = False  # whether we hold the queue, so that nobody overtakes us while we wait for something else
    try:
        if kind is _UNKNOWN:
            kind = _OTHER
            if type(file) in _FIRST_LOOK:
                await queue.hold()
                held = True
                look = _spawn(_examine, file) if executor is None else executor.submit(_examine, file)
                kind = self._kind = await asyncio.shield(asyncio.wrap_future(look))
        if kind.stream and executor is None and name in _READS and hasattr(file, name):
            return await kind.call(name, args)
        if kind.at_once and not delegate_all and not (queue.busy or queue.kept) and not _Turn.current().is_open():
            await queue.hold()
            held = True
            await _Turn.current().wait()
            result = kind.now(name, args, kwargs)
            if result is not _LATER:
                return result
        if held or not queue.busy:  # else that is done, and the thread at it knows better
            kind.forget()
        if name == "seek":
            queue.kept.clear()
        key = (name, args, kwargs) if name in _READS else None
        work = queue.run(executor, kind.work, (file, name, args, kwargs), key=key, held=held)
        held = False
        result = await work
    finally:
        if held:
            queue.release()
    if not (queue.busy or queue.kept):
        kind.settle()
    return result


_READS = {"read", "read1", "readline", "readlines", "readall", "readinto", "readinto1"}


def _names(cls, name, function, method):
    """Let *function*, made for the class *cls*, look like the *method* that it stands for."""
    function.__name__ = name
    function.__qualname__ = f"{cls.__qualname__}.{name}"
    function.__module__ = cls.__module__
    if method is not None:
        function.__doc__ = method.__doc__
        function.__wrapped__ = method
    return function


def delegate_to_executor(*names):
    """Decorate a class with coroutine methods that call those of `self._file`."""

    def decorate(cls):
        for name in names:
            setattr(cls, name, _coroutine_method(cls, name))
        return cls

    return decorate


def _coroutine_method(cls, name):
    stands_for = getattr(cls, "_stands_for", object)
    if not issubclass(cls, AsyncBase):

        async def method(self, *args, **kwargs):
            return await _call(self._executor, getattr(self._file, name), args, kwargs)

    elif name == "readline":

        async def method(self, size=-1, /):
            if size == -1:
                kind = self._kind
                for line in kind.lines:
                    return line
                for line in kind.more_lines():
                    return line
            return await _do(self, name, () if size == -1 else (size,), {})

    elif name == "write" and issubclass(stands_for, io.TextIOBase):

        async def method(self, text, /):
            kind = self._kind
            if type(text) is str:
                size = len(text) if text.isascii() else 4 * len(text)
                if size < kind.room or kind.more_room(size):
                    kind.room -= size + _WRITE_COST
                    return kind.write(text)
            return await _do(self, name, (text,), {})

    elif name == "write":

        async def method(self, data, /):
            kind = self._kind
            if type(data) is bytes:
                size = len(data)
                if size < kind.room or kind.more_room(size):
                    kind.room -= size + _WRITE_COST
                    return kind.write(data)
            return await _do(self, name, (data,), {})

    elif name == "close":

        async def method(self):
            await self._finish("close")

    else:

        async def method(self, *args, **kwargs):
            result = _at_once(self, name, args, kwargs)
            return result if result is not _LATER else await _do(self, name, args, kwargs)

    return _names(cls, name, method, getattr(stands_for, name, None))


def proxy_method_directly(*names):
    """Decorate a class with plain methods that call those of `self._file`."""

    def decorate(cls):
        for name in names:

            def method(self, *args, _name=name, **kwargs):
                return getattr(self._file, _name)(*args, **kwargs)

            setattr(cls, name, _names(cls, name, method, getattr(getattr(cls, "_stands_for", None), name, None)))
        return cls

    return decorate


def proxy_property_directly(*names):
    """Decorate a class with properties that are those of `self._file`."""

    def decorate(cls):
        for name in names:
            setattr(cls, name, property(lambda self, name=name: getattr(self._file, name)))
        return cls

    return decorate


cond_delegate_to_executor = delegate_to_executor  # `_Spool` knows what may be done at once


class AsyncBase:
    """What all asynchronous files have: iteration, `async with`, `aclose`, and whatever else the wrapped object has."""

    _stands_for: type = io.IOBase
    _kind = _UNKNOWN

    def __init__(self, file, loop, executor):
        if executor is not None and _pickles(executor):
            raise TypeError(f"a file cannot be sent to the processes of {executor!r}: use threads")
        self._file = file
        self._executor = executor
        self._queue = _Queue()

    @property
    def _loop(self):
        return asyncio.get_running_loop()

    def __repr__(self):
        return f"{super().__repr__()} wrapping {self._file!r}"

    def __getattr__(self, name):
        if name.startswith("__") or name in ("_file", "_queue", "_executor"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        try:
            value = getattr(self._file, name)
        except AttributeError:
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}") from None
        if not callable(value) or isinstance(value, type):
            return value
        return types.MethodType(_names(type(self), name, _coroutine_method(type(self), name), value), self)

    def __dir__(self):
        return sorted({*super().__dir__(), *(name for name in dir(self._file) if not name.startswith("_"))})

    def __aiter__(self):
        """We are our own iterator."""
        return self

    async def __anext__(self):
        """The next line."""
        kind = self._kind
        for line in kind.lines:
            if line:
                return line
            break
        for line in kind.more_lines():
            if line:
                return line
            break
        line = await self.readline()
        if line:
            return line
        raise StopAsyncIteration

    async def __aenter__(self):
        if getattr(self._file, "closed", False) is True:
            raise ValueError("I/O operation on closed file.")
        return self

    async def __aexit__(self, *exc_info):
        await self._finish("__exit__", *exc_info)

    async def aclose(self):
        """Flush and close the file: the same as `close`."""
        await self._finish("close")

    async def _finish(self, name, *args):
        kind = self._kind
        kind.stop()
        if not self._queue.busy:
            kind.forget()
        await self._queue.run(self._executor, kind.work, (self._file, name, args, {}), steady=True)


class AsyncIndirectBase(AsyncBase):
    """A file that is looked up at each call, as `sys.stdin` and its like are, which programs replace."""

    _kinds: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()

    def __init__(self, name, loop, executor, indirect):
        self._indirect = indirect
        self._name = name
        super().__init__(None, loop, executor)

    @property
    def _file(self):
        return self._indirect()

    @_file.setter
    def _file(self, value):
        pass

    @property
    def _kind(self):
        try:
            return self._kinds.get(self._file, _UNKNOWN)
        except TypeError:  # an object of a user's that cannot be a key
            return _OTHER

    @_kind.setter
    def _kind(self, kind):
        # Threads and other loops write to these files, too: nothing can be known of what is in their buffers.
        try:
            self._kinds[self._file] = kind if isinstance(kind, _Stream) else _OTHER
        except TypeError:
            pass


_ANY_FILE = (
    "close", "flush", "isatty", "read", "readline", "readlines", "seek", "seekable", "tell", "truncate", "writable",
    "write", "writelines",
)  # fmt: skip
_BUFFERED = *_ANY_FILE, "read1", "readinto", "readinto1"
_PLAIN, _PROPERTIES = ("detach", "fileno", "readable"), ("closed", "raw", "name", "mode")
_TEXT_PROPERTIES = "buffer", "closed", "encoding", "errors", "line_buffering", "newlines", "name", "mode"


@delegate_to_executor(*_BUFFERED)
@proxy_method_directly(*_PLAIN)
@proxy_property_directly(*_PROPERTIES)
class AsyncBufferedIOBase(AsyncBase):
    """An asynchronous io.BufferedWriter, or any other io.BufferedIOBase."""

    _stands_for = io.BufferedIOBase


@delegate_to_executor(*_BUFFERED, "peek")
class AsyncBufferedReader(AsyncBufferedIOBase):
    """An asynchronous io.BufferedReader or io.BufferedRandom."""

    _stands_for = io.BufferedReader


@delegate_to_executor(*_ANY_FILE, "readall", "readinto")
@proxy_method_directly("fileno", "readable")
@proxy_property_directly("closed", "name", "mode")
class AsyncFileIO(AsyncBase):
    """An asynchronous io.FileIO."""

    _stands_for = io.FileIO


@delegate_to_executor(*_ANY_FILE, "reconfigure")
@proxy_method_directly(*_PLAIN)
@proxy_property_directly(*_TEXT_PROPERTIES)
class AsyncTextIOWrapper(AsyncBase):
    """An asynchronous io.TextIOWrapper."""

    _stands_for = io.TextIOWrapper


@delegate_to_executor(*_BUFFERED)
@proxy_method_directly(*_PLAIN)
@proxy_property_directly(*_PROPERTIES)
class AsyncIndirectBufferedIOBase(AsyncIndirectBase):
    """An asynchronous io.BufferedIOBase that is looked up at each call."""

    _stands_for = io.BufferedIOBase


@delegate_to_executor(*_BUFFERED, "peek")
class AsyncIndirectBufferedReader(AsyncIndirectBufferedIOBase):
    """An asynchronous io.BufferedReader that is looked up at each call."""

    _stands_for = io.BufferedReader


@delegate_to_executor(*_ANY_FILE, "readall", "readinto")
@proxy_method_directly("fileno", "readable")
@proxy_property_directly("closed", "name", "mode")
class AsyncIndirectFileIO(AsyncIndirectBase):
    """An asynchronous io.FileIO that is looked up at each call."""

    _stands_for = io.FileIO


@delegate_to_executor(*_ANY_FILE, "reconfigure")
@proxy_method_directly(*_PLAIN)
@proxy_property_directly(*_TEXT_PROPERTIES)
class AsyncTextIndirectIOWrapper(AsyncIndirectBase):
    """An asynchronous io.TextIOWrapper that is looked up at each call."""

    _stands_for = io.TextIOWrapper


class AsyncFile(AsyncBase):
    """An asynchronous file of a type that nobody knows: whatever the object has."""


_FIRST_LOOK = (io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.FileIO)


# ---------------------------------------------------------------------------------------------------------------------
# open
#
# Opening takes one hop, in which the file is also looked at.  Which class it gets is up to `threadpool.wrap`, where
# programs register types of their own.
# ---------------------------------------------------------------------------------------------------------------------


class AiofilesContextManager(Coroutine):
    """What `open` and its like return: await it, or enter it with `async with`, which closes the file at the end."""

    __slots__ = ("_coro", "_obj")

    def __init__(self, coro):
        self._coro = coro
        self._obj = None

    def __await__(self):
        if self._obj is None:
            self._obj = yield from self._coro.__await__()
        return self._obj

    # What makes a coroutine of it, for asyncio.create_task and its like.

    def send(self, value):
        try:
            return self._coro.send(value)
        except StopIteration as stop:
            self._obj = stop.value
            raise

    def throw(self, *exc_info):
        try:
            return self._coro.throw(*exc_info)
        except StopIteration as stop:
            self._obj = stop.value
            raise

    def close(self):
        self._coro.close()

    async def __aenter__(self):
        return await self

    async def __aexit__(self, *exc_info):
        file, self._obj = self._obj, None
        if isinstance(file, AsyncBase):
            await file._finish("__exit__", *exc_info)
        else:
            await _Queue().run(getattr(file, "_executor", None), file._file.__exit__, exc_info, steady=True)

    def __getattr__(self, name):
        raise AttributeError(
            f"{name!r} is not to be had of a file that is not open yet: await {self._coro.__qualname__}(...) first, "
            "or use `async with`"
        )


class AiofilesContextManagerTempDir(AiofilesContextManager):
    """The same for a temporary directory: `async with` gives its path, and removes it at the end."""

    __slots__ = ()

    async def __aenter__(self):
        return (await self).name


def open(
    file,
    mode="r",
    buffering=-1,
    encoding=None,
    errors=None,
    newline=None,
    closefd=True,
    opener=None,
    *,
    loop=None,
    executor=None,
):
    """Open a file, as the builtin `open` does, with the same arguments, and the same errors when it is awaited.

    Await it or enter it: both give the asynchronous file, and `async with` closes it at the end.  *executor* is
    where its calls are made that may wait, by default the executor of the running loop.  *loop* is ignored.
    """
    if encoding is None and getattr(sys.flags, "warn_default_encoding", 0) and "b" not in mode:
        encoding = io.text_encoding(None, 2)  # or the warning would point at a line in a thread
    return AiofilesContextManager(
        _open(file, mode, buffering, encoding, errors, newline, closefd, opener, loop=loop, executor=executor)
    )


async def _open(
    file,
    mode="r",
    buffering=-1,
    encoding=None,
    errors=None,
    newline=None,
    closefd=True,
    opener=None,
    *,
    loop=None,
    executor=None,
):
    call = functools.partial(
        _threadpool.sync_open, file, mode=mode, buffering=buffering, encoding=encoding, errors=errors, newline=newline,
        closefd=closefd, opener=opener,
    )  # fmt: skip
    return await _opened(executor, call, lambda file: file.close(), newline, buffering, path=None if opener else file)


async def _opened(executor, call, undo, newline=None, buffering=-1, path=None):
    """Await the asynchronous file around what *call* opens; if nobody is there to take it, it is undone."""
    if executor is not None and _pickles(executor):
        raise TypeError(f"a file cannot be sent to the processes of {executor!r}: use threads")

    def look_and_open(patient):
        if not patient and _is_fifo(path):
            return None
        file = call()
        return file, _examine(file, newline, buffering)

    def close(opened):
        if opened is not None:
            undo(opened[0])

    queue = _Queue()
    opened = await queue.run(executor, look_and_open, (executor is not None,), undo=close)
    if opened is None:  # this may wait for a writer for ever
        opened = await queue.run(_OWN_THREAD, look_and_open, (True,), undo=close)
    file, kind = opened
    try:
        result = _wrap_any(file, executor)
    except BaseException:
        await queue.run(executor, close, (opened,), steady=True)
        raise
    if isinstance(result, AsyncBase):
        result._kind = kind
    return result


def _is_fifo(path):
    try:
        return isinstance(path, (str, bytes, _os.PathLike)) and _stat.S_ISFIFO(_os.stat(path).st_mode)
    except (OSError, ValueError):
        return False


@functools.singledispatch
def wrap(file, *, loop=None, executor=None):
    """The asynchronous file around *file*, by its type; `wrap.register` adds one."""
    raise TypeError(f"Unsupported io type: {file}.")


@wrap.register(io.TextIOBase)
def _(file, *, loop=None, executor=None):
    return AsyncTextIOWrapper(file, loop=loop, executor=executor)


@wrap.register(io.BufferedIOBase)
def _(file, *, loop=None, executor=None):
    return AsyncBufferedIOBase(file, loop=loop, executor=executor)


@wrap.register(io.BufferedReader)
@wrap.register(io.BufferedRandom)
def _(file, *, loop=None, executor=None):
    return AsyncBufferedReader(file, loop=loop, executor=executor)


@wrap.register(io.FileIO)
def _(file, *, loop=None, executor=None):
    return AsyncFileIO(file, loop=loop, executor=executor)


def _wrap_any(file, executor):
    """`wrap`, also for the temporary files, which stand before a file of `io`."""
    if "tempfile" in sys.modules:
        tempfile = sys.modules["tempfile"]
        if isinstance(file, tempfile.SpooledTemporaryFile):
            return AsyncSpooledTemporaryFile(file, loop=None, executor=executor)
        if type(file) is tempfile._TemporaryFileWrapper:
            return _wrap_temporary(file.file, file, executor=executor)
    return _threadpool.wrap(file, loop=None, executor=executor)


def _wrap_temporary(base_io_obj, file, *, loop=None, executor=None):
    """The asynchronous file around *file*, by the type of the file that it stands before."""
    return wrap.dispatch(type(base_io_obj))(file, loop=loop, executor=executor)


def wrap_file(file, *, loop=None, executor=None):
    """The asynchronous file around any file object: of `io`, `gzip`, `zipfile`, or of your own making.

    Its methods are coroutines, its other attributes are those of *file*.  Calls of objects that are not plain
    files of `io` are always made in *executor*.
    """
    try:
        return _wrap_any(file, executor)
    except TypeError:
        if isinstance(file, type) or not (hasattr(file, "read") or hasattr(file, "write")):
            raise
        return AsyncFile(file, loop, executor)


# ---------------------------------------------------------------------------------------------------------------------
# stdio
# ---------------------------------------------------------------------------------------------------------------------

stdin = AsyncTextIndirectIOWrapper("sys.stdin", None, None, indirect=lambda: sys.stdin)
stdout = AsyncTextIndirectIOWrapper("sys.stdout", None, None, indirect=lambda: sys.stdout)
stderr = AsyncTextIndirectIOWrapper("sys.stderr", None, None, indirect=lambda: sys.stderr)
stdin_bytes = AsyncIndirectBufferedIOBase("sys.stdin.buffer", None, None, indirect=lambda: sys.stdin.buffer)
stdout_bytes = AsyncIndirectBufferedIOBase("sys.stdout.buffer", None, None, indirect=lambda: sys.stdout.buffer)
stderr_bytes = AsyncIndirectBufferedIOBase("sys.stderr.buffer", None, None, indirect=lambda: sys.stderr.buffer)
for _text, _bytes in (stdin, stdin_bytes), (stdout, stdout_bytes), (stderr, stderr_bytes):
    _bytes._queue = _text._queue  # two ways into one file


# ---------------------------------------------------------------------------------------------------------------------
# The namespaces
#
# `aiofiles.os` and its like hold what the standard library's module of that name holds in the running Python.  A
# function there becomes a coroutine function with `executor=`, unless the table below says that it cannot block; so
# what a newer Python adds is delegated.  Everything else is the thing itself.  Some names have an answer of our own.
# ---------------------------------------------------------------------------------------------------------------------

_NO_THREAD = {
    "os": """
        WCOREDUMP WEXITSTATUS WIFCONTINUED WIFEXITED WIFSIGNALED WIFSTOPPED WSTOPSIG WTERMSIG _exit abort
        add_dll_directory cpu_count ctermid device_encoding execl execle execlp execlpe execv execve execvp execvpe fork
        forkpty fsdecode fsencode fspath get_exec_path get_inheritable get_handle_inheritable getegid getenv getenvb
        geteuid getgid getgroups getloadavg getpgid getpgrp getpid getppid getpriority getresgid getresuid getsid getuid
        kill killpg major makedev minor nice process_cpu_count putenv register_at_fork
        sched_get_priority_max sched_get_priority_min set_inheritable set_handle_inheritable setegid seteuid setgid
        setgroups setpgid setpriority setregid setresgid setresuid setreuid setsid setuid strerror sysconf times umask
        uname unsetenv waitstatus_to_exitcode get_blocking set_blocking get_terminal_size pidfd_open
        """,
    "os.path": """
        basename commonpath commonprefix dirname expandvars isabs isreserved join normcase normpath samestat split
        splitdrive splitext splitroot
        """,
    "tempfile": "gettempprefix gettempprefixb",
    "shutil": """
        get_archive_formats get_terminal_size get_unpack_formats ignore_patterns register_archive_format
        register_unpack_format unregister_archive_format unregister_unpack_format
        """,
    "glob": "escape has_magic translate",
    "pathlib": "",
}
_REMOVE = {  # what undoes a function whose caller was cancelled while it ran
    "open": _os.close,
    "dup": _os.close,
    "mkstemp": lambda made: (_os.close(made[0]), _os.unlink(made[1])),
    "mkdtemp": _os.rmdir,
}


class _Namespace(types.ModuleType):
    """A module that stands for the one named *source*; *own* are the names which have an answer of our own."""

    def __init__(self, name, source=None, own={}, lazy={}):
        super().__init__(f"{__name__}.{name}")
        self.__file__ = globals().get("__file__")
        self.__package__ = self.__name__
        self.__spec__ = importlib.machinery.ModuleSpec(self.__name__, None)
        self._source = source
        self._lazy = lazy  # made when they are asked for, of what is expensive to import
        self.__dict__.update(own)

    def __getattr__(self, name):
        if name in self._lazy:
            value = self._lazy[name]()
        elif self._source is None or (name.startswith("__") and name not in ("__all__", "__doc__")):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        else:
            source = importlib.import_module(self._source)
            if name == "__all__":
                own = [name for name in (*self.__dict__, *self._lazy) if not name.startswith("_")]
                return sorted({*own, *getattr(source, "__all__", _public(source))})
            try:
                value = getattr(source, name)
            except AttributeError:
                raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}") from None
            if not callable(value) or isinstance(value, type) or name in _NO_THREAD[self._source].split():
                return value
            value = _coroutine_function(value, functools.partial(getattr, source, name), _REMOVE.get(name))
        setattr(self, name, value)
        return value

    def __dir__(self):
        source = () if self._source is None else _public(importlib.import_module(self._source))
        return sorted({*self.__dict__, *self._lazy, *source})


def _public(module):
    return [name for name in dir(module) if not name.startswith("_")]


def _coroutine_function(func, look_up, undo=None):
    @functools.wraps(func)
    async def run(*args, loop=None, executor=None, **kwargs):
        return await _call(executor, look_up(), args, kwargs, undo)

    return run


def _wrap_function(func):
    """A coroutine function that calls *func* in an executor, with `executor=` besides its own arguments."""
    return _coroutine_function(func, lambda: func)


_wrap_function.__name__ = _wrap_function.__qualname__ = "wrap"


class AsyncEntries:
    """An asynchronous iterator over a blocking one, of which each hop fetches many entries.

    Leave it half-way as you like; `async with` or `aclose` also close what the blocking one has open at once.
    """

    _HOP = 0.005  # seconds after which a hop brings what it has got

    def __init__(self, make, executor=None, convert=None, most=1024):
        self._make = make  # called in the thread
        self._executor = executor
        self._convert = convert
        self._most = most
        self._size = min(16, most)  # entries in the next hop
        self._queue = _Queue()
        self._entries = deque()
        self._iterator = None
        self._ended = False
        self._error = None

    def __aiter__(self):
        return self

    async def __anext__(self):
        while not self._entries:
            if self._error is not None:
                error, self._error, self._ended = self._error, None, True
                raise error
            if self._ended:
                raise StopAsyncIteration
            await self._queue.run(self._executor, self._fetch)
        return self._entries.popleft()

    def _fetch(self):
        if self._entries or self._ended or self._error is not None:
            return  # another task was faster
        try:
            if self._iterator is None:
                self._iterator = iter(self._make())
            until = perf_counter() + self._HOP
            for entry in self._iterator:
                self._entries.append(entry if self._convert is None else self._convert(entry))
                if len(self._entries) >= self._size or perf_counter() > until:
                    break
            else:
                self._ended = True
        except BaseException as error:
            self._error = error
        self._size = min(2 * self._size, self._most)

    def _shut(self):
        self._ended = True
        self._entries.clear()
        close = getattr(self._iterator, "close", None)
        if close is not None:
            close()

    async def aclose(self):
        """Close the blocking iterator."""
        await self._queue.run(self._executor, self._shut, steady=True)

    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc_info):
        await self.aclose()

    def __del__(self):
        if self._iterator is not None and not self._ended:
            self._shut()


class AsyncScandir(AsyncEntries, Coroutine):
    """What `scandir` returns: an asynchronous iterator of `AsyncDirEntry`, and an asynchronous context manager.

    Awaited, it gives the plain iterator of `os.scandir`, as it did in aiofiles 25.1.0.
    """

    def __init__(self, path, executor):
        super().__init__(lambda: _os.scandir(path), executor, functools.partial(AsyncDirEntry, executor))
        self._plain = None
        self._path = path

    def _started(self):
        if self._plain is None:
            self._plain = _call(self._executor, _os.scandir, (self._path,), undo=lambda scan: scan.close())
        return self._plain

    def __await__(self):
        return self._started().__await__()

    def send(self, value):
        return self._started().send(value)

    def throw(self, *exc_info):
        return self._started().throw(*exc_info)

    def close(self):
        if self._plain is not None:
            self._plain.close()


class AsyncDirEntry:
    """An os.DirEntry whose methods are coroutines; what the directory told of the entry takes no hop."""

    __slots__ = ("_entry", "_executor", "_known", "name", "path")

    def __init__(self, executor, entry):  # in the thread
        self._entry = entry
        self._executor = executor
        self.name = entry.name
        self.path = entry.path
        self._known = {"is_dir", "is_file", "is_symlink", "is_junction"}
        try:
            if entry.is_symlink():
                entry.is_dir()  # the entry remembers what that finds out
            elif _os.name == "nt":
                self._known.add("stat")
        except OSError:
            self._known.clear()

    def __fspath__(self):
        return self.path

    def __repr__(self):
        return f"<{type(self).__name__} {self.name!r}>"

    async def _ask(self, name, **kwargs):
        if name in self._known:
            return getattr(self._entry, name)(**kwargs)
        return await _call(self._executor, getattr(self._entry, name), kwargs=kwargs)

    async def is_dir(self, *, follow_symlinks=True):
        """Whether the entry is a directory, or a symbolic link to one."""
        return await self._ask("is_dir", follow_symlinks=follow_symlinks)

    async def is_file(self, *, follow_symlinks=True):
        """Whether the entry is a regular file, or a symbolic link to one."""
        return await self._ask("is_file", follow_symlinks=follow_symlinks)

    async def is_symlink(self):
        """Whether the entry is a symbolic link."""
        return await self._ask("is_symlink")

    async def is_junction(self):
        """Whether the entry is a junction (Python 3.12)."""
        return await self._ask("is_junction")

    async def stat(self, *, follow_symlinks=True):
        """The os.stat_result of the entry."""
        return await self._ask("stat", follow_symlinks=follow_symlinks)

    async def inode(self):
        """The inode number of the entry."""
        return await self._ask("inode")


class AsyncWalk(AsyncEntries):
    """A walk from the top down.  Directories are listed ahead; if the caller changes the list of those to come,
    what was listed from there on is forgotten."""

    def __init__(self, top, directory, join, skip, onerror, executor):
        super().__init__(self._steps, executor, most=256)
        self._to_do = (top, None)  # a linked list, of which each step can keep its own end
        self._directory = directory
        self._join = join
        self._skip = skip
        self._onerror = onerror
        self._handed_out = None

    def _steps(self):
        while self._to_do is not None:
            (path, self._to_do), first = self._to_do, self._handed_out is None and not self._entries
            if not first and self._skip is not None and self._skip(path):
                continue
            errors = []
            found = next(iter(self._directory(path, errors.append)), None)
            rest = self._to_do
            self._descend(found, rest)
            yield found, found and list(found[1]), rest, errors

    def _descend(self, found, rest):
        for name in reversed(found[1]) if found else ():
            rest = (self._join(found[0], name), rest)
        self._to_do = rest

    async def __anext__(self):
        while True:
            if self._handed_out is not None and self._handed_out[0][1] != self._handed_out[1]:
                await self._queue.hold()
                self._entries.clear()
                self._descend(self._handed_out[0], self._handed_out[2])
                self._iterator, self._ended, self._error = None, False, None
                self._handed_out = [None, None, None]
                self._handed_out[0] = (None, None, None)
                self._queue.release()
            found, before, rest, errors = await super().__anext__()
            for error in errors:
                if self._onerror is not None:
                    self._onerror(error)
            if found is not None:
                self._handed_out = (found, before, rest)
                return found


def _walk(top, topdown=True, onerror=None, followlinks=False, *, executor=None):
    if not topdown:
        return AsyncEntries(lambda: _os.walk(top, False, onerror, followlinks), executor)
    return AsyncWalk(
        _os.fspath(top),
        lambda path, onerror: _os.walk(path, True, onerror, followlinks),
        _os.path.join,
        None if followlinks else _os.path.islink,
        onerror,
        executor,
    )


def _fwalk(*args, executor=None, **kwargs):
    return AsyncEntries(lambda: _os.fwalk(*args, **kwargs), executor, most=1)  # its descriptors live for one step


def _scandir(path=".", *, executor=None):
    return AsyncScandir(path, executor)


def _iterating(source, name, function):
    """*function*, which looks like the one that it stands for."""
    return functools.wraps(getattr(importlib.import_module(source), name))(function)


def _iglob(*args, executor=None, **kwargs):
    return AsyncEntries(lambda: sys.modules["glob"].iglob(*args, **kwargs), executor)


# ---- pathlib --------------------------------------------------------------------------------------------------------


def _path_call(name, path, args, kwargs):
    """In the thread: call the method *name* of pathlib.Path."""
    pathlib = sys.modules["pathlib"]
    args = [pathlib.Path(arg) if hasattr(arg, "_iterate") else arg for arg in args]
    return getattr(pathlib.Path if path is None else pathlib.Path(path), name)(*args, **kwargs)


@functools.lru_cache(maxsize=None)
def _path_class():
    pathlib = importlib.import_module("pathlib")

    class Path(type(pathlib.PurePath())):
        """A pathlib.PurePath with the methods of pathlib.Path, awaited; paths in results are of this class."""

        __slots__ = ()

        @classmethod
        def _own(cls, result):
            if isinstance(result, list):
                return [cls._own(each) for each in result]
            return cls(result) if isinstance(result, pathlib.PurePath) else result

        def _iterate(self, name, args, kwargs, executor):
            return AsyncEntries(lambda: _path_call(name, str(self), args, kwargs), executor, self._own)

        def open(self, mode="r", buffering=-1, encoding=None, errors=None, newline=None, *, executor=None):
            """Open the file that the path points to, as `aiofiles.open` does."""
            if encoding is None and getattr(sys.flags, "warn_default_encoding", 0) and "b" not in mode:
                encoding = io.text_encoding(None, 2)
            return open(self, mode, buffering, encoding, errors, newline, executor=executor)

        def walk(self, top_down=True, on_error=None, follow_symlinks=False, *, executor=None):
            """Iterate over (directory, names of directories, names of files), as pathlib.Path.walk does."""
            if not top_down:
                return AsyncEntries(
                    lambda: pathlib.Path(self).walk(False, on_error, follow_symlinks),
                    executor,
                    lambda found: (self._own(found[0]), *found[1:]),
                )

            def directory(path, onerror):
                for found in pathlib.Path(path).walk(True, onerror, follow_symlinks):
                    yield self._own(found[0]), *found[1:]

            return AsyncWalk(self, directory, operator.truediv, None, on_error, executor)

    Path.__module__, Path.__qualname__ = __name__, "Path"
    for name in _public(pathlib.Path):
        if hasattr(pathlib.PurePath, name):
            continue
        if name in ("walk", "open"):
            method = getattr(Path, name)
        elif name in ("iterdir", "glob", "rglob"):

            def method(self, *args, _name=name, executor=None, **kwargs):
                return self._iterate(_name, args, kwargs, executor)

        elif name in ("cwd", "home", "from_uri"):

            async def method(cls, *args, _name=name, executor=None, **kwargs):
                return cls._own(await _call(executor, _path_call, (_name, None, args, kwargs)))

        elif callable(getattr(pathlib.Path, name)):

            async def method(self, *args, _name=name, executor=None, **kwargs):
                return self._own(await _call(executor, _path_call, (_name, str(self), args, kwargs)))

        else:
            continue
        method.__doc__ = getattr(pathlib.Path, name).__doc__
        _names(Path, name, method, getattr(pathlib.Path, name) if name not in ("walk", "open") else None)
        setattr(Path, name, classmethod(method) if name in ("cwd", "home", "from_uri") else method)
    if not hasattr(pathlib.Path, "walk"):
        del Path.walk
    return Path


# ---- tempfile -------------------------------------------------------------------------------------------------------


class _Spool(_Kind):
    """A SpooledTemporaryFile: what it does in memory takes no thread, as long as it is not much."""

    at_once = True

    def __init__(self, file):
        self.file = file

    def now(self, name, args, kwargs):
        file = self.file
        if file._rolled or file.closed or kwargs:
            return _LATER
        memory = getattr(file._file, "buffer", file._file)
        with memory.getbuffer() as view:
            size = view.nbytes
        if name == "write" and len(args) == 1 and type(args[0]) in (bytes, bytearray, str):
            size += 4 * len(args[0]) + io.DEFAULT_BUFFER_SIZE  # and what a text layer has not passed on yet
            if file._max_size and size > file._max_size:
                return _LATER
        elif name not in ("flush", "isatty", "read", "readline", "readlines", "seek", "tell"):
            return _LATER
        return getattr(file, name)(*args) if size <= 16 * _AHEAD else _LATER


@delegate_to_executor(*_BUFFERED, "fileno", "rollover")
@proxy_property_directly("closed", "encoding", "mode", "name", "newlines")
class AsyncSpooledTemporaryFile(AsyncBase):
    """An asynchronous tempfile.SpooledTemporaryFile."""

    def __init__(self, file, loop, executor):
        super().__init__(file, loop, executor)
        self._kind = _Spool(file)


@delegate_to_executor("cleanup")
@proxy_property_directly("name")
class AsyncTemporaryDirectory:
    """An asynchronous tempfile.TemporaryDirectory: `async with` gives its path, and removes it at the end."""

    def __init__(self, file, loop, executor):
        self._file = file
        self._executor = executor

    async def close(self):
        """Remove the directory."""
        await self.cleanup()

    async def __aenter__(self):
        return self.name

    async def __aexit__(self, *exc_info):
        await _Queue().run(self._executor, self._file.__exit__, exc_info, steady=True)


def _remove_temporary(file):
    """Undo the opening of a temporary file or directory."""
    if hasattr(file, "cleanup"):
        file.cleanup()
        return
    file.close()
    if isinstance(getattr(file, "delete", None), bool) or hasattr(file, "_closer"):
        try:
            _os.unlink(file.name)
        except FileNotFoundError:
            pass


_FILE_ORDER = ("mode", "buffering", "encoding", "newline", "suffix", "prefix", "dir")
_TEMPORARY = {  # the arguments which aiofiles 25.1.0 takes by position
    "TemporaryFile": (*_FILE_ORDER, "loop", "executor"),
    "NamedTemporaryFile": (
        *_FILE_ORDER, "delete", *(("delete_on_close",) if sys.version_info >= (3, 12) else ()), "loop", "executor",
    ),
    "SpooledTemporaryFile": ("max_size", *_FILE_ORDER, "loop", "executor"),
    "TemporaryDirectory": ("suffix", "prefix", "dir", "loop", "executor"),
}  # fmt: skip


def _temporary(name):
    """The function of `tempfile` named *name*, which opens something."""
    tempfile = importlib.import_module("tempfile")
    order = _TEMPORARY[name]

    def function(*args, **kwargs):
        names = order
        if name == "TemporaryDirectory" and len(args) > 3 and isinstance(args[3], int):
            names = ("suffix", "prefix", "dir", "ignore_cleanup_errors", "loop", "executor")
        if len(args) > len(names):
            raise TypeError(f"{name}() takes at most {len(names)} positional arguments ({len(args)} given)")
        for key, value in zip(names, args):
            if key in kwargs:
                raise TypeError(f"{name}() got multiple values for argument {key!r}")
            kwargs[key] = value
        kwargs.pop("loop", None)
        executor = kwargs.pop("executor", None)
        call = functools.partial(getattr(tempfile, name), **kwargs)
        if name == "TemporaryDirectory":
            return AiofilesContextManagerTempDir(_open_directory(call, executor))
        newline, buffering = kwargs.get("newline"), kwargs.get("buffering", -1)
        return AiofilesContextManager(_opened(executor, call, _remove_temporary, newline, buffering))

    stands_for = getattr(tempfile, name)
    functools.update_wrapper(function, stands_for, ("__name__", "__qualname__", "__doc__"), ())
    signature = inspect.signature(stands_for)
    own = [inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=None) for key in ("loop", "executor")]
    function.__signature__ = signature.replace(parameters=[*signature.parameters.values(), *own])
    return function


async def _open_directory(call, executor):
    directory = await _call(executor, call, undo=_remove_temporary)
    return AsyncTemporaryDirectory(directory, None, executor)


# ---------------------------------------------------------------------------------------------------------------------
# How the names are published
#
# aiofiles is a package with modules; so that every form of import works, this file puts them into `sys.modules`.
# Programs and tests patch names there, so what is looked up at each call is looked up in them.
# ---------------------------------------------------------------------------------------------------------------------


def _own(*names, **others):
    return {**{name: globals()[name] for name in names}, **others}


_BINARY = (
    "AsyncBufferedIOBase", "AsyncBufferedReader", "AsyncFileIO", "AsyncIndirectBufferedIOBase",
    "AsyncIndirectBufferedReader", "AsyncIndirectFileIO",
)  # fmt: skip
_STDIO = "stdin", "stdout", "stderr", "stdin_bytes", "stdout_bytes", "stderr_bytes"
_DECORATORS = (
    "delegate_to_executor", "proxy_method_directly", "proxy_property_directly", "cond_delegate_to_executor",
)  # fmt: skip
_TEXT = "AsyncTextIOWrapper", "AsyncTextIndirectIOWrapper"
_BASE = "AiofilesContextManager", "AsyncBase", "AsyncIndirectBase"
_TEMPTYPES = "AsyncSpooledTemporaryFile", "AsyncTemporaryDirectory"

_threadpool = _Namespace(
    "threadpool", own=_own("open", "_open", "wrap", *_STDIO, *_BINARY, *_TEXT, *_BASE[:1], sync_open=builtins.open)
)
_ospath = _Namespace("ospath", "os.path", {"wrap": _wrap_function})
os = _Namespace(
    "os",
    "os",
    {"path": _ospath, "wrap": _wrap_function, "AsyncDirEntry": AsyncDirEntry, "AsyncScandir": AsyncScandir},
    {
        name: functools.partial(_iterating, "os", name, function)
        for name, function in (("scandir", _scandir), ("walk", _walk), ("fwalk", _fwalk))
        if hasattr(_os, name)
    },
)
tempfile = _Namespace(
    "tempfile",
    "tempfile",
    _own(*_TEMPTYPES, "AiofilesContextManager", "AiofilesContextManagerTempDir", wrap=_wrap_temporary),
    {name: functools.partial(_temporary, name) for name in _TEMPORARY},
)
shutil = _Namespace("shutil", "shutil")
glob = _Namespace("glob", "glob", lazy={"iglob": functools.partial(_iterating, "glob", "iglob", _iglob)})
pathlib = _Namespace("pathlib", "pathlib", lazy={"Path": _path_class})

_MODULES = {
    "base": _Namespace("base", own=_own(*_BASE, wrap=_wrap_function)),
    "glob": glob,
    "os": os,
    "os.path": _ospath,
    "ospath": _ospath,
    "pathlib": pathlib,
    "shutil": shutil,
    "tempfile": tempfile,
    "tempfile.temptypes": _Namespace("tempfile.temptypes", own=_own(*_TEMPTYPES)),
    "threadpool": _threadpool,
    "threadpool.binary": _Namespace("threadpool.binary", own=_own(*_BINARY)),
    "threadpool.text": _Namespace("threadpool.text", own=_own(*_TEXT)),
    "threadpool.utils": _Namespace("threadpool.utils", own=_own(*_DECORATORS)),
}
base = _MODULES["base"]
threadpool = _threadpool
ospath = _ospath

for _name, _module in _MODULES.items():
    sys.modules[f"{__name__}.{_name}"] = _module
    _parent, _, _child = _name.rpartition(".")
    if _parent:
        setattr(_MODULES[_parent], _child, _module)


def __getattr__(name):
    if name == "Path":  # what takes time to import is made when it is asked for
        return pathlib.Path
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return sorted({*globals(), "Path"})
