"""Local file I/O for asyncio: the file objects and file functions of the standard library, as coroutines.

    import aiofiles

    async with aiofiles.open("log.txt") as file:
        async for line in file:
            ...

This one file replaces the package aiofiles 25.1.0 without a change in the code that uses it.  Install it, or copy it
into a project: it needs nothing but the standard library.

How one `await file.read()` travels:

 1. `AsyncTextIOWrapper.read`, which `delegate_to_executor` has made, calls `_call_nowait`.  If no other operation is
    running and the event loop has time left, the strategy of the file (`_Reader`) tries to answer on the event loop:
    from the buffer, or from the page cache if the kernel says that all of it is there.
 2. If it cannot, `_call_in_order` waits for the queue of the file (`_Queue`).  `_Queue.run` makes an `_Operation` of
    the call, and `_submit` passes it to the executor.
 3. A thread of the executor performs the operation (`_Queue.drain`, `_Reader.call`), and adds it to the finished
    operations of the event loop (`_LoopState.report`).
 4. The event loop resolves the future of each finished operation (`_LoopState.deliver`).  `_Queue.run` returns the
    result, or raises the exception.

To add a method of files, add its name to the table of its class in the section "The files", and, if it can be answered
from memory, a rule to `_Reader` or `_Writer`.  Functions of `os` and of the other modules need no entry; the table in
the section "The namespaces" lists those that never block.
"""

# mypy: disable-error-code="no-any-return, empty-body, no-overload-impl"
# pyright: reportRedeclaration=false, reportPossiblyUnboundVariable=false, reportNoOverloadImplementation=false
# (What a thread returns is Any; the annotations say what it is.  Methods are defined in branches.)

from __future__ import annotations

import asyncio
import builtins
import codecs
import concurrent.futures
import contextlib
import contextvars
import errno
import functools
import gc
import importlib
import importlib.machinery
import inspect
import io
import operator
import os as _os
import re
import select
import stat as _stat
import sys
import threading
import time
import types
import weakref
from collections import deque
from itertools import islice, repeat, starmap
from socket import SocketIO, socket

#: Type checkers take this for true.  The large blocks also say `not __debug__`: the compiler (from Python 3.12 on)
#: leaves them out, so that imports need not load them.
TYPE_CHECKING = False

if TYPE_CHECKING:
    import glob as _glob
    import pathlib as _pathlib
    import shutil as _shutil
    import tempfile as _tempfile
    from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Iterator
    from concurrent.futures import Executor
    from pathlib import Path as _SyncPath
    from typing import Any, BinaryIO, Literal, NoReturn, Protocol, TextIO, TypedDict, TypeVar, overload
    from typing import AnyStr as _S
    from typing import Generic as _Generic

    from typing_extensions import Concatenate, ParamSpec, Self, TypeAlias, Unpack  # pyright: ignore (not loaded)
    from _typeshed import (  # isort: skip
        BytesPath, FileDescriptorOrPath, GenericPath, OpenBinaryMode, OpenBinaryModeReading, OpenBinaryModeUpdating,
        OpenBinaryModeWriting, OpenTextMode, ReadableBuffer, StrOrBytesPath, StrPath, SupportsRead, SupportsWrite,
        WriteableBuffer,
    )  # fmt: skip

    _P = ParamSpec("_P")
    _T = TypeVar("_T")
    _T_co = TypeVar("_T_co", covariant=True)
    _Type = TypeVar("_Type", bound=type)
    _Path = TypeVar("_Path", bound=StrOrBytesPath)
    _Coroutine: TypeAlias = Coroutine[Any, Any, _T_co]
    _Opener: TypeAlias = Callable[[str, int], int]
    _Scandir: TypeAlias = "_os._ScandirIterator[_S]"  # what os.scandir returns
    _X: TypeAlias = "Executor | None"
    _File: TypeAlias = Any  # any object with the methods of a file
    _Args: TypeAlias = "tuple[Any, ...]"  # of any call
    _Kwargs: TypeAlias = "dict[str, Any]"
    _Call: TypeAlias = "Callable[..., Any]"

    class _Where(TypedDict, total=False):
        loop: object
        executor: Executor | None

    class _ReadOnly(_Generic[_T_co]):  # a property
        def __get__(self, instance: object, owner: type | None = None, /) -> _T_co: ...
        def __set__(self, instance: object, value: NoReturn, /) -> None: ...

    class _Awaited(_Generic[_P, _T_co]):  # a coroutine function; with `executor=` its arguments are not checked
        @overload
        def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _Coroutine[_T_co]: ...
        @overload
        def __call__(self, *args: Any, executor: _X, **kwargs: Any) -> _Coroutine[_T_co]: ...

    def _same(function: _T) -> _ReadOnly[_T]: ...
    def _co(function: Callable[_P, _T]) -> _Awaited[_P, _T]: ...
    def _com(method: Callable[Concatenate[Any, _P], _T]) -> _Awaited[_P, _T]: ...
else:

    class _Generic:
        """At run time no class is generic: `AsyncBase[str]` is AsyncBase."""

        __slots__ = ()

        def __class_getitem__(cls, item):
            return cls

    _Coroutine = _Generic  # asyncio and `isinstance` recognize a coroutine by its methods
    _S = _T = _T_co = None

__version__ = "26.0.0"
__all__ = [  # without `os` and the other namespaces: a star import must not hide the modules of that name
    "open", "stderr", "stderr_bytes", "stdin", "stdin_bytes", "stdout", "stdout_bytes", "tempfile", "wrap_file",
    "wrap_open",
]  # fmt: skip

#: True sends every operation to the executor: for detectors of blocking calls, and for debugging.
delegate_all = _os.environ.get("AIOFILES_DELEGATE_ALL", "0") not in ("", "0")

_WOULD_BLOCK: Any = object()  # the result of a call that may block, and was not made
_NOT_ASKED: Any = object()  # the result of a call for which there was no time to find out whether it may block
_MISSING: Any = object()  # no value
_NO_KWARGS: Any = types.MappingProxyType({})
_CPYTHON = sys.implementation.name == "cpython"
_THREADS = sys.platform not in ("emscripten", "wasi")
_READ_AHEAD = 64 * 1024  # bytes that are read ahead at most; twice as many are buffered for writing
_CHUNK = 8192  # bytes that a TextIOWrapper reads at once by default
_SCRATCH_SIZE = 4 * _READ_AHEAD  # the kernel is asked for at most this many bytes; copying them takes about 20 µs
_GIL: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
_GRANT_LINES = 256 if _GIL else 0  # lines that are granted together (see "What needs no thread")
_GRANT_BYTES = 8192 if _GIL else 0  # bytes that are granted together for writes
_WRITE_COST = 32  # bytes that each granted write costs besides its data, so that many tiny writes end, too
_READS = {"read", "read1", "readline", "readlines", "readall", "readinto", "readinto1"}
_QUERIES = {"tell", "isatty", "seekable", "readable", "writable", "fileno", "peek"}  # these change nothing
_posix: Any = _os  # for names that only some platforms have
_posix_select: Any = select
_close = operator.methodcaller("close")
_local = threading.local()


class _Clock:
    """The real clock.  As an attribute of the module, freezegun would replace it, and no time slice would ever end."""

    now = staticmethod(time.perf_counter)


def _dead_reference() -> None:
    """What a weak reference to a collected object is."""


# ---------------------------------------------------------------------------------------------------------------------
# A call to a thread and back
#
# `_Queue.run` makes an operation of a call and submits it to the executor.  A thread performs it and adds it to the
# finished operations of its event loop, and the event loop resolves the future that the caller awaits.  An event loop
# with many finished operations is woken once for all of them.  A daemon thread makes the calls which have to be made
# although the executor refuses them (a close), and those that may wait without end (opening a FIFO): it does not keep
# the process alive.
# ---------------------------------------------------------------------------------------------------------------------


class _Operation:
    """A call on its way to a thread and back, or a caller that *waits* in line for the queue.

    If that caller has a call, the event loop makes it when its turn comes, provided that this does not block.
    """

    __slots__ = (
        "abandoned", "call", "delivered", "done", "error", "executor", "future", "holds", "loop", "started", "state",
        "undo", "value", "waits",
    )  # fmt: skip

    def __init__(
        self, loop: asyncio.AbstractEventLoop, call: Callable[[], Any] | None = None, executor: Executor | None = None,
        undo: Callable[[Any], object] | None = None, holds: bool = False, waits: bool = False,
    ) -> None:  # fmt: skip
        self.loop = loop
        self.state = _LoopState.of(loop)
        self.call = call
        self.executor = executor
        self.undo = undo  # is called with the value if the caller was cancelled
        self.holds = holds  # the caller holds the queue until it has received the outcome, and releases it then
        self.waits = waits
        self.started = self.done = self.abandoned = False  # these change while the lock of the queue is held
        self.delivered = False  # to the event loop
        self.future: asyncio.Future[None] | None = None
        self.value: Any = _WOULD_BLOCK if waits else None
        self.error: BaseException | None = None

    def __await__(self) -> Generator[Any, Any, None]:
        if not self.delivered:
            self.future = self.loop.create_future()
            yield from self.future

    def perform(self) -> None:
        """Make the call."""
        try:
            self.value = self.call()  # type: ignore[misc]
        except StopIteration as stop:  # a coroutine cannot raise it
            self.error = RuntimeError("a function called in a thread raised StopIteration")
            self.error.__cause__ = stop
        except BaseException as error:
            self.error = error
        self.call = None  # so that a thread which ends late keeps no file open

    def outcome(self) -> Any:
        """Return the value, or raise the error."""
        value, error, self.value, self.error = self.value, self.error, None, None
        if error is None:
            return value
        try:
            raise error
        finally:
            del error  # its traceback refers to this frame


_run_in_executor = asyncio.BaseEventLoop.run_in_executor


def _default_executor(loop: asyncio.AbstractEventLoop) -> Executor | None:
    """The default executor of *loop*, if it exists and can be found.

    `submit` is much cheaper than `run_in_executor`, which makes two futures and wakes the event loop for each call.
    """
    if getattr(loop.run_in_executor, "__func__", None) is _run_in_executor:
        return getattr(loop, "_default_executor", None)
    if type(loop).__module__ == "uvloop" and "run_in_executor" not in vars(loop):
        for each in gc.get_referents(loop):  # no attribute gives access to it
            if isinstance(each, concurrent.futures.Executor) and each not in vars(loop).values():
                return each
    return None


def _submit(loop: asyncio.AbstractEventLoop, executor: Executor | None, func: _Call, operation: _Operation) -> None:
    """Call func(operation) in *executor*, or in a daemon thread if the executor drops the call after accepting it."""

    def ensure_started(_: object) -> None:
        if not operation.started:  # the executor was shut down, or is broken
            _spawn(func, operation)

    executor = _default_executor(loop) if executor is None else executor
    if executor is None and asyncio._get_running_loop() is not loop:
        executor = _DAEMON_THREAD  # an event loop can make its default executor only in its own thread
    submit = functools.partial(loop.run_in_executor, None) if executor is None else executor.submit
    submit(func, operation).add_done_callback(ensure_started)


def _spawn(func: _Call, *args: Any) -> concurrent.futures.Future[Any]:
    """Call *func* in a daemon thread, and return a future that cannot be cancelled."""
    future: concurrent.futures.Future[Any] = concurrent.futures.Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
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


_DAEMON_THREAD: Any = types.SimpleNamespace(submit=_spawn)  # an executor that starts a daemon thread for each call


def _pickles(executor: Executor | None) -> bool:
    """Whether *executor* pickles its calls, so that neither files nor context variables can be passed along."""
    modules = {"concurrent.futures.process", "concurrent.futures.interpreter"}
    return executor is not None and not modules.isdisjoint(each.__module__ for each in type(executor).__mro__)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


async def _call_in_process(executor: Executor, func: _Call, args: _Args, kwargs: _Kwargs) -> Any:
    loop = asyncio.get_running_loop()
    done = loop.create_future()
    future = executor.submit(func, *args, **kwargs)
    future.add_done_callback(lambda _: loop.call_soon_threadsafe(_resolve, done))
    try:
        await done
        return future.result()
    finally:
        future.cancel()


def _call(
    executor: Executor | None, func: _Call, args: _Args = (), kwargs: _Kwargs = _NO_KWARGS,
    undo: Callable[[Any], object] | None = None,
) -> Awaitable[Any]:  # fmt: skip
    """Return an awaitable of func(*args, **kwargs), a call in *executor* that belongs to no file."""
    if executor is not None and _pickles(executor):
        return _call_in_process(executor, func, args, kwargs)
    return _Queue().run(executor, func, args, kwargs, undo=undo)


# ---------------------------------------------------------------------------------------------------------------------
# Ordering
#
# Operations on a file take effect in the order in which they were called, one at a time, whatever number of tasks,
# event loops and threads call them.  A call that finds the queue free starts at once.  Otherwise it waits in line in
# one of two forms: as an operation, which the running thread performs next, or as a caller that wants to hold the
# queue and to release it later.  If the call of such a caller can be made on the event loop when its turn comes, it is
# made there for it.  An operation whose caller is cancelled before it starts is removed from the queue.
# An operation that has started is finished, and if it can be undone, it is undone before the next operation starts:
# its caller holds the queue until it has received the outcome.
# ---------------------------------------------------------------------------------------------------------------------


class _Queue:
    __slots__ = ("busy", "lock", "waiting")

    def __init__(self) -> None:
        self.lock = threading.RLock()  # the garbage collector may close a coroutine, which calls `abandon`, at any time
        self.busy = False
        self.waiting: deque[_Operation] = deque()

    async def run(
        self, executor: Executor | None, func: _Call, args: _Args = (), kwargs: _Kwargs = _NO_KWARGS, *,
        undo: Callable[[Any], object] | None = None, shielded: bool = False, held: bool = False,
    ) -> Any:  # fmt: skip
        """Await func(*args, **kwargs) in a thread of *executor*, after the operations that were called before.

        If the caller is cancelled meanwhile, undo(result) is called in a thread.  A *shielded* operation is finished
        first, and CancelledError is raised when it is done.  *held* means that the caller holds the queue, which is
        released afterwards.
        """
        if _pickles(executor):
            raise TypeError(f"this cannot be sent to the processes of {executor!r}: use threads")
        call = functools.partial(contextvars.copy_context().run, func, *args, **kwargs)
        operation = _Operation(asyncio.get_running_loop(), call, executor, undo, held or undo is not None)
        if held or self.enter(operation):
            self.start(operation, shielded)
        try:
            await operation
        except BaseException as error:  # GeneratorExit: the coroutine was closed
            if not (shielded and isinstance(error, asyncio.CancelledError)):
                self.abandon(operation)
                raise
            while not operation.delivered:
                with contextlib.suppress(asyncio.CancelledError):
                    await operation
            if operation.holds:
                self.release()
            operation.outcome()  # an error of the operation is not lost
            raise
        if operation.holds:
            self.release()
        return operation.outcome()

    async def hold(self, call: Callable[[], Any] | None = None, shielded: bool = False) -> Any:
        """Wait in line for the queue, and hold it until `release` or a `run` with *held*; return `_WOULD_BLOCK`.

        If the event loop makes the *call* meanwhile, return its result, and do not hold the queue.
        A *shielded* caller is not cancelled: the CancelledError, which it has to raise later, is returned.
        """
        if self.enter():
            return _WOULD_BLOCK
        place = _Operation(asyncio.get_running_loop(), call, waits=True)
        if self.enter(place):
            return _WOULD_BLOCK
        cancelled: Any = _WOULD_BLOCK
        while not place.delivered:
            try:
                await place
            except BaseException as error:
                if not (shielded and isinstance(error, asyncio.CancelledError)):
                    self.abandon(place)
                    raise
                cancelled = error
        return cancelled if shielded else place.outcome()

    def is_free(self) -> bool:
        """Whether a call may be made on the event loop."""
        return not self.busy and not delegate_all

    def enter(self, operation: _Operation | None = None) -> bool:
        """Hold the queue if it is free.  Otherwise *operation*, if there is one, waits in line from now on."""
        with self.lock:
            if self.busy:
                if operation is not None:
                    self.waiting.append(operation)
                return False
            self.busy = True
            return True

    def release(self) -> None:
        """Give the queue to the next in line."""
        following = self.advance()
        if following is not None:
            self.start(following, True)

    def advance(self) -> _Operation | None:
        """The next operation in line.  Calls that the event loop can make are made, and callers that wait notified."""
        while True:
            with self.lock:
                following = self.waiting.popleft() if self.waiting else None
                self.busy = following is not None
                if following is None or not (following.waits or following.abandoned):
                    return following
                future = following.future if following.call is not None else None
                if following.abandoned or (future is not None and future.cancelled()):  # `abandon` will be called
                    continue
                following.started = True
            here = asyncio._get_running_loop() is following.loop
            if here and following.call is not None and _has_time(waited=True):
                following.perform()
            with self.lock:
                following.done = True
                if following.abandoned:  # meanwhile, by the garbage collector
                    continue
            holds = following.value is _WOULD_BLOCK and following.error is None
            if not following.state.report(following):
                following.abandoned = True  # the event loop is closed
            elif holds:
                return None

    def start(self, operation: _Operation, shielded: bool) -> None:
        """Submit *operation*, which is first in line, to its executor.  A *shielded* one is performed in any case."""
        try:
            _submit(operation.loop, operation.executor, self.drain, operation)
        except BaseException as error:
            if shielded:  # mostly the executor was shut down
                _spawn(self.drain, operation)
                return
            with self.lock:
                operation.started = operation.done = True
            operation.error = error
            operation.state.report(operation)
            if not operation.holds:
                self.release()

    def drain(self, operation: _Operation | None) -> None:
        """Perform *operation* and what waits in line behind it, in a thread."""
        while operation is not None:
            with self.lock:
                if operation.started:  # the executor has refused the call, and makes it all the same
                    return
                operation.started = True
                dropped = operation.abandoned
            if not dropped:
                operation.perform()
            with self.lock:
                operation.done = True
                abandoned = operation.abandoned
            if operation.holds and not abandoned:
                if operation.state.report(operation):
                    return
                abandoned = operation.abandoned = True  # the event loop is closed
            if abandoned and not dropped and operation.undo is not None:
                with contextlib.suppress(Exception):  # no caller is left to receive it
                    operation.undo(operation.value)
            following = self.advance()
            if not abandoned:
                operation.state.report(operation)
            operation = following

    def abandon(self, operation: _Operation) -> None:
        """Give up *operation*, whose caller was cancelled: its place in line, its result, or the queue it holds."""
        with self.lock:
            abandoned, operation.abandoned = operation.abandoned, True
            if abandoned or not operation.done:  # the thread that performs or skips it does the rest
                return
        if operation.undo is not None:
            undo = functools.partial(operation.undo, operation.value)
            self.start(_Operation(operation.loop, undo, operation.executor), True)
        elif operation.holds or (operation.waits and operation.value is _WOULD_BLOCK and operation.error is None):
            self.release()


# ---------------------------------------------------------------------------------------------------------------------
# The time of the event loop
#
# A call that is answered at once does not give control back to the event loop.  All such calls, of all tasks and files,
# share a time slice of a millisecond.  Those that come later wait for the next iteration of the event loop, which
# starts another time slice.  So does the first call after a millisecond without any.
# ---------------------------------------------------------------------------------------------------------------------


class _LoopState:
    """What belongs to an event loop: its current time slice, and the operations that threads have finished."""

    __slots__ = ("batch", "ends", "finished", "lock", "loop", "waiting")

    SLICE = 0.001  # seconds
    of_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopState] = weakref.WeakKeyDictionary()
    latest: _LoopState | None = None

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop: Callable[[], Any] = weakref.ref(loop)
        self.ends = float("-inf")  # when the time slice is used up
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.batch = 1  # how many waiting calls continue in the same iteration
        self.lock = threading.RLock()
        self.finished: list[_Operation] = []

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> _LoopState:
        state = cls.latest
        if state is None or state.loop() is not loop:
            state = cls.of_loop.get(loop)
            if state is None:
                state = cls.of_loop.setdefault(loop, cls(loop))
            cls.latest = state
        return state

    def report(self, operation: _Operation) -> bool:
        """Tell the event loop, from any thread, that *operation* is done; False if the loop is closed."""
        with self.lock:
            first = not self.finished
            self.finished.append(operation)
        if not first and not operation.loop.is_closed():
            return True
        try:
            operation.loop.call_soon_threadsafe(self.deliver)
        except RuntimeError:  # it is closed
            self.finished = []
            return False
        return True

    def deliver(self) -> None:
        """Resolve the futures of the finished operations, in the event loop."""
        with self.lock:
            finished, self.finished = self.finished, []
        for operation in finished:
            operation.delivered = True
            if operation.future is not None:
                _resolve(operation.future)

    def next_iteration(self) -> None:
        now = _Clock.now()
        # The calls of the previous batch took more than the time slice, or less.
        self.batch = max(1, self.batch // 2) if now > self.ends else min(32, self.batch * 2)
        for _ in range(min(self.batch, len(self.waiting))):
            _resolve(self.waiting.popleft())
        self.ends = now + self.SLICE
        if self.waiting:
            self.loop().call_soon(self.next_iteration)


def _has_time(waited: bool = False) -> bool:
    """Whether the running loop has time, and no other call waits for it, unless this one has *waited* in line, too."""
    state = _LoopState.latest
    loop = asyncio.get_running_loop()
    if state is None or state.loop() is not loop:
        state = _LoopState.of(loop)
    if state.waiting and not waited:
        return False
    now = _Clock.now()
    if now >= state.ends + state.SLICE:
        state.ends = now + state.SLICE
    return now < state.ends


async def _wait_for_time() -> None:
    """Return at once if the running loop has time, otherwise in a later iteration."""
    if not _has_time():
        loop = asyncio.get_running_loop()
        state = _LoopState.of(loop)
        place = loop.create_future()
        if not state.waiting:
            loop.call_soon(state.next_iteration)
        state.waiting.append(place)
        await place


# ---------------------------------------------------------------------------------------------------------------------
# What needs no thread
#
# Each file object has a strategy, which a thread chooses by inspecting it.  The strategy answers a call on the event
# loop if that cannot block.  Of most objects nothing is known, and every call goes to a thread.  For a plain file of
# `io` on a disk there is `_Reader`, which answers from the buffer or asks the kernel, and `_Writer`, which answers
# while the buffer has room.  The question to the kernel is a `preadv` with RWF_NOWAIT, which reads from the page cache
# or fails.  It covers all that the call will read, the refill of the buffer included.
#
# A loop over lines or over small writes does not ask its strategy each time: an answer grants some more of them
# (`lines`, `room`).  Any other call revokes what is left of the grant.  Event loops in other threads may use the file,
# too, so a strategy answers while the lock of the queue is held.  Granted calls need no lock: each is one call of C
# code that runs no Python code and does not release the GIL.
# ---------------------------------------------------------------------------------------------------------------------


def _size_of(buffer: Any) -> int:
    with memoryview(buffer) as view:  # an open view would keep the buffer from being resized
        return view.nbytes


@functools.lru_cache
def _codec_name(encoding: str) -> str:
    return codecs.lookup(encoding).name


@functools.lru_cache
def _ends_lines(encoding: str) -> bool:
    """Whether each byte b"\\n" of a text is the end of a line, and each end of a line has it."""
    escapes = _codec_name(encoding) in ("hz", "utf-7", "unicode_escape", "raw_unicode_escape")
    return not escapes and "\n\n".encode(encoding).endswith(b"\n\n")


class _Strategy:
    """How calls on a file object are made.  This one knows nothing of the object: a thread makes every call."""

    can_answer = False  # whether `call_nowait` may have an answer
    reads_async = False  # whether `read_async` makes the reads
    lines: Iterable[Any] = ()  # an iterator of granted lines
    room = 0  # bytes of granted writes
    undo_read: Any = None  # what undoes a read whose caller was cancelled, in a thread

    if TYPE_CHECKING:  # what a stream has
        queue: _Queue

        async def read_async(self, name: str, args: _Args) -> Any: ...

    def call_nowait(self, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        """The result of the call, or `_WOULD_BLOCK`."""
        return _WOULD_BLOCK

    def call_once(self, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        """The same, without granting anything: other calls wait."""
        try:
            return self.call_nowait(name, args, kwargs)
        finally:
            self.revoke()

    def revoke(self) -> None:
        """Take back what is left of a grant, because another call follows."""

    def invalidate(self) -> None:
        """Drop what is known of the position and the buffer, because something else may have used the file."""

    def call(self, file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        """Make the call, in a thread."""
        return getattr(file, name)(*args, **kwargs)

    def before_close(self) -> None:
        """The file is about to be closed."""

    def attribute(self, file: _File, name: str) -> Any:
        return getattr(file, name)


_IO_TYPES = (
    io.TextIOWrapper, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.BufferedRWPair, io.FileIO, SocketIO,
)  # fmt: skip
_UNINSPECTED = _Strategy()
_DELEGATE = _Strategy()


class _Disk(_Strategy):
    """A file of `io` on a regular file: a FileIO, perhaps below a buffer, perhaps below a text layer.

    A rule answers the method of its name, or returns `_WOULD_BLOCK`.
    """

    can_answer = True
    rules: dict[str, Callable[..., Any]] = {
        name: lambda disk, *args, name=name: getattr(disk.file, name)(*args)
        for name in ("isatty", "seekable", "readable", "writable", "tell", "flush")  # these never use the disk
    }

    fresh = False  # opened for reading by its path, and not used yet
    position_before: Any = None  # the latest read in a thread, if the file can tell it
    sequential = False  # a large buffer pays only for reading or writing in sequence
    usable = True  # whether lines, positions and sizes are what the strategy takes them for
    one_byte = False  # whether an ASCII character takes one byte, and any other at most four

    def __init__(self, text: _File, buffer: _File, raw: _File, newline: str | None, size: int, resizable: bool) -> None:
        self.text = text
        self.buffer = buffer  # or the raw file itself
        self.raw = raw
        self.file = text or self.buffer
        self.size = self.default_size = size  # of the buffer; 0: unknown, or there is none
        self.resizable = resizable
        if text is not None:
            simple = _codec_name(text.encoding) in ("utf-8", "ascii", "iso8859-1")
            self.one_byte = simple and text.errors in ("strict", "replace", "surrogateescape", "surrogatepass")

    def attribute(self, file: _File, name: str) -> Any:
        # The buffer asks its raw file for these, and cannot do so while a thread resizes it.
        return getattr(self.raw if file is self.file and name in ("closed", "fileno", "name") else file, name)

    def call_nowait(self, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        self.revoke()
        rule = self.rules.get(name)
        if rule is None or kwargs or self.raw.closed:
            return _WOULD_BLOCK
        try:
            result = rule(self, *args)
            self.fresh = self.fresh and result is _WOULD_BLOCK
            return result
        except TypeError:  # the method itself raises the right message
            return _WOULD_BLOCK

    def only_sets_position(self, position: Any, whence: int) -> bool:
        """Whether a seek only sets the position; with other arguments it looks for the end, or decodes."""
        if self.text is not None:
            return type(position) is int and whence == 0 and 0 <= position < 1 << 63
        return type(position) is int and whence in (0, 1)

    def call(self, file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        if name in _READS:
            self.position_before = 0 if self.fresh else self.position()
        self.fresh = False
        return super().call(file, name, args, kwargs)

    def position(self) -> Any:
        try:
            return self.file.tell()
        except Exception:  # decoders may raise any
            return None

    def invalidate(self) -> None:
        self.fresh = False

    def undo_read(self, _: object) -> None:
        self.invalidate()
        if self.position_before is not None:
            self.file.seek(self.position_before)

    def resize(self, size: int) -> None:
        """Give the buffer another size, if the caller of `open` did not choose it.

        `__init__` initializes a buffered object again, around the same raw file.  This is safe because nothing is lost:
        no data waits in the buffer to be written, and what it has read ahead is read again from the position that is
        set afterwards.  The operation holds the queue, so no other call uses the buffer meanwhile.
        """
        size = max(size, self.default_size)
        if self.resizable and size != self.size and not self.buffer.closed:
            position = self.buffer.tell()
            self.buffer.__init__(self.raw, size)
            self.buffer.seek(position)
            self.size = size

    def grow(self, size: int) -> None:
        """Give the buffer *size* bytes, unless this is the first read or write at this position."""
        self.resize(size if self.sequential else self.default_size)
        self.sequential = True


class _Reader(_Disk):
    """A file that is only read: what its buffer or the page cache holds needs no thread."""

    known = 0  # lines in memory, apart from granted ones
    granted: Any = ()  # a `repeat` that counts the granted lines which are left
    data = b""  # what the buffer held from the position `base` on
    base = 0
    chunk = _CHUNK  # bytes that the text layer decodes at once
    end = -1  # the position at which the latest read met the end of the file

    def __init__(self, text: _File, buffer: _File, raw: _File, newline: str | None, size: int, resizable: bool) -> None:
        super().__init__(text, buffer, raw, newline, size, resizable)
        self.newline = (newline or "\n").encode()
        self.fd = raw.fileno()
        self.flags: int = getattr(_os, "RWF_NOWAIT", 0)
        self.asks = self.flags > 0 and hasattr(_os, "preadv")
        if text is not None:
            # In some encodings a byte b"\n" is not always the end of a line.  And error handlers may raise any error.
            errors = ("strict", "ignore", "replace", "backslashreplace", "surrogateescape", "surrogatepass")
            self.usable = self.one_byte or (_ends_lines(text.encoding) and text.errors in errors)
            if not _CPYTHON:  # the text layer of PyPy reads as much as the buffer holds
                self.chunk, self.resizable = min(_CHUNK, size), False
            elif resizable:
                self.default_size = _CHUNK

    # Lines.

    def revoke(self) -> None:
        if self.lines:
            self.known += len(list(self.granted))  # used up, also for a thread that has just looked up `lines`
            self.lines = ()

    def invalidate(self) -> None:
        self.revoke()
        self.known = 0
        self.fresh = False
        self.decode_at_once(_CHUNK)

    def grant_lines(self) -> None:
        count = min(self.known, _GRANT_LINES)
        self.known -= count
        self.granted = repeat((), count)
        self.lines = starmap(self.file.readline, self.granted)

    def readline(self, *args: int | None) -> Any:
        if args or not self.usable:
            return _WOULD_BLOCK
        if self.known:
            known, self.known = self.known, 0  # an error of the decoder discards lines
            line = self.file.readline()
            self.known = known - 1
        elif self.buffer is self.raw:
            return _WOULD_BLOCK
        else:
            start = self.look_ahead()
            whole = self.data.find(self.newline, start - self.base) >= 0
            self.decode_at_once(self.size if whole and self.data.isascii() else _CHUNK)
            if not whole:  # the line continues behind the buffer, or is the last
                length = self.size if self.text is None else self.chunk
                got = self.ask(self.base + len(self.data), length)
                if got < 0 or (got == length and _local.scratch.find(self.newline, 0, got) < 0):
                    return _WOULD_BLOCK
            line = self.file.readline()
            self.count_lines(start)
        self.grant_lines()
        return line

    def decode_at_once(self, size: int) -> None:
        """Let the text layer decode *size* bytes at once: more than by default only if no error is possible."""
        if self.text is not None and self.one_byte and self.resizable and size != self.chunk:
            self.text._CHUNK_SIZE = self.chunk = max(size, _CHUNK)

    def look_ahead(self, ask: bool = True) -> int:
        """Copy what the buffer holds, after filling it if it was empty; return the position of its next read."""
        start, held = self.buffered()
        if not (held and self.base <= start and start + held == self.base + len(self.data)):
            self.data = self.buffer.peek() if held else self.fill(ask)
            self.base = start
        return start

    def count_lines(self, start: int) -> None:
        """Find out how many lines are in memory after the read of a line, for which the buffer was at *start*.

        Lines of a text count if they are decoded already: the decoder may be Python code, in which threads can switch.
        """
        end = len(self.data)
        decoded = end if self.text is None else self.buffer.tell() - self.base
        self.known = max(0, self.data.count(self.newline, start - self.base, decoded) - 1) if decoded <= end else 0
        if decoded >= end:
            self.data = b""

    # Reads.

    @property
    def can_answer(self) -> bool:  # type: ignore[override]
        return self.asks or not self.fresh  # as long as the buffer is empty, only the kernel could answer

    def read(self, size: int | None = -1) -> Any:
        if size is None:
            size = -1
        if type(size) is not int:
            return _WOULD_BLOCK
        if size == 0:  # nothing is read ahead either
            return self.file.read(0)
        start, held = self.buffered()
        if size == -1:  # as long as what is left is not much
            got = -1 if self.buffer is self.raw else self.ask(start + held, _READ_AHEAD)
            if not 0 <= got < _READ_AHEAD or not self.usable:
                return _WOULD_BLOCK
            return self.perform("read", size) if held or self.text is not None else self.read_answer(start, got)
        if self.text is not None:
            return self.perform("read", size) if self.can_read_text(size, start, held) else _WOULD_BLOCK
        step = 1 if self.buffer is self.raw else self.size
        if held or size < 0 or not step or size % step:
            return self.perform("read", size) if self.can_read(size, start, held) else _WOULD_BLOCK
        got = self.ask(start, size)  # a read that bypasses the buffer
        return _WOULD_BLOCK if got < 0 else self.read_answer(start, got)

    def read_answer(self, start: int, got: int) -> bytes:
        """Read the *got* bytes with which the kernel has answered; the buffer is empty."""
        self.invalidate()
        self.file.seek(start + got)
        return _local.view[:got].tobytes()  # type: ignore[no-any-return, unused-ignore]

    def read_cached(self, name: str, arg: Any, size: int, some: bool = False) -> Any:
        """Call the method, which reads *size* bytes.  If *some* are enough, it reads only when the buffer is empty."""
        start, held = self.buffered()
        sure = (some and held > 0) or ((size > 0 or not some) and self.can_read(size, start, held))
        return self.perform(name, arg) if sure else _WOULD_BLOCK

    def seek(self, position: int, whence: int = 0) -> Any:
        if not self.only_sets_position(position, whence):
            return _WOULD_BLOCK
        self.invalidate()
        self.sequential = False
        self.resize(self.default_size)  # random reads need no more than they ask for
        return self.file.seek(position, whence)

    def perform(self, name: str, arg: Any) -> Any:
        known, self.known = self.known, 0
        result = getattr(self.file, name)(arg)
        self.known = known
        self.count_off(name, result)
        return result

    def count_off(self, name: str, result: Any) -> None:
        """Subtract the lines in the *result* of a call from the known ones."""
        if not self.known:
            return
        if name == "read" and self.newline == b"\n":
            self.known = max(0, self.known - result.count("\n" if self.text else b"\n"))
        elif name not in _QUERIES:
            self.known = 0

    # What the rules ask.

    def buffered(self) -> tuple[int, int]:
        """The position of the next read from the buffer, and how many bytes from there on it holds."""
        position = self.buffer.tell()
        return position, self.raw.tell() - position

    def can_read(self, size: int, start: int, held: int) -> bool:
        """Whether *size* bytes can be read without blocking, with all that the buffer reads along."""
        if self.buffer is self.raw:
            return size > 0 and self.ask(start, size) >= 0
        if size <= held:
            return True
        return self.size > 0 and self.ask(start + held, -(-(size - held) // self.size) * self.size) >= 0

    def can_read_text(self, size: int, start: int, held: int) -> bool:
        """Whether *size* characters can be read without blocking."""
        if not self.one_byte or not self.usable or size < 0:
            return False
        self.decode_at_once(_CHUNK)
        held = held or len(self.fill())
        lacking = 4 * (size + 1) - held  # a chunk may divide one character
        return lacking <= 0 or self.ask(start + held, lacking + _CHUNK) >= 0

    def fill(self, ask: bool = True) -> bytes:
        """Fill the buffer, which is empty, if that does not block or without asking; return what it holds."""
        self.grow(_READ_AHEAD)
        if not self.size or (self.text is not None and self.size % _CHUNK):
            return b""  # the chunks of the text layer would differ from the builtin's
        if ask and self.ask(self.raw.tell(), self.size) < 0:
            return b""
        data: bytes = self.buffer.peek()
        if len(data) < self.size:
            self.end = self.raw.tell()
        return data

    def ask(self, start: int, length: int) -> int:
        """How many bytes a read returns, fewer only at the end of the file; -1 if it may block.

        The bytes are in `_local.scratch` then.
        """
        if not self.asks or length > _SCRATCH_SIZE:
            return -1
        try:
            view = _local.view
        except AttributeError:
            _local.scratch = bytearray(_SCRATCH_SIZE)
            view = _local.view = memoryview(_local.scratch)
        got = 0
        try:
            while got < length:
                more = _posix.preadv(self.fd, [view[got:length]], start + got, self.flags)
                if not more:  # only then it is the end: kernels may return less
                    break
                got += more
        except BlockingIOError:
            return -1
        except OSError:  # this file system does not support the question
            if self.flags and _kernel.is_ready() and _kernel.check(self.fd, 0) == _IN_MEMORY:
                self.flags = 0
                return self.ask(start, length)
            self.asks = False
            return -1
        return got

    rules = {
        **_Disk.rules, "readline": readline, "read": read, "seek": seek,
        "read1": lambda file, size=-1: file.read_cached("read1", size, size if size >= 0 else file.size, some=True),
        "peek": lambda file, size=0: file.read_cached("peek", size, file.size, some=True),
        "readinto": lambda file, target: file.read_cached("readinto", target, _size_of(target)),
        "readinto1": lambda file, target: file.read_cached("readinto1", target, _size_of(target)),
    }  # fmt: skip

    # In a thread.

    def call(self, file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        self.decode_at_once(_CHUNK)
        if name == "reconfigure" or self.raw.closed:
            self.usable = self.one_byte = False
        lines = name == "readline" and not args
        if not self.usable or name not in ("read", "readline") or self.buffer is self.raw or delegate_all:
            self.known = 0 if name not in _QUERIES else self.known
            return super().call(file, name, args, kwargs)
        # The same call in a thread fills the buffer for the calls that will follow, unless this is the end of the file.
        start, held = (0, 0) if self.fresh else self.buffered()
        if name == "read" and (self.text is None or args in ((), (-1,), (None,), (0,))):
            if not self.fresh:
                self.grow(_READ_AHEAD)
            self.sequential = True
        elif held or self.end < 0 or self.raw.tell() != self.end:
            with contextlib.suppress(OSError):  # the call itself meets the error if it reads as far as that
                start = self.look_ahead(ask=False)
        try:
            result = super().call(file, name, args, kwargs)
        except BaseException:
            self.invalidate()
            raise
        if lines and self.known:
            self.known -= 1
        elif lines:
            self.count_lines(start)
        else:
            self.count_off(name, result)
        return result


class _Writer(_Disk):
    """A file that is written, or opened for update: what its buffer has room for needs no thread."""

    def __init__(self, text: _File, buffer: _File, raw: _File, newline: str | None, size: int, resizable: bool) -> None:
        super().__init__(text, buffer, raw, newline, size, resizable)
        self.write = self.file.write  # what is called while room is granted
        self.update = raw.readable()
        self.appends = "a" in raw.mode
        self.dirty = size == 0 and buffer is not raw  # something may be written and not flushed
        self.usable = size > 0
        if text is not None:
            longer = newline == "\r\n" or (newline is None and _os.linesep == "\r\n")
            through = text.line_buffering or getattr(text, "write_through", False)
            self.usable = self.usable and self.one_byte and not longer and not through
        self.space = size - 1 if self.usable else 0  # bytes that the buffer surely takes without being flushed

    def revoke(self) -> None:
        self.space += max(self.room, 0)
        self.room = 0

    def write_nowait(self, data: Any) -> Any:
        cost = self.cost(data)
        if cost is None or cost > self.space or cost >= self.default_size:
            return _WOULD_BLOCK
        count = self.file.write(data)
        self.dirty = True
        self.space -= cost
        self.room = min(self.space, _GRANT_BYTES)
        self.space -= self.room
        return count

    def writelines(self, lines: Any) -> Any:
        few = type(lines) in (list, tuple) and len(lines) <= 1024
        costs: Any = [self.cost(line) for line in lines] if few else [None]
        if None in costs or sum(costs) > min(self.space, _READ_AHEAD) or max(costs, default=0) >= self.default_size:
            return _WOULD_BLOCK
        self.space -= sum(costs)
        self.dirty = True
        return self.file.writelines(lines)

    def cost(self, data: Any) -> int | None:
        """How many bytes of the buffer a write of *data* takes, at most."""
        if self.text is None:
            return len(data) if type(data) in (bytes, bytearray) else None
        return None if type(data) is not str else len(data) if data.isascii() else 4 * len(data)

    def seek(self, position: int, whence: int = 0) -> Any:
        if self.dirty or not self.only_sets_position(position, whence):
            return _WOULD_BLOCK
        self.before_move()
        self.after_flush()
        return self.file.seek(position, whence)

    def tell(self) -> Any:
        return _WOULD_BLOCK if self.dirty and self.text is not None else self.file.tell()

    def flush(self) -> Any:
        return _WOULD_BLOCK if self.dirty else self.file.flush()

    rules = {
        **_Disk.rules, "write": write_nowait, "writelines": writelines, "seek": seek, "tell": tell, "flush": flush,
    }  # fmt: skip

    # In a thread.

    def call(self, file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        if name == "reconfigure" or self.raw.closed:
            self.usable = False
        elif name in ("seek", "truncate") or (self.update and name in _READS):
            self.before_move()
        elif name == "write" and self.usable and len(args) == 1 and not kwargs and not delegate_all:
            return self.write_ahead(*args)
        flushes = name in ("flush", "truncate", "close", "seek") and not (self.update and name == "seek")
        if not flushes and name not in _QUERIES and self.buffer is not self.raw:
            self.dirty = self.dirty or name not in _READS  # also by a `writelines` that fails in the middle
            self.space = 0
        result = super().call(file, name, args, kwargs)
        if flushes:
            self.dirty = False
            self.after_flush(name == "flush")
        return result

    def position(self) -> Any:
        # `tell` flushes a text layer, and this decides what is read after a write without a `seek` in between.
        return None if self.dirty and self.text is not None else super().position()

    def before_move(self) -> None:
        """The position moves.  From now on it shows in a file that appends when the buffer is flushed."""
        self.sequential = False
        if self.size != self.default_size or (self.appends and self.usable):
            self.file.flush()
            self.resize(self.default_size)
        self.usable = self.usable and not self.appends

    def after_flush(self, empty: bool = False) -> None:
        """Nothing is left to be written.  In a file for update the buffer may hold what was read, unless *empty*."""
        self.space = self.size - 1 if self.usable and (empty or not self.update) else 0

    def write_ahead(self, data: Any) -> Any:
        """Write *data*.  If it does not fit, flush first, which leaves the whole buffer to the writes that follow."""
        cost = self.cost(data)
        if cost is None or cost > self.space:
            self.file.flush()
            self.grow(_READ_AHEAD if self.update else 2 * _READ_AHEAD)
            self.space = self.size - 1
        left = self.space - (self.size if cost is None else cost)
        self.dirty, self.space = True, 0
        result = self.file.write(data)
        if self.bypasses_buffer(data):
            self.file.flush()
            left = self.size - 1
        self.space = max(0, left)
        return result

    def bypasses_buffer(self, data: Any) -> bool:
        """Whether *data* is too large for the builtin's buffer, which then writes it at once."""
        if self.text is None:
            return _size_of(data) >= self.default_size
        if len(data) < self.default_size <= 4 * len(data) and not data.isascii():
            return len(data.encode(self.text.encoding, self.text.errors)) >= self.default_size
        return len(data) >= self.default_size


class _Spool(_Strategy):
    """A SpooledTemporaryFile: what it does in memory needs no thread, as long as the data is small."""

    can_answer = True

    def __init__(self, file: _File) -> None:
        self.file = file

    def call_nowait(self, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        file = self.file
        if file._rolled or file.closed or kwargs:
            return _WOULD_BLOCK
        memory = getattr(file._file, "buffer", file._file)
        if type(memory) is not io.BytesIO:  # a rollover has failed
            return _WOULD_BLOCK
        with memory.getbuffer() as view:
            size = max(view.nbytes, memory.tell())
        limit = 16 * _READ_AHEAD
        if name == "write" and len(args) == 1 and type(args[0]) in (bytes, bytearray, str):
            size += 4 * len(args[0]) + io.DEFAULT_BUFFER_SIZE  # what a text layer has not passed on yet
            limit = min(limit, file._max_size or limit)
        elif name == "readlines":
            limit = _READ_AHEAD
        elif name not in ("flush", "isatty", "read", "readline", "seek", "tell"):
            return _WOULD_BLOCK
        return getattr(file, name)(*args) if size <= limit else _WOULD_BLOCK

    def call(self, file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        # Before Python 3.11 it lacked some methods that the file inside has.
        return super().call(file if hasattr(file, name) else file._file, name, args, kwargs)


# ---- choosing the strategy ------------------------------------------------------------------------------------------

#: The status of what `_call_if_cached` opens.
_REGULAR_FILE: Any = types.SimpleNamespace(st_mode=_stat.S_IFREG, st_dev=-1)


def _inspect(
    file: _File, newline: str | None = None, buffering: int = 0, status: _os.stat_result | None = None
) -> _Strategy:
    """The strategy for *file*, in a thread.  A *buffering* of 0 means that the arguments of `open` are not known.

    The *status* is known if `io.open` has just opened the file by its path.
    """
    opened_by_path = status is not None
    try:
        if type(file) is getattr(sys.modules.get("tempfile"), "_TemporaryFileWrapper", None):
            file = file.file
        text = file if type(file) is io.TextIOWrapper else None
        buffer: Any = file if text is None else text.buffer
        raw: Any
        if type(buffer) not in _IO_TYPES:
            duplex = isinstance(buffer, io.RawIOBase) and buffer.readable() and buffer.writable()  # a user's class
            return _DuplexStream(file) if duplex and _can_wait_for(buffer.fileno()) else _DELEGATE
        if type(buffer) is io.BufferedRWPair:  # no attribute gives access to its two files
            parts = gc.get_referents(buffer)
            if not parts:
                return _DuplexStream(file)
            raw = next(each.raw for each in parts if type(each) is io.BufferedReader)
        else:
            raw = buffer if type(buffer) in (io.FileIO, SocketIO) else buffer.raw
        if type(raw) not in (io.FileIO, SocketIO):
            return _DELEGATE
        status = status or _os.fstat(raw.fileno())
        mode = status.st_mode
        if _stat.S_ISREG(mode) and type(buffer) is not io.BufferedRWPair:
            if status.st_dev in _pseudo_devices():
                return _DELEGATE
            if text is not None and not buffering:
                newline, _ = _newline_of(text, newline)
            made = _Writer if raw.writable() else _Reader
            strategy = made(text, buffer, raw, newline, *_buffer_size(buffer, raw, buffering))
            strategy.fresh = opened_by_path and made is _Reader  # a file that appends does not start at 0
            return strategy
        if type(raw) is SocketIO and (type(vars(raw)["_sock"]) is not socket or vars(raw)["_sock"].gettimeout()):
            return _DELEGATE  # its descriptor gives encrypted data, or its reads have a timeout
        if raw.readable() and (_stat.S_ISFIFO(mode) or raw.isatty() or _can_wait_for(raw.fileno())):
            return _Stream.of(text, buffer, raw, newline)
    except (OSError, ValueError, AttributeError, StopIteration):
        pass
    return _DELEGATE


def _can_wait_for(fd: int) -> bool:
    """Whether an event loop can wait until *fd* has something to read: not for regular files and some devices."""
    mode = _os.fstat(fd).st_mode
    if _stat.S_ISSOCK(mode):
        return True
    if not hasattr(select, "epoll") or _stat.S_ISREG(mode):
        return False
    with _posix_select.epoll(1) as poll:
        try:
            poll.register(fd, _posix_select.EPOLLIN)
        except OSError:
            return False
    return True


def _newline_of(text: io.TextIOWrapper, newline: str | None) -> tuple[str | None, Any]:
    """The `newline` argument of a text file, which no attribute gives access to, and its decoder."""
    parts = gc.get_referents(text)
    decoder: Any = next((part for part in parts if hasattr(part, "decode") and hasattr(part, "getstate")), None)
    universal = isinstance(decoder, io.IncrementalNewlineDecoder)
    if _CPYTHON:
        ends = [part for part in parts if isinstance(part, str) and part in ("", "\n", "\r", "\r\n")]
        newline = ("" if "" in ends else None) if universal else ends[0] if ends else "\n"
    elif newline is None and universal:
        state = decoder.getstate()
        newline = "" if "\r" in decoder.decode("\r\n".encode(text.encoding)) else None
        decoder.setstate(state)
    elif newline is None:
        newline = "\n"
    return newline, decoder


@functools.cache
def _pseudo_devices() -> set[int]:
    """The devices whose files the kernel generates while they are read."""
    return {_os.stat(path).st_dev for path in ("/proc", "/sys") if _os.path.ismount(path)}


def _buffer_size(buffer: _File, raw: _File, buffering: int) -> tuple[int, bool]:
    """The size of *buffer*, 0 if it cannot be found out, and whether it may be changed: `io.open` chose it."""
    if buffer is raw:
        return 0, False
    by_default = buffering < 0 or buffering == 1
    if _CPYTHON:  # the size of a buffered object includes its buffer
        return buffer.__sizeof__() - type(buffer).__basicsize__, by_default
    return getattr(raw, "_blksize", 0) if by_default else buffering, by_default


# ---------------------------------------------------------------------------------------------------------------------
# What the kernel has cached
#
# Opening, looking up and closing a file need no thread if Linux says that they need no disk.  The question is `openat2`
# with RESOLVE_CACHED, which fails with EAGAIN unless the kernel has the whole path in memory; `statx` of the descriptor
# tells the rest.  After a yes the standard library's own function is called on the event loop, while that descriptor
# keeps the inode in memory; only what `Path.read_bytes` and `Path.read_text` return is read here.  Any doubt means no,
# and the call goes to a thread.  The answers rely on facts (is the file system local?) that may take time to find out.
# A daemon thread does so, and until then the answer is no as well.
# ---------------------------------------------------------------------------------------------------------------------

# What a function needs:
_LINK = 1  # to look up the link itself
_OWN = 2  # a file of this user: for a file of another user the kernel may have to read an ACL
_REGULAR = 4  # a regular file: opening a directory may wait on btrfs
_CODEC = 8  # a text encoding whose module is imported
_CLOSABLE = 16  # a file whose close writes nothing
_OPEN = _OWN | _REGULAR | _CODEC
_READ = _OWN | _REGULAR | _CLOSABLE
_ON_DISK, _SWAPPABLE, _IN_MEMORY = 1, 2, 3  # where a local file system keeps its files
_NEEDS: dict[Any, int] = {
    **dict.fromkeys(("stat", "exists", "isdir", "isfile", "getsize", "getatime", "getctime", "getmtime"), 0),
    **dict.fromkeys(("is_block_device", "is_char_device", "is_dir", "is_fifo", "is_file", "is_socket"), 0),
    **dict.fromkeys(("lstat", "islink", "lexists", "is_symlink"), _LINK),
    "access": _OWN, "read_bytes": _READ, "read_text": _READ | _CODEC,
}  # fmt: skip
_FILE_SYSTEMS = {  # ext2 to ext4, xfs, btrfs, tmpfs, ramfs
    0xEF53: _ON_DISK, 0x58465342: _ON_DISK, 0x9123683E: _ON_DISK, 0x01021994: _SWAPPABLE, 0x858458F6: _IN_MEMORY,
}  # fmt: skip


class _Kernel:
    """The questions, and what the answers rely on."""

    # None: not loaded yet.  PyPy's ctypes is slow, and Android may kill a process that uses openat2.
    usable: bool | None = None if _CPYTHON and hasattr(_os, "RWF_NOWAIT") else False
    usable = False if hasattr(sys, "getandroidapilevel") else usable

    def __init__(self) -> None:
        self.facts: dict[Any, int] = {}  # by the id of a mount, or the `repr` of an encoding: 1 if it is imported
        # These are called although tests replace them in `os` and `time`.
        self.close, self.dup, self.open, self.wall_clock = _os.close, _os.dup, _os.open, time.time

    def know(self, key: Any, find: _Call, fd: int = -1) -> int:
        """The fact *key*, which is 0 until a daemon thread has found it out: find(a duplicate of *fd*)."""
        fact = self.facts.get(key)
        if fact is None:
            fact = self.facts[key] = 0
            copy = -1
            try:
                copy = fd if fd < 0 else self.dup(fd)
                _spawn(lambda: self.facts.update({key: find(copy)}))
            except (OSError, RuntimeError):  # no more descriptors or threads
                del self.facts[key]
                if copy >= 0:
                    self.close(copy)
        return fact

    def is_ready(self) -> bool:
        return bool(self.usable or (self.usable is None and self.know("ctypes", self.load)))

    def load(self, _: int = -1) -> bool:
        """Import ctypes, which takes up to 10 ms, and prepare the system calls."""
        import ctypes
        import struct

        libc = ctypes.CDLL(None, use_errno=True)  # not PyDLL: in `fstatfs` a FUSE server could stop the process
        self.syscall, self.statx, self.fstatfs, self.fcntl = libc.syscall, libc.statx, libc.fstatfs, libc.fcntl
        self.errno, self.answer = ctypes.get_errno, ctypes.c_uint64 * 32
        # mask, attributes, nlink, uid, mode, seconds of ctime, unique id of the mount
        self.unpack = struct.Struct("=I4xQII4xH66xq40xQ").unpack_from
        self.openat2, self.at_fdcwd, self.size = map(ctypes.c_long.from_param, (437, -100, 24))
        flags, resolve_cached = _posix.O_PATH | _posix.O_CLOEXEC, 0x20
        questions = [(ctypes.c_uint64 * 3)(flags | link, 0, resolve_cached) for link in (0, _posix.O_NOFOLLOW)]
        self.questions = [*map(ctypes.byref, questions)]
        self.usable = _posix.uname().machine != "alpha"  # where openat2 has another number
        return bool(self.usable)

    def find_storage(self, fd: int) -> int:
        answer = self.answer()
        storage = 0 if self.fstatfs(fd, answer) else _FILE_SYSTEMS.get(answer[0] & 0xFFFFFFFF, 0)
        self.close(fd)
        if storage == _SWAPPABLE:
            with builtins.open("/proc/swaps", "rb") as swaps:
                storage = _SWAPPABLE if len(swaps.readlines()) > 1 else _IN_MEMORY  # only a heading: no swap space
        return storage

    def check(self, fd: int, needs: int) -> int:
        """Where *fd* keeps its content; 0 if a call may wait for something that `openat2` does not tell."""
        answer = self.answer()  # not shared: other threads run while `statx` writes it
        if self.statx(fd, b"", 0x5000, 0x47FF, answer):  # AT_EMPTY_PATH | AT_STATX_DONT_SYNC: it asks no server
            return 0
        mask, attributes, links, owner, mode, changed, mount = self.unpack(answer)
        if not mask & 0x4000:  # STATX_MNT_ID_UNIQUE (Linux 6.8): any other id of a mount is used again
            self.usable = False
            return 0
        storage = self.facts.get(mount) or self.know(mount, self.find_storage, fd)
        doubtful = (
            attributes & 0x100800  # encrypted, or with fs-verity: what these wait for is not known
            or (needs & _OWN and not owner == _posix.geteuid() == _posix.getuid())
            or (needs & _REGULAR and not _stat.S_ISREG(mode))
            # The last close of a deleted file frees its blocks.  Any close of a file that was truncated and written
            # again writes it to the disk, unless the kernel has done so in the background, which takes half a minute.
            or (needs & _CLOSABLE and (not links or (storage == _ON_DISK and changed > self.wall_clock() - 60)))
        )
        return 0 if doubtful else storage

    def read(self, storage: int, path: Any, *encoding: Any, **kwargs: Any) -> Any:
        """What `Path.read_bytes` returns, or, with an *encoding*, `Path.read_text`."""
        fd = self.open_unblocked(path, _os.O_RDONLY)
        try:
            size = _os.fstat(fd).st_size
            buffer = bytearray(min(size, _SCRATCH_SIZE) + 1)
            got = _posix.preadv(fd, [buffer], 0, 0 if storage == _IN_MEMORY else _posix.RWF_NOWAIT)
        except OSError:  # this file system does not support the question, or needs the disk
            return _WOULD_BLOCK
        finally:
            self.close(fd)
        if got != size or got > _SCRATCH_SIZE:  # only part of it is cached, or it is large
            return _WOULD_BLOCK
        data = bytes(buffer[:size])
        return io.TextIOWrapper(io.BytesIO(data), *encoding, **kwargs).read() if encoding or kwargs else data

    def open_unblocked(self, path: Any, flags: int) -> int:
        fd: int = self.open(path, flags | _posix.O_NONBLOCK, 0o666)
        _posix.set_blocking(fd, True)
        return fd

    def can_close(self, file: _File, strategy: _Strategy) -> bool:
        """Whether a close of *file* cannot block: it is a plain file, and was opened only for reading."""
        if type(strategy) is not _Reader or strategy.file is not file or strategy.raw.closed or not self.is_ready():
            return False
        f_getfl, fd = 3, strategy.fd
        return self.check(fd, _CLOSABLE) > 0 and not self.fcntl(fd, f_getfl) & (_os.O_WRONLY | _os.O_RDWR)


@functools.lru_cache
def _is_original(function: Any) -> bool:
    """Whether *function* is the standard library's own, and was not replaced by mock, pyfakefs or blockbuster."""
    module = getattr(getattr(function, "__self__", None), "__name__", "")
    home: str = (getattr(function, "__globals__", None) or {}).get("__name__", module)
    return home.partition(".")[0] in ("posix", "io", "_io", "genericpath", "posixpath", "pathlib")


async def _call_if_cached(executor: _X, function: Any, args: _Args, kwargs: _Kwargs) -> Any:
    """The result of a function that looks up a path, if the kernel says that it cannot block; or `_WOULD_BLOCK`."""
    of_path = type(function) is types.MethodType  # of a pathlib.Path
    if of_path:
        function, args = function.__func__, (function.__self__, *args)
    needs = _OPEN if function is io.open else _NEEDS.get(getattr(function, "__name__", None))
    if needs is None or executor is not None or delegate_all or not (_kernel.usable or _kernel.is_ready()):
        return _WOULD_BLOCK
    if needs == _OPEN:
        sure = not args[1:] and kwargs.get("mode", "r") in ("r", "rb", "rt") and kwargs.get("opener") is None
        kwargs = {**kwargs, "opener": _kernel.open_unblocked}
    else:  # without `dir_fd`, `follow_symlinks`, ...
        sure = not args[2:] and (not kwargs or [*kwargs] == ["encoding"])
    if needs & _CODEC and kwargs.get("mode") != "rb":
        encoding = args[1] if args[1:] else kwargs.get("encoding")
        sure = sure and _kernel.know(repr(encoding), lambda _: io.TextIOWrapper(io.BytesIO(), encoding).readable()) > 0
    try:
        path = _os.fsencode(args[0])
        calls: Any = [function]
        if type(function) is types.FunctionType:  # written in Python: it calls others
            calls += _os.stat, _os.lstat, io.open
        if of_path:
            owner, paths = type(args[0]), _os.path
            calls += owner.stat, owner.lstat, owner.open, paths.exists, paths.isdir, paths.isfile, paths.islink
        if not (sure and all(map(_is_original, calls))):
            return _WOULD_BLOCK
    except Exception:  # a descriptor, or nothing to look up: the function itself raises the right error
        return _WOULD_BLOCK
    if not _has_time():
        await _wait_for_time()
    fd = _kernel.syscall(_kernel.openat2, _kernel.at_fdcwd, path, _kernel.questions[needs & _LINK], _kernel.size)
    if fd < 0:
        error = _kernel.errno()
        if error in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG):
            return function(*args, **kwargs)  # it raises that without waiting
        if error in (errno.ENOSYS, errno.EPERM, errno.EINVAL):  # an old kernel or a sandbox
            _kernel.usable = False
        return _WOULD_BLOCK
    try:
        storage = _kernel.check(fd, needs)
        if not storage:
            return _WOULD_BLOCK
        return _kernel.read(storage, *args, **kwargs) if needs & _CLOSABLE else function(*args, **kwargs)
    except BlockingIOError:  # another process has a lease
        return _WOULD_BLOCK
    finally:
        _kernel.close(fd)


_kernel = _Kernel()


# ---------------------------------------------------------------------------------------------------------------------
# Streams that may never answer
#
# A read of a pipe, a terminal or a socket waits on the event loop until there is something to read, takes what is
# there, and returns as soon as that suffices.  So no thread waits without end, no thread holds the lock of a buffer
# when the process ends, and a read that is cancelled has taken nothing.  Where the kernel cannot read without waiting
# (a terminal) and where event loops cannot wait for a descriptor (Windows), a daemon thread reads.  Reads have a queue
# of their own: a write or a close does not wait for them.
# ---------------------------------------------------------------------------------------------------------------------


class _Stream(_Strategy):
    """A file of `io` that reads bytes from something for which an event loop can wait."""

    can_answer = True  # a pending line
    reads_async = True
    source: _Stream  # what reads the bytes: the stream itself, or the one below a text layer
    searched = 0  # so much of what is pending contains no end of a line
    closing = False
    # The text layer and everything else that reads a buffer share its stream.
    of_buffer: weakref.WeakKeyDictionary[_File, _Stream] = weakref.WeakKeyDictionary()

    def __init__(self, buffer: _File, raw: _File) -> None:
        self.source = weakref.proxy(self)
        self.raw = raw
        self.lock = threading.Lock()  # held until the stream has taken over; another thread may have made it
        self.taken_over = False
        self.queue = _Queue()
        self.pending: Any = bytearray()  # read and not asked for yet
        self.unbuffered = buffer is raw
        self.ends: re.Pattern[Any] = re.compile(b"\n")  # of a line
        self.thread_read: concurrent.futures.Future[Any] | None = None  # what a daemon thread reads
        self.waiter: Callable[[], asyncio.Future[None] | None] = _dead_reference  # to the future that is awaited

    @classmethod
    def of(cls, text: _File, buffer: _File, raw: _File, newline: str | None = None) -> _Stream:
        if buffer is raw:
            return cls(buffer, raw)
        stream = cls.of_buffer.get(text or buffer)
        if stream is None:
            made = cls(buffer, raw) if text is None else _TextStream(cls.of(None, buffer, raw), text, newline)
            stream = cls.of_buffer.setdefault(text or buffer, made)
        with stream.lock:
            if not stream.taken_over:
                stream.take_over(text or buffer, raw if text is None else buffer)
                stream.taken_over = True
        return stream

    def take_over(self, file: _File, below: _File) -> None:
        """Take what synchronous reads have left in the buffer of *file*.

        A read would wait for more after that, so what is *below* pretends for a moment to be at its end.
        """
        below.read = below.read1 = below.readall = lambda *size: b""
        try:
            self.pending += file.read()
        finally:
            del below.read, below.read1, below.readall

    def call_nowait(self, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        if name != "readline" or args or kwargs or self.raw.closed or not self.queue.lock.acquire(False):
            return _WOULD_BLOCK
        try:
            free = self.queue.is_free() and not self.source.closing
            count = self.available(name, -1, False) if free else None
            return _WOULD_BLOCK if count is None else self.consume(count)
        finally:
            self.queue.lock.release()

    async def read_async(self, name: str, args: _Args) -> Any:
        """Await the result of a method that reads."""
        await self.queue.hold()
        try:
            if name in ("readinto", "readinto1"):
                with memoryview(*args) as view, view.cast("B") as target:
                    if view.readonly:
                        raise TypeError(f"{name}() argument must be read-write bytes-like object")
                    data = await self.read(name.replace("into", ""), len(target))
                    target[: len(data)] = data
                    return len(data)
            size = -1 if not args or args[0] is None else operator.index(args[0])
            return await (self.read_lines(size) if name == "readlines" else self.read(name, size))
        finally:
            self.queue.release()

    async def read(self, name: str, size: int) -> Any:
        """Await the next *size* bytes or characters, or as many as the method *name* returns."""
        at_end = False
        await _wait_for_time()
        while True:
            if self.raw.closed or self.source.closing:
                raise ValueError("I/O operation on closed file.")
            count = self.available(name, size, at_end)
            if count is not None:
                return bytes(self.pending) if name == "peek" else self.consume(count)
            at_end = await self.fill(name, size)

    async def read_lines(self, hint: int) -> list[Any]:
        lines: list[Any] = []
        length = 0
        try:
            while (hint <= 0 or length <= hint) and (line := await self.read("readline", -1)):
                lines.append(line)
                length += len(line)
        except BaseException:
            self.pending = self.pending[:0].join([*lines, self.pending])
            self.searched = 0
            raise
        return lines

    def available(self, name: str, size: int, at_end: bool) -> int | None:
        """How much of what is pending answers the call; None if more has to be read."""
        have = len(self.pending)
        if name == "readline":
            if line := self.ends.search(self.pending, self.searched):
                have, at_end = line.end(), True
            else:
                self.searched = max(0, have - 1)  # the first half of "\r\n" may be there
        elif name in ("read1", "peek") or (self.unbuffered and size >= 0):  # these take what there is
            at_end = at_end or have > 0
        if at_end:
            return have if size < 0 else min(size, have)
        return size if 0 <= size <= have and name != "peek" else None

    def consume(self, count: int) -> Any:
        self.searched = 0
        data = self.pending[:count]
        if type(data) is str:
            self.pending = self.pending[count:]
            return data
        del self.pending[:count]
        return bytes(data)

    async def fill(self, name: str, size: int) -> bool:
        """Wait for something to read, and read it.  True means that this was the end."""
        if not self.unbuffered or size <= 0:
            size = io.DEFAULT_BUFFER_SIZE if len(self.pending) < io.DEFAULT_BUFFER_SIZE else _READ_AHEAD
        if self.unbuffered and name == "readline":  # nothing is read that was not asked for
            size = 1
        await self.wait(size)
        if self.closing:
            return False
        thread_read, self.thread_read = self.thread_read, None
        data = None if thread_read is None else thread_read.result()
        try:
            if data is None and not delegate_all:
                target = bytearray(size)
                data = target[: _posix.preadv(self.raw.fileno(), [target], -1, _posix.RWF_NOWAIT)]
        except BlockingIOError:  # another reader was faster
            return False
        except (OSError, AttributeError) as error:  # the kernel cannot say
            unable = None, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EPERM
            if getattr(error, "errno", None) not in unable:
                raise  # the kernel reports an error of the device only once
        if data is None:
            self.read_in_thread(size)
            return False
        self.pending += data
        return not data

    async def wait(self, size: int) -> None:
        """Wait for something to read.  Where the event loop cannot do so, a daemon thread reads up to *size* bytes."""
        loop = asyncio.get_running_loop()
        place = loop.create_future()
        self.waiter = weakref.ref(place)
        fd = -1
        try:
            if self.thread_read is None:
                fd = _os.dup(self.raw.fileno())  # another task may wait for the same one
                try:
                    blocking = _posix.get_blocking(fd)
                    loop.add_reader(fd, _resolve, place)
                    _posix.set_blocking(fd, blocking)  # uvloop changes it, for all descriptors of the same open file
                except (OSError, AttributeError, NotImplementedError, RuntimeError):
                    self.read_in_thread(size)
            if self.thread_read is None or not self.thread_read.done():
                await place
        finally:
            self.waiter = _dead_reference
            if fd >= 0:
                with contextlib.suppress(NotImplementedError, RuntimeError):  # the loop is closed
                    loop.remove_reader(fd)
                _os.close(fd)

    def read_in_thread(self, size: int) -> None:
        """Let a daemon thread read.  If the caller is cancelled, the next read takes the result."""
        self.thread_read = _spawn(_os.read, self.raw.fileno(), size)
        wake = weakref.WeakMethod(self.wake)  # a thread that ends late keeps no stream open
        self.thread_read.add_done_callback(lambda _: (wake() or _dead_reference)())

    def wake(self) -> None:
        """Let the waiting read look again, from any thread."""
        waiter = self.waiter()
        if waiter is not None:
            with contextlib.suppress(RuntimeError):  # its loop is closed
                waiter.get_loop().call_soon_threadsafe(_resolve, waiter)

    def before_close(self) -> None:
        self.source.closing = True
        self.source.wake()


class _TextStream(_Stream):
    """The same as text, decoded as TextIOWrapper does it."""

    def __init__(self, source: _Stream, text: io.TextIOWrapper, newline: str | None) -> None:
        super().__init__(text, source.raw)
        self.source = source
        self.queue = source.queue
        self.pending = ""
        self.set_decoder(text, newline)

    def set_decoder(self, text: io.TextIOWrapper, newline: str | None) -> None:
        newline, self.builtin_decoder = _newline_of(text, newline)
        decoder: Any = codecs.getincrementaldecoder(text.encoding)(text.errors or "strict")
        self.decoder = decoder if newline else io.IncrementalNewlineDecoder(decoder, translate=newline is None)
        self.ends = re.compile("\r\n|\r|\n" if newline == "" else re.escape(newline or "\n"))

    def take_over(self, file: _File, below: _File) -> None:
        if self.builtin_decoder is not None:  # it may hold part of a character or of a line end
            self.decoder.setstate(self.builtin_decoder.getstate())
            self.builtin_decoder.reset()
        try:
            super().take_over(file, below)
        except UnicodeDecodeError as error:  # it held part of a character, and did not show it
            with contextlib.suppress(UnicodeDecodeError):
                while piece := file.read(1):
                    self.pending += piece
            self.source.pending[:0] = error.object

    def call(self, file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        result = super().call(file, name, args, kwargs)
        if name == "reconfigure" and not kwargs.keys().isdisjoint(("encoding", "errors", "newline")):
            self.set_decoder(file, kwargs.get("newline"))
        return result

    def attribute(self, file: _File, name: str) -> Any:
        return getattr(self.decoder, name, None) if name == "newlines" else super().attribute(file, name)

    async def fill(self, name: str, size: int) -> bool:
        source = self.source
        at_end = False
        everything = name == "read" and size < 0  # decoded in one piece
        while not (at_end or source.closing) and (everything or not source.pending):
            at_end = await source.fill("read", -1)
        decoded = self.decoder.decode(source.consume(_CHUNK if name == "readline" else len(source.pending)), at_end)
        pending, self.pending = self.pending, ""
        pending += decoded  # with only one reference to it, CPython extends it in place
        self.pending = pending
        return at_end


class _DuplexStream(_Strategy):
    """A duplex object that only a thread can read: a daemon thread, so that a write need not wait for the read.

    A buffered pair (of a socket, for instance) is such an object before Python 3.11, where its parts cannot be found.
    """

    reads_async = True

    def __init__(self, file: _File) -> None:
        self.file = file
        self.queue = _Queue()

    async def read_async(self, name: str, args: _Args) -> Any:
        return await self.queue.run(_DAEMON_THREAD, self.call, (self.file, name, args, {}))


# ---------------------------------------------------------------------------------------------------------------------
# The files
#
# Three tables make a class of asynchronous files: its coroutine methods, its plain methods, and its properties.
# `__getattr__` finds whatever else the wrapped object has.  The classes for files that are looked up at each call (the
# standard streams) take their methods from the class of opened files.
# ---------------------------------------------------------------------------------------------------------------------


def _call_nowait(self: AsyncBase[Any], name: str, args: _Args, kwargs: _Kwargs) -> Any:
    """The result of the method *name* of the wrapped file, if it cannot block; or `_WOULD_BLOCK` or `_NOT_ASKED`."""
    strategy, queue = self._strategy, self._queue
    if strategy.can_answer and queue.lock.acquire(False):
        try:
            if queue.is_free() and _has_time():
                return strategy.call_nowait(name, args, kwargs)
        finally:
            queue.lock.release()
    return _NOT_ASKED


def _inspect_and_call(self: AsyncBase[Any], file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
    """Inspect an object of a user's class, and make the call if a thread of the executor has to make it."""
    self._strategy = strategy = _inspect(file)
    return _WOULD_BLOCK if strategy.reads_async else strategy.call(file, name, args, kwargs)


async def _call_in_order(self: AsyncBase[Any], name: str, args: _Args, kwargs: _Kwargs, nowait: Any) -> Any:
    """Await the method *name* of the wrapped file, after the calls before it; *nowait* is what `_call_nowait` said."""
    file, queue, strategy, executor = self._wrapped, self._queue, self._strategy, self._executor
    held = False
    try:
        if strategy is _UNINSPECTED and (type(file) in _IO_TYPES or isinstance(file, io.RawIOBase)):
            await queue.hold()
            held = True
            if self._strategy is _UNINSPECTED:  # no other call has inspected it meanwhile
                if type(file) in _IO_TYPES:  # the buffer of `sys.stdin` may be locked while another thread reads
                    where = _DAEMON_THREAD if executor is None else executor
                    self._strategy = await _Queue().run(where, _inspect, (file,))
                else:
                    held = False
                    first_call = functools.partial(_inspect_and_call, self, file, name, args, kwargs)
                    result = await queue.run(executor, first_call, held=True)
                    if result is not _WOULD_BLOCK:
                        return result
            strategy = self._strategy
        reads = strategy.reads_async and (name in _READS or name == "peek") and hasattr(file, name)
        if reads and len(args) < 2 and not kwargs:  # in the queue of the reads, so that writes do not wait for them
            if held:
                held = False
                queue.release()
            return await strategy.read_async(name, args)
        if strategy.can_answer and not strategy.reads_async:
            asked = nowait is _WOULD_BLOCK and queue.enter()
            held = held or asked
            if not held:
                # A read has to be undone if its caller is cancelled, so it is not made on behalf of the caller.
                call = functools.partial(strategy.call_once, name, args, kwargs) if name not in _READS else None
                result = await queue.hold(call)
                if result is not _WOULD_BLOCK:
                    return result
                held = True
            strategy.revoke()  # a granted call must not overtake this one
            if not (asked or delegate_all):
                await _wait_for_time()
                result = strategy.call_nowait(name, args, kwargs)
                if result is not _WOULD_BLOCK:
                    return result
        holding, held = held, False
        undo = strategy.undo_read if name in _READS else None
        return await queue.run(executor, strategy.call, (file, name, args, kwargs), undo=undo, held=holding)
    finally:
        if held:
            if queue.waiting:
                strategy.revoke()  # the waiting calls come before those that were granted
            queue.release()


def _wraps(cls: type, name: str, function: Any, method: Any) -> Any:
    """Give *function*, made for the class *cls*, the name, docstring and signature of the *method* it stands for."""
    function.__name__ = name
    function.__qualname__ = f"{cls.__qualname__}.{name}"
    function.__module__ = cls.__module__
    function.__annotations__ = {}
    if method is not None:
        function.__doc__ = method.__doc__
        if method.__doc__ is None and method is vars(io.TextIOWrapper).get(name):  # from Python 3.12 on
            function.__doc__ = getattr(getattr(io.TextIOBase, name, None), "__doc__", None)
        function.__wrapped__ = method
    return function


def _decorator(make: Callable[[type, str], Any]) -> Callable[..., Callable[[_Type], _Type]]:
    """A class decorator that takes names and adds to the class what *make* returns for each of them."""

    def decorator(*names: str) -> Callable[[_Type], _Type]:
        def decorate(cls: _Type) -> _Type:
            for name in names:
                setattr(cls, name, make(cls, name))
            return cls

        return decorate

    return functools.update_wrapper(decorator, make, ("__module__", "__name__", "__qualname__", "__doc__"), ())


_NO_SIZE = -1  # the default of a size; only the object itself means that no size was passed
_own_readlines: set[Any] = set()  # the `readline` methods that `__anext__` may bypass


@_decorator
def delegate_to_executor(cls: type, name: str) -> _Call:
    """Add coroutine methods to a class, which call the methods of `self._file` in a thread if they may block."""
    stands_for = getattr(cls, "_stands_for", object)
    method: _Call
    if not issubclass(cls, AsyncBase):

        async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            return await _call(self._executor, getattr(self._file, name), args, kwargs)

    elif name == "close":

        async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            return await self._close_in_order("close", *args, **kwargs)

    elif stands_for is io.IOBase or name not in ("readline", "write"):  # a user's class may have any signature

        async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            result = _call_nowait(self, name, args, kwargs)
            if result is _WOULD_BLOCK or result is _NOT_ASKED:
                result = await _call_in_order(self, name, args, kwargs, result)
            return result

    elif name == "readline":

        async def method(self: Any, size: Any = _NO_SIZE, /) -> Any:
            if size is _NO_SIZE:
                strategy = self._strategy
                try:
                    for line in strategy.lines:
                        return line
                except BaseException:  # the decoder has discarded lines that were counted
                    strategy.invalidate()
                    raise
            args = () if size is _NO_SIZE else (size,)
            result = _call_nowait(self, name, args, {})
            if result is _WOULD_BLOCK or result is _NOT_ASKED:
                result = await _call_in_order(self, name, args, {}, result)
            return result

        _own_readlines.add(method)

    else:
        accepted = str if issubclass(stands_for, io.TextIOBase) else bytes

        async def method(self: Any, data: Any) -> Any:
            strategy = self._strategy
            if type(data) is accepted:
                size = len(data) if accepted is bytes or data.isascii() else 4 * len(data)
                if size < strategy.room:
                    strategy.room -= size + _WRITE_COST
                    return strategy.write(data)
            result = _call_nowait(self, name, (data,), {})
            if result is _WOULD_BLOCK or result is _NOT_ASKED:
                result = await _call_in_order(self, name, (data,), {}, result)
            return result

    return _wraps(cls, name, method, getattr(stands_for, name, None))


def _attribute(self: Any, name: str) -> Any:
    """The attribute *name* of the wrapped file; *self* may be of a user's own class."""
    return self._strategy.attribute(self._wrapped, name) if isinstance(self, AsyncBase) else getattr(self._file, name)


@_decorator
def proxy_method_directly(cls: type, name: str) -> _Call:
    """Add plain methods to a class, which call the methods of `self._file`."""

    def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        result = _attribute(self, name)(*args, **kwargs)
        if name == "detach":
            self._strategy = _DELEGATE
        return result

    return _wraps(cls, name, method, getattr(getattr(cls, "_stands_for", None), name, None))


@_decorator
def proxy_property_directly(cls: type, name: str) -> property:
    """Add properties to a class, which are those of `self._file`."""
    return property(lambda self: _attribute(self, name))


cond_delegate_to_executor = delegate_to_executor  # `_Spool` decides what needs no thread


_kept_alive: dict[int, tuple[object, _File]] = {}


def _release_file(reference: object) -> None:
    _kept_alive.pop(id(reference), None)


class AsyncBase(_Generic[_S]):
    """The base of all asynchronous files: iteration, `async with`, `aclose`, and all that the wrapped object has."""

    _stands_for: type = io.IOBase
    _strategy: Any  # a `_Strategy`; without a default here, which would make each access slower

    if TYPE_CHECKING and not __debug__:  # `_ANY_FILE`, and the properties of all
        closed: _ReadOnly[bool]
        name: _ReadOnly[str | Any]  # what was opened: mostly a str, or bytes, or a descriptor
        mode: _ReadOnly[str]

        async def close(self) -> None: ...
        async def flush(self) -> None: ...
        async def isatty(self) -> bool: ...
        async def read(self, size: int | None = -1, /) -> _S: ...
        async def readline(self, size: int = -1, /) -> _S: ...
        async def readlines(self, hint: int = -1, /) -> list[_S]: ...
        async def seek(self, offset: int, whence: int = 0, /) -> int: ...
        async def seekable(self) -> bool: ...
        async def tell(self) -> int: ...
        async def truncate(self, size: int | None = None, /) -> int: ...
        async def writable(self) -> bool: ...
        async def write(self, data: _S, /) -> int: ...
        async def writelines(self, lines: Iterable[_S], /) -> None: ...

    def __init__(self, file: _File, loop: object = None, executor: Executor | None = None) -> None:
        if executor is not None and _pickles(executor):
            raise TypeError(f"a file cannot be sent to the processes of {executor!r}: use threads")
        self._file = file
        self._executor = executor
        self._queue = _Queue()
        loop = loop or asyncio._get_running_loop()
        self._opened_in: Any = None if loop is None else weakref.ref(loop)

    @property
    def _file(self) -> _File:
        """The wrapped file, which may be used between awaited calls."""
        self._strategy.invalidate()
        return self._wrapped

    @_file.setter
    def _file(self, file: _File) -> None:
        self._wrapped = file
        self._strategy = _UNINSPECTED
        if _CPYTHON and type(getattr(file, "buffer", file)) is not io.BufferedReader:
            # The garbage collector may close the layers of a file in a reference cycle in any order, and lose what they
            # have buffered.  This reference keeps the file out of the cycle until its asynchronous file is collected.
            reference = weakref.ref(self, _release_file)
            _kept_alive[id(reference)] = reference, file

    @property
    def _loop(self) -> asyncio.AbstractEventLoop | None:
        """The event loop that opened the file; None if it was collected."""
        return asyncio.get_running_loop() if self._opened_in is None else self._opened_in()

    def __repr__(self) -> str:
        return f"{super().__repr__()} wrapping {self._wrapped!r}"

    if not TYPE_CHECKING:  # type checkers accept unknown attributes of `AsyncFile` only

        def __getattr__(self, name):
            value = _MISSING if name.startswith("_") else getattr(self._wrapped, name, _MISSING)
            if value is _MISSING:
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            if not callable(value) or isinstance(value, type):
                return value

            async def method(self, *args, **kwargs):
                if name == "close":
                    return await self._close_in_order(name, *args, **kwargs)
                return await _call_in_order(self, name, args, kwargs, _NOT_ASKED)

            return types.MethodType(_wraps(type(self), name, method, getattr(type(self._wrapped), name, value)), self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *(name for name in dir(self._wrapped) if not name.startswith("_"))})

    def __aiter__(self) -> Self:
        """The file itself, unless `readline` was replaced: then an iterator that calls the replacement."""
        ours = self._stands_for is io.IOBase or getattr(self.readline, "__func__", None) in _own_readlines
        lines: Any = self if ours else _read_lines(self)
        return lines

    async def __anext__(self) -> _S:
        """The next line."""
        strategy = self._strategy
        try:
            for line in strategy.lines:
                return line
        except BaseException:
            strategy.invalidate()
            raise
        line = await self.readline()
        if line:
            return line
        raise StopAsyncIteration

    async def __aenter__(self) -> Self:
        if getattr(self._wrapped, "closed", False) is True:
            raise ValueError("I/O operation on closed file.")
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self._close_in_order("__exit__", *exc_info)

    async def aclose(self) -> None:
        """Flush and close the file: the same as `close`."""
        await self._close_in_order("close")

    async def _close_in_order(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Close the file, after the operations before it, even if the caller is cancelled."""
        file, queue, strategy = self._wrapped, self._queue, self._strategy
        strategy.before_close()
        if name == "__exit__" and not hasattr(file, name):
            name, args = "close", ()
        if isinstance(strategy, _DuplexStream) and strategy.queue.busy:
            # A thread reads, perhaps without end.  It closes the file when that read returns.
            close = functools.partial(strategy.call, file, name, args, kwargs)
            operation = _Operation(asyncio.get_running_loop(), close, _DAEMON_THREAD)
            if strategy.queue.enter(operation):
                strategy.queue.start(operation, True)
            return None
        cancelled = await queue.hold(shielded=True)
        strategy = self._strategy  # it may have been inspected meanwhile
        strategy.before_close()
        strategy.revoke()
        # A close does not wait for the next time slice: that takes longer than the close itself.
        if self._executor is None and not delegate_all and _kernel.can_close(file, strategy):
            try:
                result = strategy.call(file, name, args, kwargs)
            finally:
                queue.release()
        else:
            call = strategy.call, (file, name, args, kwargs)
            result = await queue.run(self._executor, *call, shielded=True, held=True)
        if cancelled is not _WOULD_BLOCK:
            raise cancelled
        return result


async def _read_lines(file: Any) -> Any:
    while line := await file.readline():
        yield line


class AsyncIndirectBase(AsyncBase[_S]):
    """A file that is looked up at each call, because programs replace it, as they do `sys.stdin`."""

    _strategies: weakref.WeakKeyDictionary[_File, _Strategy] = weakref.WeakKeyDictionary()

    def __init__(self, name: str, loop: object, executor: Executor | None, indirect: Callable[[], _File]) -> None:
        self._indirect = indirect
        self._name = name
        super().__init__(None, loop, executor)

    @property
    def _wrapped(self) -> _File:
        return self._indirect()

    @_wrapped.setter
    def _wrapped(self, value: _File) -> None:
        pass

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name in ("_strategy", "_wrapped"):  # `_indirect` raised AttributeError: raise it again
                return self._indirect()
            return super().__getattr__(name)

    @property
    def _strategy(self) -> _Strategy:
        try:
            return self._strategies.get(self._wrapped, _UNINSPECTED)
        except TypeError:  # this object cannot be a key
            return _DELEGATE

    @_strategy.setter
    def _strategy(self, strategy: _Strategy) -> None:
        # Other threads and event loops write to these files, too, so nothing is known of their buffers.
        if strategy is not _UNINSPECTED:
            with contextlib.suppress(TypeError):
                self._strategies[self._wrapped] = strategy if isinstance(strategy, _Stream) else _DELEGATE


_ANY_FILE = (
    "close", "flush", "isatty", "read", "readline", "readlines", "seek", "seekable", "tell", "truncate", "writable",
    "write", "writelines",
)  # fmt: skip
_BUFFERED = *_ANY_FILE, "read1", "readinto", "readinto1"


if TYPE_CHECKING:

    class _Binary(AsyncBase[bytes]):
        async def readinto(self, buffer: WriteableBuffer, /) -> int: ...
        async def readline(self, size: int | None = -1, /) -> bytes: ...
        async def write(self, data: ReadableBuffer, /) -> int: ...
        async def writelines(self, lines: Iterable[ReadableBuffer], /) -> None: ...
        def fileno(self) -> int: ...
        def readable(self) -> bool: ...

    class _Buffered(_Binary):
        raw: _ReadOnly[io.RawIOBase]

        async def read1(self, size: int = -1, /) -> bytes: ...
        async def readinto1(self, buffer: WriteableBuffer, /) -> int: ...
        def detach(self) -> io.RawIOBase: ...

    class _Peeked(_Buffered):
        async def peek(self, size: int = 0, /) -> bytes: ...

    class _Raw(_Binary):
        closefd: _ReadOnly[bool]

        async def readall(self) -> bytes: ...

    class _Text(AsyncBase[str]):
        buffer: _ReadOnly[BinaryIO]
        encoding: _ReadOnly[str]
        errors: _ReadOnly[str | None]
        line_buffering: _ReadOnly[bool]
        newlines: _ReadOnly[str | tuple[str, ...] | None]
        write_through: _ReadOnly[bool]

        async def reconfigure(
            self, *, encoding: str | None = None, errors: str | None = None, newline: str | None = None,
            line_buffering: bool | None = None, write_through: bool | None = None,
        ) -> None: ...  # fmt: skip
        def detach(self) -> BinaryIO: ...
        def fileno(self) -> int: ...
        async def readable(self) -> bool: ...
else:
    _Buffered = _Peeked = _Raw = _Text = AsyncBase


@delegate_to_executor(*_BUFFERED)
@proxy_method_directly("detach", "fileno", "readable")
@proxy_property_directly("closed", "raw", "name", "mode")
class AsyncBufferedIOBase(_Buffered):
    """An asynchronous io.BufferedWriter, or any other io.BufferedIOBase."""

    _stands_for: type = io.BufferedIOBase


@delegate_to_executor(*_BUFFERED, "peek")
class AsyncBufferedReader(AsyncBufferedIOBase, _Peeked):
    """An asynchronous io.BufferedReader or io.BufferedRandom."""

    _stands_for = io.BufferedReader


@delegate_to_executor(*_ANY_FILE, "readall", "readinto")
@proxy_method_directly("fileno", "readable")
@proxy_property_directly("closed", "name", "mode")
class AsyncFileIO(_Raw):
    """An asynchronous io.FileIO."""

    _stands_for = io.FileIO


@delegate_to_executor(*_ANY_FILE, "readable", "reconfigure")
@proxy_method_directly("detach", "fileno")
@proxy_property_directly("buffer", "closed", "encoding", "errors", "line_buffering", "newlines", "name", "mode")
class AsyncTextIOWrapper(_Text):
    """An asynchronous io.TextIOWrapper."""

    _stands_for = io.TextIOWrapper


class AsyncIndirectBufferedIOBase(AsyncIndirectBase[bytes], _Buffered):
    """An asynchronous io.BufferedIOBase that is looked up at each call."""


class AsyncIndirectBufferedReader(AsyncIndirectBufferedIOBase, _Peeked):
    """An asynchronous io.BufferedReader that is looked up at each call."""


class AsyncIndirectFileIO(AsyncIndirectBase[bytes], _Raw):
    """An asynchronous io.FileIO that is looked up at each call."""


class AsyncTextIndirectIOWrapper(AsyncIndirectBase[str], _Text):
    """An asynchronous io.TextIOWrapper that is looked up at each call."""


for _indirect, _model in (  # the first takes the methods of the second, and is no subclass of it
    (AsyncIndirectBufferedIOBase, AsyncBufferedIOBase),
    (AsyncIndirectBufferedReader, AsyncBufferedReader),
    (AsyncIndirectFileIO, AsyncFileIO),
    (AsyncTextIndirectIOWrapper, AsyncTextIOWrapper),
):
    for _name, _method in vars(_model).items():
        if not _name.startswith("__"):
            setattr(_indirect, _name, _method)


class AsyncFile(AsyncBase[_S]):
    """An asynchronous file of any other type, with the methods and attributes of the wrapped object."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


# ---------------------------------------------------------------------------------------------------------------------
# open
#
# The call that opens a file also inspects it, so that a thread is needed at most once.  `threadpool.wrap`, with which
# programs register types of their own, chooses the class of the asynchronous file.
# ---------------------------------------------------------------------------------------------------------------------


class _CoroutineProxy(_Coroutine[_T_co]):
    """An awaitable that awaits `_coro` and keeps its result; asyncio.create_task accepts it as a coroutine."""

    __slots__ = ("_obj",)
    _coro: Any
    _obj: Any

    def __await__(self) -> Generator[Any, Any, _T_co]:
        if self._obj is None:
            self._obj = yield from self._coro.__await__()
        return self._obj

    def send(self, value: Any) -> Any:
        try:
            return self._coro.send(value)
        except StopIteration as stop:
            self._obj = stop.value
            raise

    def throw(self, *exc_info: Any) -> Any:
        try:
            return self._coro.throw(*exc_info)
        except StopIteration as stop:
            self._obj = stop.value
            raise

    def close(self) -> None:
        self._coro.close()


class AiofilesContextManager(_CoroutineProxy[_T_co]):
    """What `open` returns: await it, or enter it with `async with`, which closes the file at the end."""

    __slots__ = ("__weakref__", "_coro")

    def __init__(self, coro: _Coroutine[_T_co]) -> None:
        self._coro = coro
        self._obj = None  # then the file

    async def __aenter__(self) -> _T_co:
        return await self

    async def __aexit__(self, *exc_info: Any) -> None:
        file, self._obj = self._obj, None
        if isinstance(file, AsyncBase):
            await file._close_in_order("__exit__", *exc_info)
        elif file is not None:
            await _Queue().run(getattr(file, "_executor", None), file._file.__exit__, exc_info, shielded=True)

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name in ("__name__", "__qualname__"):  # for the `repr` of a task
                return getattr(self._coro, name)
            if name.startswith("_"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            raise AttributeError(
                f"the file is not open yet, so it has no {name!r}: "
                f"await {self._coro.__qualname__}(...) first, or use `async with`"
            )


class AiofilesContextManagerTempDir(AiofilesContextManager["AsyncTemporaryDirectory[_S]"]):
    """The same for a temporary directory: `async with` gives its path, and removes it at the end."""

    __slots__ = ()

    async def __aenter__(self) -> _S:  # type: ignore[override]
        return (await self).name


def _text_encoding(encoding: str | None, mode: object = "r") -> str | None:
    """The *encoding* to pass on.  An EncodingWarning points at the line that called the caller of this function."""
    if encoding is not None or "b" in str(mode) or not getattr(sys.flags, "warn_default_encoding", False):
        return encoding
    return io.text_encoding(None, 3)  # type: ignore[attr-defined, no-any-return, unused-ignore]


if TYPE_CHECKING:
    # A `buffering` that is an int and not a literal is assumed not to be 0.

    @overload
    def open(
        file: FileDescriptorOrPath, mode: OpenTextMode = "r", buffering: int = -1, encoding: str | None = None,
        errors: str | None = None, newline: str | None = None, closefd: bool = True, opener: _Opener | None = None,
        **where: Unpack[_Where],
    ) -> AiofilesContextManager[AsyncTextIOWrapper]: ...  # fmt: skip
    @overload
    def open(  # type: ignore[overload-overlap]
        file: FileDescriptorOrPath, mode: OpenBinaryMode, buffering: Literal[0], encoding: None = None,
        errors: None = None, newline: None = None, closefd: bool = True, opener: _Opener | None = None,
        **where: Unpack[_Where],
    ) -> AiofilesContextManager[AsyncFileIO]: ...  # fmt: skip
    @overload
    def open(
        file: FileDescriptorOrPath, mode: OpenBinaryModeReading | OpenBinaryModeUpdating, buffering: int = -1,
        encoding: None = None, errors: None = None, newline: None = None, closefd: bool = True,
        opener: _Opener | None = None, **where: Unpack[_Where],
    ) -> AiofilesContextManager[AsyncBufferedReader]: ...  # fmt: skip
    @overload
    def open(
        file: FileDescriptorOrPath, mode: OpenBinaryModeWriting, buffering: int = -1, encoding: None = None,
        errors: None = None, newline: None = None, closefd: bool = True, opener: _Opener | None = None,
        **where: Unpack[_Where],
    ) -> AiofilesContextManager[AsyncBufferedIOBase]: ...  # fmt: skip
    @overload
    def open(
        file: FileDescriptorOrPath, mode: str, buffering: int = -1, encoding: str | None = None,
        errors: str | None = None, newline: str | None = None, closefd: bool = True, opener: _Opener | None = None,
        **where: Unpack[_Where],
    ) -> AiofilesContextManager[AsyncBase[Any]]: ...  # fmt: skip


def open(
    file: FileDescriptorOrPath, mode: str = "r", buffering: int = -1, encoding: str | None = None,
    errors: str | None = None, newline: str | None = None, closefd: bool = True, opener: _Opener | None = None, *,
    loop: object = None, executor: Executor | None = None,
) -> AiofilesContextManager[Any]:  # fmt: skip
    """Open a file with the arguments of the builtin `open`; errors are raised when the result is awaited.

    Awaiting the result or entering it with `async with` gives the asynchronous file.  `async with` closes it at the
    end.  Calls that may block are made in *executor*, by default the default executor of the running event loop.
    *loop* is ignored.
    """
    coro = _threadpool._open(
        file, mode, buffering, _text_encoding(encoding, mode), errors, newline, closefd, opener, loop=loop,
        executor=executor,
    )  # fmt: skip
    return AiofilesContextManager(coro)


async def _open(
    file: FileDescriptorOrPath, mode: str = "r", buffering: int = -1, encoding: str | None = None,
    errors: str | None = None, newline: str | None = None, closefd: bool = True, opener: _Opener | None = None, *,
    loop: object = None, executor: Executor | None = None,
) -> Any:  # fmt: skip
    """The coroutine that `open` awaits; programs patch it as `aiofiles.threadpool._open`."""
    call = functools.partial(
        _threadpool.sync_open, file, mode=mode, buffering=buffering, encoding=encoding, errors=errors, newline=newline,
        closefd=closefd, opener=opener,
    )  # fmt: skip
    return await _open_wrapped(executor, call, _close, newline, buffering, file)


_open.__name__ = _open.__qualname__ = "open"  # for the warning that it was never awaited


async def _open_wrapped(
    executor: Executor | None, call: functools.partial[_File], undo: Callable[[Any], object],
    newline: str | None = None, buffering: int = -1, path: object = None, convert: _Call | None = None,
) -> Any:  # fmt: skip
    """Await the asynchronous file around what *call* opens.  If the caller is cancelled, *undo* is called with it."""

    def look_and_open(patient: bool) -> tuple[_File, _Strategy] | None:
        has_path = isinstance(path, (str, bytes, _os.PathLike))
        plain = has_path and call.func is io.open and len(call.args) == 1 and call.keywords.get("opener") is None
        mode = str(call.keywords.get("mode", "r"))
        if plain and not patient and "r" not in mode and "+" not in mode and hasattr(_os, "mkfifo"):
            try:
                return (file := call(opener=_kernel.open_unblocked)), _inspect(file, newline, buffering)
            except OSError as error:
                if error.errno not in (errno.ENXIO, errno.EAGAIN):  # a FIFO without a reader; another process's lease
                    raise
                return None
        status = None
        try:
            if has_path:
                status = _os.stat(path)  # type: ignore[arg-type]
        except (OSError, ValueError):  # `call` raises the error
            pass
        if status is not None and _stat.S_ISFIFO(status.st_mode) and not patient:
            return None
        file = call()
        return file, _inspect(file, newline, buffering, status if plain else None)

    def close(opened: tuple[_File, _Strategy] | None) -> None:
        if opened is not None:
            undo(opened[0])

    file = await _call_if_cached(executor, call.func, call.args, call.keywords)
    if file is not _WOULD_BLOCK:
        opened = file, _inspect(file, newline, buffering, _REGULAR_FILE)
    else:
        opened = await _Queue().run(executor, look_and_open, (executor is not None,), undo=close)
    if opened is None:  # opening a FIFO may wait for the other end without limit
        opened = await _Queue().run(_DAEMON_THREAD, look_and_open, (True,), undo=close)
    file, strategy = opened
    try:
        result = (convert or _wrap_any)(file, executor=executor)
    except BaseException:
        with contextlib.suppress(Exception):
            await _Queue().run(executor, close, (opened,), shielded=True)
        raise
    if isinstance(result, AsyncBase) and result._strategy is _UNINSPECTED:
        result._strategy = strategy
    return result


@functools.singledispatch
def wrap(file: _File, *, loop: object = None, executor: Executor | None = None) -> Any:
    """Return the asynchronous file around *file*, by its type; `wrap.register` adds a type."""
    raise TypeError(f"Unsupported io type: {file}.")


wrap.register(io.TextIOBase, AsyncTextIOWrapper)
wrap.register(io.BufferedIOBase, AsyncBufferedIOBase)
wrap.register(io.BufferedReader, AsyncBufferedReader)
wrap.register(io.BufferedRandom, AsyncBufferedReader)
wrap.register(io.FileIO, AsyncFileIO)


def _wrap_any(file: _File, executor: Executor | None) -> Any:
    """The same as `wrap`, also for what `tempfile` opens; its classes are compared by name: tests replace them."""
    for each in type(file).__mro__ if type(file) not in _IO_TYPES else ():
        name = each.__name__ if each.__module__ == "tempfile" else ""
        if name == "_TemporaryFileWrapper":
            return _wrap_temporary(file.file, file, executor=executor)
        if name in _TEMPFILE_CLASSES:
            return _TEMPFILE_CLASSES[name](file, executor=executor)
    return _threadpool.wrap(file, loop=None, executor=executor)


def _wrap_temporary(base_io_obj: _File, file: _File, *, loop: object = None, executor: Executor | None = None) -> Any:
    """Return the asynchronous file around *file*, by the type of the file that it is a proxy of."""
    return wrap.dispatch(type(base_io_obj))(file, loop=loop, executor=executor)


if TYPE_CHECKING:

    @overload
    def wrap_file(  # pyright: ignore[reportOverlappingOverload]
        file: io.TextIOBase | TextIO, **where: Unpack[_Where]
    ) -> AsyncTextIOWrapper: ...
    @overload
    def wrap_file(file: io.BufferedReader | io.BufferedRandom, **where: Unpack[_Where]) -> AsyncBufferedReader: ...
    @overload
    def wrap_file(file: io.BufferedIOBase, **where: Unpack[_Where]) -> AsyncBufferedIOBase: ...
    @overload
    def wrap_file(file: io.FileIO, **where: Unpack[_Where]) -> AsyncFileIO: ...
    @overload
    def wrap_file(
        file: _tempfile.SpooledTemporaryFile[_S], **where: Unpack[_Where]
    ) -> AsyncSpooledTemporaryFile[_S]: ...
    @overload
    def wrap_file(file: SupportsRead[Any] | SupportsWrite[Any], **where: Unpack[_Where]) -> AsyncFile[Any]: ...


def wrap_file(file: Any, *, loop: object = None, executor: Executor | None = None) -> AsyncBase[Any]:
    """Return an asynchronous file around any file object: of `io`, `gzip`, `zipfile`, or of a class of your own.

    Its methods are coroutines, and its other attributes are those of *file*.  All calls of objects that are not plain
    files of `io` are made in *executor*, by default the default executor of the running event loop.
    """
    if isinstance(file, AsyncBase):
        raise TypeError(f"{file!r} is an asynchronous file already")
    try:
        return _wrap_any(file, executor)
    except TypeError:
        if isinstance(file, type) or not any(hasattr(file, name) for name in ("read", "write", "close")):
            raise
        return AsyncFile(file, loop, executor)


def wrap_open(function: _Call) -> Callable[..., AiofilesContextManager[AsyncFile[Any]]]:
    """Make a function that is used like `aiofiles.open` from a *function* that opens something, such as gzip.open().

    It takes the arguments of *function*, and `executor=`.  `wrap_file` wraps what *function* returns.
    """

    def opening(*args: Any, loop: object = None, executor: Executor | None = None, **kwargs: Any) -> Any:
        call = functools.partial(function, *args, **kwargs)
        coro: Any = _open_wrapped(executor, call, _close, None, 0, args[0] if args else None, wrap_file)
        coro.__name__ = coro.__qualname__ = opening.__name__
        return AiofilesContextManager(coro)

    opening.__annotations__ = {}
    return functools.update_wrapper(opening, function, _COPIED_ATTRIBUTES)


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
# `aiofiles.os` and the other namespaces have all names of the standard library's module in the running Python.  A
# function becomes a coroutine function with `executor=`, unless the table below says that it does not block; so a
# function that a newer Python adds is delegated.  Classes and constants are those of the module.  What iterates, opens
# files or returns paths is implemented here.
# ---------------------------------------------------------------------------------------------------------------------

_NOT_BLOCKING = {  # patterns of functions that only compute, or only get or set properties of the process
    "os": r"""
        W[A-Z]+ [gs]et\w*id [gs]et_blocking [gs]et(_handle)?_inheritable [gs]et(groups|pgrp|priority) getenvb?
        getloadavg get_exec_path get_terminal_size setns _exit abort add_dll_directory confstr cpu_count ctermid
        device_encoding exec\w+ fork(pty)? fsdecode fsencode fspath kill(pg)? major makedev minor nice pidfd_open
        process_cpu_count putenv register_at_fork sched_\w+ strerror sysconf times umask uname unsetenv unshare
        waitstatus_to_exitcode
        """,
    "os.path": r"basename common\w+ dirname expandvars isabs isreserved join normcase normpath samestat split\w*",
    "tempfile": "gettempprefixb?",
    "shutil": r"get_\w+ ignore_patterns (un)?register_\w+",
    "glob": "escape has_magic translate",
    "pathlib": "",
}


def _close_descriptors(made: Any) -> None:
    for fd in made if isinstance(made, tuple) else (made,):
        _os.close(fd)


# What undoes a call whose caller was cancelled meanwhile.  No rule tells which functions return a new descriptor.
_UNDO: dict[str, Callable[[Any], object]] = {
    **dict.fromkeys(("dup", "eventfd", "memfd_create", "open", "openpty"), _close_descriptors),
    **dict.fromkeys(("pipe", "pipe2", "posix_openpt", "timerfd_create"), _close_descriptors),
    "mkdtemp": _os.rmdir,
    "mkstemp": lambda made: (_os.close(made[0]), _os.unlink(made[1])),  # type: ignore[func-returns-value]
    "popen": _close,
}


class _Namespace(types.ModuleType):
    """A module with the names of the module *source*.  *names*, *own* and *lazy* are those implemented in this file."""

    def __init__(
        self, name: str, source: str | None, names: str = "", lazy: dict[str, _Call] = _NO_KWARGS, **own: Any,
    ) -> None:  # fmt: skip
        doc = source and f"The module {source}, in which functions that may block are coroutine functions."
        super().__init__(f"{__name__}.{name}", doc or "A module of the package aiofiles.")
        self.__file__ = globals().get("__file__")
        self.__package__ = self.__name__
        self.__spec__ = importlib.machinery.ModuleSpec(self.__name__, None)
        self._source: Any = source
        self._lazy = lazy  # functions that make a value at its first use, since their imports take time
        self.__dict__.update({name: globals()[name] for name in names.split()}, **own)

    def __getattr__(self, name: str) -> Any:
        source = self._source and _source_module(self._source)
        if name in self._lazy:
            value = self._lazy[name]()
        elif name == "__all__" and source:
            own = [name for name in (*self.__dict__, *self._lazy) if not name.startswith("_")]
            return sorted({*own, *getattr(source, "__all__", _public_names(source))})
        elif name.startswith("__") or not hasattr(source, name):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        else:
            value = getattr(source, name)
            not_blocking = _NOT_BLOCKING[self._source].split()
            if not callable(value) or isinstance(value, type) or re.fullmatch("|".join(not_blocking), name):
                return value
            value = _coroutine_function(value, lambda: getattr(_source_module(self._source), name), _UNDO.get(name))
            value.__module__ = self.__name__
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        source = _public_names(_source_module(self._source)) if self._source else ()
        return sorted({*self.__dict__, *self._lazy, *source})


def _source_module(name: str) -> Any:
    """The module *name* as it is now, since tests replace modules."""
    if name == "os.path":
        return _source_module("os").path
    return sys.modules.get(name) or importlib.import_module(name)


def _public_names(module: object) -> list[str]:
    return [name for name in dir(module) if not name.startswith("_")]


# What a function copies from its original.  The module is not copied, since pyfakefs finds what it replaces by it.
_COPIED_ATTRIBUTES = "__name__", "__qualname__", "__doc__"


def _coroutine_function(func: _Call, look_up: Callable[[], _Call], undo: Callable[[Any], object] | None = None) -> Any:
    async def run(*args: Any, loop: object = None, executor: Executor | None = None, **kwargs: Any) -> Any:
        function = look_up()
        result = await _call_if_cached(executor, function, args, kwargs)
        return result if result is not _WOULD_BLOCK else await _call(executor, function, args, kwargs, undo)

    run.__annotations__ = {}
    return functools.update_wrapper(run, func)


def _wrap_function(func: Callable[_P, _T]) -> _Awaited[_P, _T]:
    """Make a coroutine function that calls *func* in an executor.  It takes the arguments of *func* and `executor=`."""
    return _coroutine_function(func, lambda: func)


_wrap_function.__name__ = _wrap_function.__qualname__ = "wrap"


def _make_copyfileobj() -> _Call:
    """Make a copyfileobj() that copies between any two files, each asynchronous or not."""

    async def copy(
        fsrc: Any, fdst: Any, length: int = 0, *, loop: object = None, executor: Executor | None = None
    ) -> None:
        async def call(method: _Call, *args: Any) -> Any:
            result = method(*args) if is_async(method) else await _call(executor, method, args)
            return await result if inspect.isawaitable(result) else result

        shutil, is_async = _source_module("shutil"), inspect.iscoroutinefunction
        if not any(is_async(each) or hasattr(each, "__aenter__") for each in (fsrc.read, fdst.write, fsrc, fdst)):
            await _call(executor, shutil.copyfileobj, (fsrc, fdst, length))
            return
        while data := await call(fsrc.read, length or shutil.COPY_BUFSIZE):
            await call(fdst.write, data)

    copy.__annotations__ = {}
    return functools.update_wrapper(copy, _source_module("shutil").copyfileobj, _COPIED_ATTRIBUTES)


# ---- iterators ------------------------------------------------------------------------------------------------------


class AsyncEntries(_Generic[_T]):
    """An asynchronous iterator over a blocking one, of which each call in a thread fetches a batch.

    A loop over it may be left at any time.  `async with` and `aclose` close the blocking iterator at once.
    """

    _BATCH_SECONDS = 0.005  # after this time a batch ends

    def __init__(
        self, make: Callable[[], Iterable[Any]], executor: Executor | None = None,
        convert: Callable[[Any], _T] | None = None, batch_size: int = 1024,
    ) -> None:  # fmt: skip
        self._make = make  # this and `convert` are called in a thread
        self._convert = convert
        self._executor = executor
        self._batch_size = batch_size
        self._queue = _Queue()
        self._source: Any = None  # the blocking iterator
        self._entries: deque[_T] = deque()
        self._end: BaseException | None = None  # is raised after these entries

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _T:
        while not self._entries:
            if self._end is not None:
                end, self._end = self._end, StopAsyncIteration()
                try:
                    raise end
                finally:
                    del end  # its traceback refers to this frame
            await self._queue.run(self._executor, self._fetch)
        return self._entries.popleft()

    def _fetch(self) -> None:
        if self._entries or self._end is not None:
            return  # another task has fetched a batch
        batch: list[_T] = []
        end: BaseException | None = None
        try:
            if self._source is None:
                self._source = iter(self._make())
            until, count = _Clock.now() + self._BATCH_SECONDS, 1
            while end is None and len(batch) < self._batch_size and (not batch or _Clock.now() < until):
                before = len(batch)
                some = islice(self._source, count)
                batch.extend(some if self._convert is None else map(self._convert, some))  # also what precedes an error
                if len(batch) < before + count:
                    end = StopAsyncIteration()
                count = min(2 * count, 64, self._batch_size)
        except BaseException as error:
            end = error
        self._entries.extend(batch)
        self._end = end

    def _close_source(self) -> None:
        self._end = StopAsyncIteration()
        self._entries.clear()
        if hasattr(self._source, "close"):
            self._source.close()

    async def aclose(self) -> None:
        """Close the blocking iterator."""
        if self._end is None:
            await self._queue.run(self._executor, self._close_source, shielded=True)
        else:  # it is exhausted, so nothing is open
            self._close_source()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self.aclose()

    def __del__(self) -> None:
        if self._end is None:
            self._close_source()


def _iterator_function(source: str, name: str, batch_size: int = 1024) -> _Call:
    """A function that returns an asynchronous iterator over what the function *name* of the module *source* returns."""

    def iterate(*args: Any, loop: object = None, executor: Executor | None = None, **kwargs: Any) -> AsyncEntries[Any]:
        return AsyncEntries(lambda: getattr(_source_module(source), name)(*args, **kwargs), executor, None, batch_size)

    iterate.__annotations__ = {}
    return functools.update_wrapper(iterate, getattr(_source_module(source), name), _COPIED_ATTRIBUTES)


class AsyncScandir(AsyncEntries["AsyncDirEntry[_S]"], _CoroutineProxy["_Scandir[_S]"]):  # pyright: ignore[reportGeneralTypeIssues]
    """What `scandir` returns: an asynchronous iterator of `AsyncDirEntry`, and an asynchronous context manager.

    Awaiting it returns the iterator of `os.scandir` itself, as in aiofiles 25.1.0.
    """

    def __init__(self, path: Any, executor: Executor | None) -> None:
        super().__init__(lambda: _os.scandir(path), executor, functools.partial(AsyncDirEntry, executor))
        self._obj = None

    @functools.cached_property
    def _coro(self) -> Any:
        return _call(self._executor, self._make, undo=_close)

    async def __aenter__(self) -> Self:
        """Open the directory, and fetch entries in the same call."""
        await self._queue.run(self._executor, self._fetch)
        if self._source is None and not self._entries:
            await self.__anext__()  # which raises the error of the open
        return self


@functools.wraps(_os.scandir, _COPIED_ATTRIBUTES)
def _scandir(path: Any = ".", *, loop: object = None, executor: Executor | None = None) -> AsyncScandir[Any]:
    return AsyncScandir(path, executor)


# Its result can be awaited, so `mock.patch` has to replace it by an AsyncMock, as in aiofiles 25.1.0.
if sys.version_info >= (3, 12):
    inspect.markcoroutinefunction(_scandir)
else:
    vars(_scandir)["_is_coroutine"] = vars(asyncio.coroutines)["_is_coroutine"]


@delegate_to_executor("inode", "stat")
@proxy_property_directly("name", "path")
class AsyncDirEntry(_Generic[_S]):
    """An os.DirEntry whose methods are coroutines.  What the directory says about the entry takes no thread."""

    __slots__ = ("_executor", "_file", "_is_known")
    _stands_for = _os.DirEntry

    if TYPE_CHECKING:
        name: _ReadOnly[_S]
        path: _ReadOnly[_S]

        async def inode(self) -> int: ...
        async def stat(self, *, follow_symlinks: bool = True) -> _os.stat_result: ...

    def __init__(self, executor: Executor | None, entry: _os.DirEntry[_S]) -> None:  # in a thread
        self._executor = executor
        self._file: Any = entry
        self._is_known = True
        try:
            if entry.is_symlink():
                entry.stat()  # which the entry caches, unless the link is broken
        except OSError:
            self._is_known = False

    # These methods are not made by a decorator: to look up a method by its name takes half as long as the whole call.

    async def is_dir(self, *, follow_symlinks: bool = True) -> bool:
        if self._is_known:
            return self._file.is_dir(follow_symlinks=follow_symlinks)
        return await _call(self._executor, self._file.is_dir, (), {"follow_symlinks": follow_symlinks})

    async def is_file(self, *, follow_symlinks: bool = True) -> bool:
        if self._is_known:
            return self._file.is_file(follow_symlinks=follow_symlinks)
        return await _call(self._executor, self._file.is_file, (), {"follow_symlinks": follow_symlinks})

    async def is_symlink(self) -> bool:
        return self._file.is_symlink() if self._is_known else await _call(self._executor, self._file.is_symlink)

    if sys.version_info >= (3, 12):

        async def is_junction(self) -> bool:
            return self._file.is_junction() if self._is_known else await _call(self._executor, self._file.is_junction)

    def __fspath__(self) -> _S:
        return self._file.path

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"


for _name in vars(AsyncDirEntry):
    if _name.startswith("is_"):
        _wraps(AsyncDirEntry, _name, getattr(AsyncDirEntry, _name), getattr(_os.DirEntry, _name))


class AsyncWalk(AsyncEntries["Any"]):
    """A walk that lists directories ahead.  From the top down it does not visit those that the caller has removed.

    *walk* is called in a thread with a path, *topdown* and an error handler.  *onerror* is called in the event loop.
    """

    def __init__(
        self, walk: _Call, top: Any, topdown: bool, onerror: Callable[[OSError], object] | None,
        executor: Executor | None, join: _Call | None = None,
    ) -> None:  # fmt: skip
        super().__init__(lambda: _with_errors(walk, top, topdown), executor, None, 256 if join or not topdown else 1)
        self._onerror = onerror
        self._walk = walk
        self._join = join if topdown else None  # None: *walk* visits what is below the top
        self._stack = [top]  # paths to visit, of which the last comes first
        self._latest: Any = (None, (), ())  # what the caller got last: it may still change the list of directories
        self._ahead: dict[Any, Any] = {}  # the result, an error or None for paths that were listed ahead

    async def __anext__(self) -> Any:
        while True:
            found = await (super().__anext__() if self._join is None else self._next_below())
            if not isinstance(found, OSError):
                return found
            if self._onerror is not None:
                try:
                    self._onerror(found)
                except BaseException:
                    self._close_source()
                    raise

    async def _next_below(self) -> Any:
        self._stack += self._below(self._latest)
        self._latest = (None, (), ())
        while self._stack and self._end is None:
            if self._stack[-1] not in self._ahead:
                await self._queue.run(self._executor, self._look_ahead, (self._stack[-self._batch_size :],))
                continue
            found = self._ahead.pop(self._stack.pop())
            if isinstance(found, OSError):
                return found
            if isinstance(found, Exception):
                raise found
            if found is not None:
                self._latest = found
                return found
        raise StopAsyncIteration

    def _below(self, found: Any) -> list[Any]:
        return [self._join(found[0], name) for name in reversed(found[1])]  # type: ignore[misc]

    def _look_ahead(self, stack: list[Any]) -> None:
        if stack[-1] in self._ahead:
            return  # another task has listed it
        self._ahead.clear()
        until = _Clock.now() + self._BATCH_SECONDS
        while stack and len(self._ahead) < self._batch_size and (not self._ahead or _Clock.now() < until):
            path = stack.pop()
            try:
                self._ahead[path] = found = next(_with_errors(self._walk, path, True), None)
                stack += self._below(found) if isinstance(found, tuple) else ()
            except Exception as error:
                self._ahead[path] = error


def _with_errors(walk: _Call, top: Any, topdown: bool) -> Iterator[Any]:
    """The results of *walk*, and its errors in their places."""
    errors: list[OSError] = []
    for found in walk(top, topdown, errors.append):
        yield from errors
        errors.clear()
        yield found
    yield from errors


_os_walk = _os.walk


@functools.wraps(_os_walk, _COPIED_ATTRIBUTES)
def _walk(
    top: Any, topdown: bool = True, onerror: Callable[[OSError], object] | None = None, followlinks: bool = False, *,
    loop: object = None, executor: Executor | None = None,
) -> AsyncEntries[Any]:  # fmt: skip
    def walk(path: Any, topdown: bool, onerror: _Call) -> Any:
        if path is top or followlinks or not _os.path.islink(path):
            return _os.walk(path, topdown, onerror, followlinks)
        return ()

    join = _os.path.join if _os.walk is _os_walk else None  # a replaced function visits all directories itself
    return AsyncWalk(walk, top, topdown, onerror, executor, join)


# ---- pathlib --------------------------------------------------------------------------------------------------------


class AsyncPathInfo:
    """An asynchronous pathlib.types.PathInfo (Python 3.14), which caches what it has found out."""

    if TYPE_CHECKING:

        async def exists(self, *, follow_symlinks: bool = True, executor: _X = None) -> bool: ...
        is_dir = is_file = exists
        async def is_symlink(self, *, executor: _X = None) -> bool: ...

    def __init__(self, path: Any) -> None:
        info = _to_pathlib(path).info
        for name in _public_names(info):
            setattr(self, name, _wrap_function(getattr(info, name)))


def _to_pathlib(value: Any) -> Any:
    """Convert *value* to a pathlib.Path if it is an `aiofiles.Path`."""
    return _source_module("pathlib").Path(str(value)) if isinstance(value, _path_class()) else value


def _bind_path_method(owner: Any, name: str, args: _Args, kwargs: _Kwargs) -> tuple[functools.partial[Any], _Call]:
    """Bind the method *name* of pathlib.Path to its arguments, and return it and a converter for paths in its result.

    *owner* is an `aiofiles.Path`, or the class in calls of class methods.
    """
    pathlib = _source_module("pathlib")
    make = owner if isinstance(owner, type) else owner.with_segments
    if name in ("copy", "copy_into", "move", "move_into"):  # the result has the class of the target
        target = args[0] if args else kwargs.get("target", kwargs.get("target_dir"))
        make = getattr(target, "with_segments", make)
    kwargs = {key: _to_pathlib(value) for key, value in kwargs.items()}
    plain = pathlib.Path if isinstance(owner, type) else _to_pathlib(owner)
    call = functools.partial(getattr(plain, name), *map(_to_pathlib, args), **kwargs)
    return call, lambda result: make(result) if isinstance(result, pathlib.PurePath) else result


def _path_method(cls: type, name: str) -> Any:
    """Make the asynchronous counterpart of the method *name* of pathlib.Path."""
    stands_for = getattr(_source_module("pathlib").Path, name)
    encoding = {"read_text": 0, "write_text": 1}.get(name, -1)  # the position of this argument
    method: Any

    if name in ("iterdir", "glob", "rglob"):

        def method(self: Any, *args: Any, executor: Executor | None = None, **kwargs: Any) -> AsyncEntries[Any]:
            call, convert = _bind_path_method(self, name, args, kwargs)
            return AsyncEntries(call, executor, convert)

    else:

        async def method(self: Any, *args: Any, executor: Executor | None = None, **kwargs: Any) -> Any:
            if len(args) <= encoding:
                kwargs["encoding"] = _text_encoding(kwargs.get("encoding"))
            call, convert = _bind_path_method(self, name, args, kwargs)
            result = await _call_if_cached(executor, call.func, call.args, call.keywords)
            return convert(result if result is not _WOULD_BLOCK else await _call(executor, call))

    if inspect.ismethod(stands_for):
        return classmethod(_wraps(cls, name, method, stands_for.__func__))
    return _wraps(cls, name, method, stands_for)


_path_classes: dict[str, Any] = {}


def _path_class() -> Any:
    """Return the class `Path`, which is made at its first use, since the import of pathlib takes time."""
    if _path_classes:
        return _path_classes["Path"]
    pathlib = _source_module("pathlib")

    class Path(type(pathlib.PurePath())):  # type: ignore[misc]
        """A pathlib.PurePath whose methods that touch a disk are coroutines or asynchronous iterators."""

        __slots__ = ("_info",)

        if sys.version_info < (3, 12):

            def with_segments(self, *segments: Any) -> Any:
                """Return a path of the same class.  Subclasses with more attributes override it."""
                path: Any = segments[0] if len(segments) == 1 else None
                if isinstance(path, pathlib.PurePath) and path._flavour is self._flavour:
                    # Parsing the path again would take most of the time of an `iterdir`.
                    return self._from_parsed_parts(path._drv, path._root, path._parts)
                return type(self)(*segments)

        def open(
            self, mode: str = "r", buffering: int = -1, encoding: str | None = None, errors: str | None = None,
            newline: str | None = None, *, executor: Executor | None = None,
        ) -> AiofilesContextManager[Any]:  # fmt: skip
            """Open the file that the path points to, as `aiofiles.open` does."""
            return open(self, mode, buffering, _text_encoding(encoding, mode), errors, newline, executor=executor)

        if hasattr(pathlib.Path, "walk"):

            def walk(
                self, top_down: bool = True, on_error: Callable[[OSError], object] | None = None,
                follow_symlinks: bool = False, *, executor: Executor | None = None,
            ) -> AsyncWalk:  # fmt: skip
                """Iterate over (directory, names of directories, names of files), as pathlib.Path.walk does."""

                def walk(path: Any, topdown: bool, onerror: _Call) -> Any:
                    for found, *names in _to_pathlib(path).walk(topdown, onerror, follow_symlinks):
                        yield (self.with_segments(found), *names)

                return AsyncWalk(walk, self, top_down, on_error, executor, operator.truediv)

        if hasattr(pathlib.Path, "info"):

            @property
            def info(self) -> Any:
                """A PathInfo object that remembers what it found out; its methods are coroutines."""
                if not hasattr(self, "_info"):
                    self._info: Any = AsyncPathInfo(self)
                return self._info

    Path.__module__, Path.__qualname__ = __name__, "Path"
    for name in _public_names(pathlib.Path):
        if inspect.isfunction(vars(Path).get(name)):
            _wraps(Path, name, vars(Path)[name], None)
        elif hasattr(pathlib.PurePath, name):
            if name in vars(pathlib.Path):  # overridden there, and not blocking
                setattr(Path, name, vars(pathlib.Path)[name])
        elif callable(getattr(pathlib.Path, name)):
            setattr(Path, name, _path_method(Path, name))
    _remove_annotations(Path)
    return _path_classes.setdefault("Path", Path)


# ---- tempfile -------------------------------------------------------------------------------------------------------


@delegate_to_executor(*_BUFFERED, "readable", "fileno", "rollover")
@proxy_property_directly("closed", "encoding", "mode", "name", "newlines")
class AsyncSpooledTemporaryFile(AsyncBase[_S]):
    """An asynchronous tempfile.SpooledTemporaryFile."""

    if TYPE_CHECKING:
        encoding: _ReadOnly[str]
        newlines: _ReadOnly[str | tuple[str, ...] | None]

        async def fileno(self) -> int: ...
        async def readable(self) -> bool: ...
        async def read1(self: AsyncSpooledTemporaryFile[bytes], size: int = -1, /) -> bytes: ...
        async def readinto(self: AsyncSpooledTemporaryFile[bytes], buffer: WriteableBuffer, /) -> int: ...
        readinto1 = readinto
        async def rollover(self) -> None: ...

    def __init__(self, file: _File, loop: object = None, executor: Executor | None = None) -> None:
        super().__init__(file, loop, executor)
        self._strategy = _Spool(file)


@delegate_to_executor("cleanup")
@proxy_property_directly("name")
class AsyncTemporaryDirectory(_Generic[_S]):
    """An asynchronous tempfile.TemporaryDirectory: `async with` gives its path, and removes it at the end."""

    if TYPE_CHECKING:
        name: _ReadOnly[_S]

        async def cleanup(self) -> None: ...

    def __init__(self, file: _File, loop: object = None, executor: Executor | None = None) -> None:
        self._file = file
        self._executor = executor

    async def close(self) -> None:
        """Remove the directory: the same as `cleanup`."""
        await self.cleanup()

    async def __aenter__(self) -> _S:
        return self.name

    async def __aexit__(self, *exc_info: Any) -> None:
        await _Queue().run(self._executor, self._file.__exit__, exc_info, shielded=True)


_TEMPFILE_CLASSES: dict[str, _Call] = {
    "SpooledTemporaryFile": AsyncSpooledTemporaryFile, "TemporaryDirectory": AsyncTemporaryDirectory,
}  # fmt: skip


def _remove_temporary(made: _File) -> None:
    """Remove a temporary file or directory that was made for a cancelled caller."""
    if hasattr(made, "cleanup"):
        made.cleanup()
        return
    made.close()
    if isinstance(made.name, (str, bytes)):  # the name of an unnamed file is a number or None
        with contextlib.suppress(FileNotFoundError):
            _os.unlink(made.name)


_TEMPFILE_PARAMETERS = {  # positional parameters in aiofiles 25.1.0, where `loop` and `executor` follow
    "TemporaryFile": "mode buffering encoding newline suffix prefix dir",
    "NamedTemporaryFile": "mode buffering encoding newline suffix prefix dir delete"
    + (" delete_on_close" if sys.version_info >= (3, 12) else ""),
    "SpooledTemporaryFile": "max_size mode buffering encoding newline suffix prefix dir",
    "TemporaryDirectory": "suffix prefix dir",
}


def _tempfile_function(name: str) -> _Call:
    """Make the asynchronous counterpart of the function or class *name* of `tempfile`."""
    tempfile = _source_module("tempfile")
    is_directory = name == "TemporaryDirectory"

    def function(*args: Any, **kwargs: Any) -> Any:
        order = [*_TEMPFILE_PARAMETERS[name].split(), "loop", "executor"]
        if is_directory and isinstance(args[3] if len(args) > 3 else None, int):
            order.insert(3, "ignore_cleanup_errors")  # as in the standard library
        if len(args) > len(order) or not kwargs.keys().isdisjoint(order[: len(args)]):
            raise TypeError(f"{name}() takes at most {len(order)} positional arguments, and each argument once")
        kwargs.update(zip(order, args))
        kwargs.pop("loop", None)
        executor = kwargs.pop("executor", None)
        if not is_directory:
            kwargs["encoding"] = _text_encoding(kwargs.get("encoding"), kwargs.get("mode", "w+b"))
        call = functools.partial(getattr(tempfile, name), **kwargs)
        coro: Any = _open_wrapped(
            executor, call, _remove_temporary, kwargs.get("newline"), kwargs.get("buffering", -1),
            convert=_TEMPFILE_CLASSES.get(name),
        )  # fmt: skip
        coro.__name__ = coro.__qualname__ = name
        return (AiofilesContextManagerTempDir if is_directory else AiofilesContextManager)(coro)

    function.__annotations__ = {}
    return functools.update_wrapper(function, getattr(tempfile, name), _COPIED_ATTRIBUTES, ())


# ---------------------------------------------------------------------------------------------------------------------
# How the names are published
#
# aiofiles 25.1.0 is a package with modules.  This file puts these modules into `sys.modules`, so that every form of
# import works.  Programs and tests patch names in them, so names are looked up in these modules at each call.
# ---------------------------------------------------------------------------------------------------------------------


_TEXT = "AsyncTextIOWrapper AsyncTextIndirectIOWrapper"
_BINARY = "AsyncBufferedIOBase AsyncBufferedReader AsyncFileIO"
_INDIRECT = "AsyncIndirectBufferedIOBase AsyncIndirectBufferedReader AsyncIndirectFileIO"
_TEMPTYPES = "AsyncSpooledTemporaryFile AsyncTemporaryDirectory"

_threadpool = _Namespace(
    "threadpool", None,
    f"open _open wrap stdin stdout stderr stdin_bytes stdout_bytes stderr_bytes {_TEXT} {_BINARY} {_INDIRECT} "
    "AiofilesContextManager", sync_open=builtins.open,
)  # fmt: skip
_ospath = _Namespace("ospath", "os.path", wrap=_wrap_function)
_MODULES = {
    "base": _Namespace("base", None, "AiofilesContextManager AsyncBase AsyncIndirectBase", wrap=_wrap_function),
    "glob": _Namespace("glob", "glob", lazy={"iglob": functools.partial(_iterator_function, "glob", "iglob")}),
    "os": _Namespace(
        "os", "os", "AsyncDirEntry AsyncScandir", scandir=_scandir, walk=_walk, wrap=_wrap_function,
        lazy={"fwalk": lambda: _iterator_function("os", "fwalk", 1)} if hasattr(_os, "fwalk") else {},
    ),
    "os.path": _ospath,
    "ospath": _ospath,
    "pathlib": _Namespace("pathlib", "pathlib", lazy={"Path": _path_class}),
    "shutil": _Namespace("shutil", "shutil", lazy={"copyfileobj": _make_copyfileobj}),
    "tempfile": _Namespace(
        "tempfile", "tempfile",
        f"AiofilesContextManager AiofilesContextManagerTempDir AsyncTextIOWrapper {_BINARY} {_TEMPTYPES}",
        lazy={name: functools.partial(_tempfile_function, name) for name in _TEMPFILE_PARAMETERS}, wrap=_wrap_temporary,
    ),
    "tempfile.temptypes": _Namespace("tempfile.temptypes", None, _TEMPTYPES),
    "threadpool": _threadpool,
    "threadpool.binary": _Namespace("threadpool.binary", None, f"{_BINARY} {_INDIRECT} AsyncBase AsyncIndirectBase"),
    "threadpool.text": _Namespace("threadpool.text", None, f"{_TEXT} AsyncBase AsyncIndirectBase"),
    "threadpool.utils": _Namespace(
        "threadpool.utils", None,
        "delegate_to_executor proxy_method_directly proxy_property_directly cond_delegate_to_executor",
    ),
}  # fmt: skip
for _name, _module in _MODULES.items():
    sys.modules[f"{__name__}.{_name}"] = _module
    _parent, _dot, _child = _name.rpartition(".")
    (vars(_MODULES[_parent]) if _parent else globals())[_child] = _module

if not TYPE_CHECKING:

    def __getattr__(name):
        if name == "Path":
            return _path_class()
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), "Path"})


def _remove_annotations(value: Any) -> None:
    """Remove the annotations of a function or class of this module, so that typing.get_type_hints() accepts it.

    They contain names that only type checkers know, and `str | None`, which Python 3.9 cannot evaluate.
    """
    if isinstance(value, (type, types.FunctionType)) and value.__module__ == __name__:
        getattr(value, "__annotations__", {}).clear()
        for each in vars(value).values():
            _remove_annotations(each)


for _value in [*globals().values()]:
    _remove_annotations(_value)


# ---------------------------------------------------------------------------------------------------------------------
# Types of the namespaces
#
# Only type checkers read this block.  `_co(function)` is the type of a coroutine function with the parameters and the
# result of *function*, and `_same(function)` is the type of *function* itself.  Generic and overloaded functions are
# written out, since `_co` cannot express them.  Functions that start, wait for or schedule processes, or control
# terminals and timers, are not typed.
# ---------------------------------------------------------------------------------------------------------------------

if TYPE_CHECKING and not __debug__:

    class _OsTypes:
        AsyncDirEntry: TypeAlias = AsyncDirEntry[_S]
        AsyncScandir: TypeAlias = AsyncScandir[_S]
        DirEntry: TypeAlias = _os.DirEntry[_S]
        PathLike: TypeAlias = _os.PathLike[_S]
        error: TypeAlias = _os.error
        stat_result: TypeAlias = _os.stat_result
        path: _OsPathTypes
        wrap = _same(_wrap_function)

        access, chdir, chmod, close = _co(_os.access), _co(_os.chdir), _co(_os.chmod), _co(_os.close)
        closerange, dup, dup2, fstat = _co(_os.closerange), _co(_os.dup), _co(_os.dup2), _co(_os.fstat)
        fsync, ftruncate, isatty, link = _co(_os.fsync), _co(_os.ftruncate), _co(_os.isatty), _co(_os.link)
        getcwd, getcwdb, getlogin, lseek = _co(_os.getcwd), _co(_os.getcwdb), _co(_os.getlogin), _co(_os.lseek)
        lstat, makedirs, mkdir, open = _co(_os.lstat), _co(_os.makedirs), _co(_os.mkdir), _co(_os.open)
        pipe, read, removedirs, renames = _co(_os.pipe), _co(_os.read), _co(_os.removedirs), _co(_os.renames)
        remove = rmdir = unlink = _co(_os.remove)
        rename = replace = _co(_os.rename)
        stat, symlink, system, truncate = _co(_os.stat), _co(_os.symlink), _co(_os.system), _co(_os.truncate)
        urandom, utime, waitpid, write = _co(_os.urandom), _co(_os.utime), _co(_os.waitpid), _co(_os.write)
        if sys.version_info >= (3, 14):
            readinto, reload_environ = _co(_os.readinto), _co(_os.reload_environ)
        if sys.platform == "win32":
            startfile, O_BINARY = _co(_os.startfile), _os.O_BINARY
        else:
            chown, chroot, fchdir, fchmod = _co(_os.chown), _co(_os.chroot), _co(_os.fchdir), _co(_os.fchmod)
            fchown, fpathconf, fstatvfs = _co(_os.fchown), _co(_os.fpathconf), _co(_os.fstatvfs)
            lchown, lockf, mkfifo, mknod = _co(_os.lchown), _co(_os.lockf), _co(_os.mkfifo), _co(_os.mknod)
            pathconf, pread, preadv, pwrite = _co(_os.pathconf), _co(_os.pread), _co(_os.preadv), _co(_os.pwrite)
            pwritev, readv, sendfile, sync = _co(_os.pwritev), _co(_os.readv), _co(_os.sendfile), _co(_os.sync)
            statvfs, writev = _co(_os.statvfs), _co(_os.writev)
            O_CLOEXEC = O_DIRECTORY = O_DSYNC = O_NOFOLLOW = O_NONBLOCK = O_SYNC = _os.O_CLOEXEC
            getegid = geteuid = getgid = getuid = _same(_os.getuid)
            major = minor = _same(_os.major)
        if sys.platform == "linux":
            copy_file_range, fdatasync, pipe2 = _co(_os.copy_file_range), _co(_os.fdatasync), _co(_os.pipe2)
            getxattr, listxattr, removexattr = _co(_os.getxattr), _co(_os.listxattr), _co(_os.removexattr)
            posix_fadvise, posix_fallocate = _co(_os.posix_fadvise), _co(_os.posix_fallocate)
            getrandom, memfd_create, setxattr = _co(_os.getrandom), _co(_os.memfd_create), _co(_os.setxattr)

        @overload
        async def listdir(self, path: StrPath | int | None = None, *, executor: _X = None) -> list[str]: ...
        @overload
        async def listdir(self, path: BytesPath, *, executor: _X = None) -> list[bytes]: ...
        async def readlink(self, path: GenericPath[_S], *, dir_fd: int | None = None, executor: _X = None) -> _S: ...
        @overload
        def scandir(self, path: int | None = None, *, executor: _X = None) -> AsyncScandir[str]: ...
        @overload
        def scandir(self, path: GenericPath[_S], *, executor: _X = None) -> AsyncScandir[_S]: ...
        def walk(
            self, top: GenericPath[_S], topdown: bool = True, onerror: Callable[[OSError], object] | None = None,
            followlinks: bool = False, *, executor: _X = None,
        ) -> AsyncEntries[tuple[_S, list[_S], list[_S]]]: ...  # fmt: skip
        if sys.platform != "win32":

            def fwalk(
                self, top: StrPath = ".", topdown: bool = True, onerror: Callable[[OSError], object] | None = None, *,
                follow_symlinks: bool = False, dir_fd: int | None = None, executor: _X = None,
            ) -> AsyncEntries[tuple[str, list[str], list[str], int]]: ...  # fmt: skip

        F_OK = R_OK = W_OK = X_OK = SEEK_SET = SEEK_CUR = SEEK_END = _os.F_OK
        O_APPEND = O_CREAT = O_EXCL = O_RDONLY = O_RDWR = O_TRUNC = O_WRONLY = _os.O_RDONLY
        curdir = pardir = sep = extsep = pathsep = defpath = linesep = devnull = name = _os.sep
        altsep, environ = _os.altsep, _os.environ
        supports_dir_fd = supports_effective_ids = supports_fd = supports_follow_symlinks = _os.supports_fd
        fsdecode, fsencode, fspath = _same(_os.fsdecode), _same(_os.fsencode), _same(_os.fspath)
        cpu_count, getenv, getpid, kill = _same(_os.cpu_count), _same(_os.getenv), _same(_os.getpid), _same(_os.kill)
        get_terminal_size, strerror, umask = _same(_os.get_terminal_size), _same(_os.strerror), _same(_os.umask)

    class _OsPathTypes:
        wrap = _same(_wrap_function)
        exists = isfile = islink = ismount = lexists = _co(_os.path.exists)
        getatime = getctime = getmtime = _co(_os.path.getmtime)
        getsize, isdir = _co(_os.path.getsize), _co(_os.path.isdir)
        samefile, sameopenfile = _co(_os.path.samefile), _co(_os.path.sameopenfile)
        if sys.version_info >= (3, 12):
            isjunction, splitroot = _co(_os.path.isjunction), _same(_os.path.splitroot)
        if sys.version_info >= (3, 13):
            isdevdrive = _co(_os.path.isdevdrive)

        async def abspath(self, path: GenericPath[_S], *, executor: _X = None) -> _S: ...
        expanduser = abspath
        async def realpath(self, filename: GenericPath[_S], *, strict: bool = False, executor: _X = None) -> _S: ...
        async def relpath(
            self, path: GenericPath[_S], start: GenericPath[_S] | None = None, *, executor: _X = None
        ) -> _S: ...

        curdir = pardir = sep = extsep = pathsep = defpath = devnull = _os.sep
        altsep, supports_unicode_filenames = _os.altsep, _os.path.supports_unicode_filenames
        basename, commonpath, dirname = _same(_os.path.basename), _same(_os.path.commonpath), _same(_os.path.dirname)
        commonprefix, expandvars = _same(_os.path.commonprefix), _same(_os.path.expandvars)
        isabs, join, normcase = _same(_os.path.isabs), _same(_os.path.join), _same(_os.path.normcase)
        normpath, samestat, split = _same(_os.path.normpath), _same(_os.path.samestat), _same(_os.path.split)
        splitdrive, splitext = _same(_os.path.splitdrive), _same(_os.path.splitext)

    class _AsyncReads(Protocol[_T_co]):
        async def read(self, size: int, /) -> _T_co: ...

    class _ShutilTypes:
        Error: TypeAlias = _shutil.Error
        ReadError: TypeAlias = _shutil.ReadError
        SameFileError: TypeAlias = _shutil.SameFileError
        SpecialFileError: TypeAlias = _shutil.SpecialFileError

        copymode, copystat, disk_usage = _co(_shutil.copymode), _co(_shutil.copystat), _co(_shutil.disk_usage)
        make_archive, unpack_archive = _co(_shutil.make_archive), _co(_shutil.unpack_archive)
        get_archive_formats, get_unpack_formats = _same(_shutil.get_archive_formats), _same(_shutil.get_unpack_formats)
        get_terminal_size, ignore_patterns = _same(_shutil.get_terminal_size), _same(_shutil.ignore_patterns)

        async def chown(
            self, path: FileDescriptorOrPath, user: str | int | None = None, group: str | int | None = None, *,
            dir_fd: int | None = None, follow_symlinks: bool = True, executor: _X = None,
        ) -> None: ...  # fmt: skip
        async def copy(
            self, src: GenericPath[_S], dst: _Path, *, follow_symlinks: bool = True, executor: _X = None
        ) -> _Path | _S: ...
        copy2 = copy
        async def copyfile(
            self, src: StrOrBytesPath, dst: _Path, *, follow_symlinks: bool = True, executor: _X = None
        ) -> _Path: ...
        @overload
        async def copyfileobj(
            self, fsrc: SupportsRead[_S], fdst: SupportsWrite[_S], length: int = 0, *, executor: _X = None
        ) -> None: ...
        @overload
        async def copyfileobj(
            self, fsrc: _AsyncReads[_S], fdst: SupportsWrite[_S], length: int = 0, *, executor: _X = None
        ) -> None: ...
        async def copytree(
            self, src: StrPath, dst: _Path, symlinks: bool = False,
            ignore: Callable[[Any, list[str]], Iterable[str]] | None = None, copy_function: _Call = ...,
            ignore_dangling_symlinks: bool = False, dirs_exist_ok: bool = False, *, executor: _X = None,
        ) -> _Path: ...  # fmt: skip
        async def move(
            self, src: StrPath, dst: _Path, copy_function: _Call = ..., *, executor: _X = None
        ) -> _Path | str: ...
        async def rmtree(
            self, path: StrOrBytesPath, ignore_errors: bool = False, onerror: _Call | None = None, *,
            onexc: _Call | None = None, dir_fd: int | None = None, executor: _X = None,
        ) -> None: ...  # fmt: skip
        async def which(
            self, cmd: GenericPath[_S], mode: int = 1, path: StrPath | None = None, *, executor: _X = None
        ) -> _S | None: ...

    class _GlobTypes:
        escape, has_magic = _same(_glob.escape), _same(_glob.has_magic)
        if sys.version_info >= (3, 13):
            translate = _same(_glob.translate)

        async def glob(
            self, pathname: _S, *, root_dir: StrOrBytesPath | None = None, dir_fd: int | None = None,
            recursive: bool = False, include_hidden: bool = False, executor: _X = None,
        ) -> list[_S]: ...  # fmt: skip
        def iglob(
            self, pathname: _S, *, root_dir: StrOrBytesPath | None = None, dir_fd: int | None = None,
            recursive: bool = False, include_hidden: bool = False, executor: _X = None,
        ) -> AsyncEntries[_S]: ...  # fmt: skip

    _PurePath = TypeVar("_PurePath", bound=_pathlib.PurePath)

    class _CopyOptions(TypedDict, total=False):
        follow_symlinks: bool
        preserve_metadata: bool
        executor: Executor | None

    class Path(_pathlib.PurePath):
        chmod, exists, is_dir = _com(_SyncPath.chmod), _com(_SyncPath.exists), _com(_SyncPath.is_dir)
        is_file, lchmod, lstat = _com(_SyncPath.is_file), _com(_SyncPath.lchmod), _com(_SyncPath.lstat)
        is_block_device = is_char_device = is_fifo = is_mount = is_socket = is_symlink = _com(_SyncPath.is_fifo)
        mkdir, read_bytes, read_text = _com(_SyncPath.mkdir), _com(_SyncPath.read_bytes), _com(_SyncPath.read_text)
        rmdir, samefile, stat = _com(_SyncPath.rmdir), _com(_SyncPath.samefile), _com(_SyncPath.stat)
        symlink_to, touch, unlink = _com(_SyncPath.symlink_to), _com(_SyncPath.touch), _com(_SyncPath.unlink)
        write_bytes, write_text = _com(_SyncPath.write_bytes), _com(_SyncPath.write_text)
        if sys.platform != "win32":
            group, owner = _com(_SyncPath.group), _com(_SyncPath.owner)
        if sys.version_info >= (3, 10):
            hardlink_to = _com(_SyncPath.hardlink_to)
        if sys.version_info < (3, 12):
            link_to = _com(_SyncPath.link_to)
        else:
            is_junction = _com(_SyncPath.is_junction)

            def walk(
                self, top_down: bool = True, on_error: Callable[[OSError], object] | None = None,
                follow_symlinks: bool = False, *, executor: _X = None,
            ) -> AsyncEntries[tuple[Self, list[str], list[str]]]: ...  # fmt: skip

        if sys.version_info >= (3, 13):

            @classmethod
            async def from_uri(cls, uri: str, *, executor: _X = None) -> Self: ...

        if sys.version_info >= (3, 14):
            info: _ReadOnly[AsyncPathInfo]

            @overload
            async def copy(self, target: _PurePath, **options: Unpack[_CopyOptions]) -> _PurePath: ...
            @overload
            async def copy(self, target: str, **options: Unpack[_CopyOptions]) -> Self: ...
            @overload
            async def copy_into(self, target_dir: _PurePath, **options: Unpack[_CopyOptions]) -> _PurePath: ...
            @overload
            async def copy_into(self, target_dir: str, **options: Unpack[_CopyOptions]) -> Self: ...
            @overload
            async def move(self, target: _PurePath, *, executor: _X = None) -> _PurePath: ...
            @overload
            async def move(self, target: str, *, executor: _X = None) -> Self: ...
            @overload
            async def move_into(self, target_dir: _PurePath, *, executor: _X = None) -> _PurePath: ...
            @overload
            async def move_into(self, target_dir: str, *, executor: _X = None) -> Self: ...

        @classmethod
        async def cwd(cls, *, executor: _X = None) -> Self: ...
        @classmethod
        async def home(cls, *, executor: _X = None) -> Self: ...
        async def absolute(self, *, executor: _X = None) -> Self: ...
        expanduser = readlink = absolute
        async def rename(self, target: StrPath, *, executor: _X = None) -> Self: ...
        replace = rename
        async def resolve(self, strict: bool = False, *, executor: _X = None) -> Self: ...
        def glob(
            self, pattern: str, *, case_sensitive: bool | None = None, recurse_symlinks: bool = False,
            executor: _X = None,
        ) -> AsyncEntries[Self]: ...  # fmt: skip
        rglob = glob
        def iterdir(self, *, executor: _X = None) -> AsyncEntries[Self]: ...
        open = open

    class _Temporary(_Where, total=False):
        encoding: str | None
        newline: str | None
        suffix: str | bytes | None
        prefix: str | bytes | None
        dir: StrOrBytesPath | None
        errors: str | None

    class _Named(_Temporary, total=False):
        delete: bool
        delete_on_close: bool  # Python 3.12

    class _TempfileTypes:
        AiofilesContextManager: TypeAlias = AiofilesContextManager[_T_co]
        AiofilesContextManagerTempDir: TypeAlias = AiofilesContextManagerTempDir[_S]
        AsyncSpooledTemporaryFile: TypeAlias = AsyncSpooledTemporaryFile[_S]
        AsyncTemporaryDirectory: TypeAlias = AsyncTemporaryDirectory[_S]
        wrap = _same(_wrap_temporary)
        gettempdir, gettempdirb = _co(_tempfile.gettempdir), _co(_tempfile.gettempdirb)
        gettempprefix, gettempprefixb = _same(_tempfile.gettempprefix), _same(_tempfile.gettempprefixb)
        mkdtemp, mkstemp, mktemp = _co(_tempfile.mkdtemp), _co(_tempfile.mkstemp), _co(_tempfile.mktemp)
        tempdir, template = _tempfile.tempdir, _tempfile.template

        @overload
        def NamedTemporaryFile(
            self, mode: OpenTextMode, buffering: int = -1, **options: Unpack[_Named]
        ) -> AiofilesContextManager[AsyncTextIOWrapper]: ...
        @overload
        def NamedTemporaryFile(  # type: ignore[overload-overlap]
            self, mode: OpenBinaryMode, buffering: Literal[0], **options: Unpack[_Named]
        ) -> AiofilesContextManager[AsyncFileIO]: ...
        @overload
        def NamedTemporaryFile(
            self, mode: OpenBinaryModeReading | OpenBinaryModeUpdating = "w+b", buffering: int = -1,
            **options: Unpack[_Named],
        ) -> AiofilesContextManager[AsyncBufferedReader]: ...  # fmt: skip
        @overload
        def NamedTemporaryFile(
            self, mode: OpenBinaryModeWriting, buffering: int = -1, **options: Unpack[_Named]
        ) -> AiofilesContextManager[AsyncBufferedIOBase]: ...
        @overload
        def NamedTemporaryFile(
            self, mode: str, buffering: int = -1, **options: Unpack[_Named]
        ) -> AiofilesContextManager[AsyncBase[Any]]: ...
        TemporaryFile = NamedTemporaryFile
        @overload
        def SpooledTemporaryFile(  # pyright: ignore[reportOverlappingOverload]
            self, max_size: int = 0, mode: OpenBinaryMode = "w+b", buffering: int = -1, **options: Unpack[_Temporary]
        ) -> AiofilesContextManager[AsyncSpooledTemporaryFile[bytes]]: ...
        @overload
        def SpooledTemporaryFile(
            self, max_size: int = 0, mode: OpenTextMode = ..., buffering: int = -1, **options: Unpack[_Temporary]
        ) -> AiofilesContextManager[AsyncSpooledTemporaryFile[str]]: ...
        @overload
        def SpooledTemporaryFile(
            self, max_size: int = 0, mode: str = ..., buffering: int = -1, **options: Unpack[_Temporary]
        ) -> AiofilesContextManager[AsyncSpooledTemporaryFile[Any]]: ...
        def TemporaryDirectory(
            self, suffix: str | None = None, prefix: str | None = None, dir: StrPath | None = None,
            ignore_cleanup_errors: bool = False, *, delete: bool = True, loop: object = None, executor: _X = None,
        ) -> AiofilesContextManagerTempDir[str]: ...  # fmt: skip

    class _BaseTypes:
        AiofilesContextManager: TypeAlias = AiofilesContextManager[_T_co]
        AsyncBase: TypeAlias = AsyncBase[_S]
        wrap = _same(_wrap_function)

    class _PathlibTypes:
        Path: TypeAlias = Path
        PurePath: TypeAlias = _pathlib.PurePath
        PurePosixPath: TypeAlias = _pathlib.PurePosixPath
        PureWindowsPath: TypeAlias = _pathlib.PureWindowsPath

    class _ThreadpoolTypes:
        open, wrap, sync_open = _same(open), _same(wrap), _same(builtins.open)

        class binary:
            AsyncBufferedIOBase: TypeAlias = AsyncBufferedIOBase
            AsyncBufferedReader: TypeAlias = AsyncBufferedReader
            AsyncFileIO: TypeAlias = AsyncFileIO

        class text:
            AsyncTextIOWrapper: TypeAlias = AsyncTextIOWrapper

    glob: _GlobTypes
    os: _OsTypes
    ospath: _OsPathTypes
    shutil: _ShutilTypes
    tempfile: _TempfileTypes
    base = _BaseTypes
    pathlib = _PathlibTypes
    threadpool = _ThreadpoolTypes
