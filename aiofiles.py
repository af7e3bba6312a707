"""Local file I/O for asyncio: the file objects and file functions of the standard library, as coroutines.

    import aiofiles

    async with aiofiles.open("log.txt") as file:
        async for line in file:
            ...

This one file replaces the package aiofiles 25.1.0 without a change in the code that uses it.  Install it, or copy it
into a project: it needs nothing but the standard library.

How one `await file.read()` travels:

 1. `AsyncTextIOWrapper.read` is a method that `delegate_to_executor` has made.  If no other operation is running and
    the event loop has time left, the strategy of the file (`_Reader`) tries to answer on the event loop: from the
    buffer, or from the page cache if the kernel says that all of it is there.
 2. If it cannot, `_call_in_order` waits for the queue of the file (`_Queue`).  `_Queue.run` makes an `_Operation` of
    the call, and `_Workers` passes it to the executor.
 3. A thread of the executor performs the operation (`_Workers.work`, `_Queue.drain`, `_Disk.call`), and adds it to
    the finished operations of the event loop (`_LoopState.report`).
 4. The event loop resolves the future of each finished operation (`_LoopState.deliver`).  `_Queue.run` returns the
    result, or raises the exception.

To add a method of files, add its name to the decorator of its class in the section "The files", and, if it can be
answered from memory, a rule to `_Reader` or `_Writer`.  Functions of `os` and of the other modules need no entry; the
table in the section "The namespaces" lists those that never block.
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
from asyncio import get_running_loop  # a test may patch the attribute of asyncio
from collections import deque
from itertools import islice, repeat, starmap
from socket import SocketIO, socket

#: Type checkers take this for true.  The large blocks also say `not __debug__`: the compiler (from Python 3.12 on)
#: leaves them out, so that imports need not load them.
TYPE_CHECKING = False

if TYPE_CHECKING:
    import glob as _glob
    import shutil as _shutil
    import tempfile as _tempfile
    from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Iterator
    from concurrent.futures import Executor
    from pathlib import Path as _Sync, PurePath as _PurePath  # isort: skip
    from typing import Any, BinaryIO, Literal, NoReturn, TextIO, TypedDict, overload
    from typing import AnyStr as _S, Generic as _Generic  # isort: skip

    from typing_extensions import Concatenate, ParamSpec, Self, TypeAlias, TypeVar, Unpack  # pyright: ignore
    from _typeshed import (  # isort: skip
        FileDescriptorOrPath as _AnyPath, GenericPath as _PathOf, OpenBinaryMode, OpenBinaryModeReading,
        OpenBinaryModeUpdating, OpenBinaryModeWriting as _WriteMode, OpenTextMode, ReadableBuffer, StrOrBytesPath,
        StrPath, SupportsRead, SupportsWrite, WriteableBuffer,
    )  # fmt: skip

    _P = ParamSpec("_P")
    _T = TypeVar("_T")
    _T_co = TypeVar("_T_co", covariant=True)
    _Type = TypeVar("_Type", bound=type)
    _D = TypeVar("_D", bound=StrOrBytesPath)  # a destination
    _A = TypeVar("_A", str, bytes, default=str)  # AnyStr, which is str if no argument tells it
    _Coroutine: TypeAlias = Coroutine[Any, Any, _T_co]
    if False:  # for mypy, which reads this, too, and reports a forgotten `await` only of a Coroutine
        _Returned: TypeAlias = Coroutine[Any, Any, _T]
    else:  # what pyright says of an `async def`
        _Returned: TypeAlias = "types.CoroutineType[Any, Any, _T]"  # type: ignore[no-redef, misc]
    _Awaited: TypeAlias = "_Executed[_P, _Returned[_T]]"
    _Opener: TypeAlias = Callable[[str, int], int]
    _X: TypeAlias = "Executor | None"
    _ReadMode: TypeAlias = "OpenBinaryModeReading | OpenBinaryModeUpdating"
    _OpensAny: TypeAlias = "AiofilesContextManager[AsyncBase[Any]]"
    _OpensRaw: TypeAlias = "AiofilesContextManager[AsyncFileIO]"  # an int that is no literal is assumed not to be 0
    _OpensReader: TypeAlias = "AiofilesContextManager[AsyncBufferedReader]"
    _OpensText: TypeAlias = "AiofilesContextManager[AsyncTextIOWrapper]"
    _OpensWriter: TypeAlias = "AiofilesContextManager[AsyncBufferedIOBase]"
    _File: TypeAlias = Any  # any object with the methods of a file
    _Args: TypeAlias = "tuple[Any, ...]"  # of any call
    _Kwargs: TypeAlias = "dict[str, Any]"
    _Call: TypeAlias = "Callable[..., Any]"
    _Undo: TypeAlias = "Callable[[Any], object] | None"  # is called with the result if the caller was cancelled

    class _Where(TypedDict, total=False):  # keyword arguments of all that open files
        loop: object
        executor: Executor | None

    class _Coding(_Where, total=False):  # and those of text
        encoding: str | None
        errors: str | None
        newline: str | None

    class _How(_Coding, total=False):  # and those of open
        closefd: bool
        opener: _Opener | None

    class _ReadOnly(_Generic[_T_co]):  # a property
        def __get__(self, instance: object, owner: type | None = None, /) -> _T_co: ...
        def __set__(self, instance: object, value: NoReturn, /) -> None: ...

    class _Executed(_Generic[_P, _T_co]):  # a function with `executor=`, with which its arguments are not checked
        @overload
        def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _T_co: ...
        @overload
        def __call__(self, *args: Any, executor: _X, **kwargs: Any) -> _T_co: ...
        @overload
        def __call__(self, *args: Any, loop: object, executor: _X = None, **kwargs: Any) -> _T_co: ...

    # See "Types of the namespaces" for the first four.  The last two type a method like one of io, awaited or as it is.
    def _same(function: _T) -> _ReadOnly[_T]: ...
    def _co(function: Callable[_P, _T]) -> _Awaited[_P, _T]: ...
    def _com(method: Callable[Concatenate[Any, _P], _T]) -> _Awaited[_P, _T]: ...
    def _it(function: Callable[_P, Iterator[_T]]) -> _Executed[_P, AsyncEntries[_T]]: ...
    def _method(of_io: Callable[Concatenate[Any, _P], _T]) -> Callable[Concatenate[Any, _P], _Returned[_T]]: ...
    def _plain(of_io: Callable[Concatenate[Any, _P], _T]) -> Callable[Concatenate[Any, _P], _T]: ...
else:

    class _Generic:
        """At run time no class is generic: `AsyncBase[str]` is AsyncBase."""

        __slots__ = ()
        __class_getitem__ = classmethod(lambda cls, item: cls)

    _Coroutine = _Generic  # asyncio and `isinstance` recognize a coroutine by its methods
    _A = _S = _T = _T_co = None

__version__ = "26.0.0"
__all__ = [  # as in aiofiles 25.1.0, without `os`: a star import must not hide that module
    "open", "stderr", "stderr_bytes", "stdin", "stdin_bytes", "stdout", "stdout_bytes", "tempfile", "wrap_file",
    "wrap_open",
]  # fmt: skip

#: True sends every operation to the executor: for detectors of blocking calls, and for debugging.
delegate_all = _os.environ.get("AIOFILES_DELEGATE_ALL", "0") not in ("", "0")

_WOULD_BLOCK: Any = object()  # the result of a call that may block, and was not made
_MISSING: Any = object()  # no value
_NO_KWARGS: Any = types.MappingProxyType({})
_CPYTHON = sys.implementation.name == "cpython"
_READ_AHEAD = 64 * 1024  # bytes that are read ahead at most; files that are only written buffer twice as many
_CHUNK = 8192  # bytes that a TextIOWrapper reads at once by default
_SCRATCH_SIZE = 4 * _READ_AHEAD  # the kernel is asked for at most this many bytes; copying them takes about 20 µs
_GIL: bool = getattr(sys, "_is_gil_enabled", lambda: True)()
_GRANT = 512  # lines or small writes that are granted together at most (see "What needs no thread")
_READS = {"read", "read1", "readline", "readlines", "readall", "readinto", "readinto1"}
_QUERIES = {"tell", "isatty", "seekable", "readable", "writable", "fileno", "peek"}  # these change nothing
_posix: Any = _os  # for names that only some platforms have
_close = operator.methodcaller("close")
_local = threading.local()


class _Clock:
    """The real clocks.  As attributes of the module, freezegun would replace them, and no time slice would ever end."""

    now = staticmethod(time.perf_counter)
    cpu = staticmethod(getattr(time, "thread_time", time.process_time))  # the processor time of the calling thread
    of_loops = staticmethod(time.monotonic)  # the clock of the timers of asyncio


def _no_op() -> None:
    """Do nothing; also what a weak reference to a collected object does when it is called."""


# ==== A call to a thread and back =====================================================================================
#
# These are the steps 2 to 4 of the module docstring.  An event loop with many finished operations is woken once for all
# of them, and a thread takes the next operation that waits without a new call of the executor.  A daemon thread makes
# the calls which have to be made although the executor refuses them (a close), and those that may wait without end
# (opening a FIFO): it does not keep the process alive.


class _Operation:
    """A call on its way to a thread and back, or, without a call, a caller that waits in line for the queue."""

    __slots__ = (
        "abandoned", "call", "cancelled", "delivered", "done", "error", "executor", "future", "holds", "loop", "nowait",
        "queue", "state", "undo", "value",
    )  # fmt: skip

    def __init__(
        self, queue: _Queue, loop: asyncio.AbstractEventLoop, call: _Call | None = None, executor: _X = None,
        undo: _Undo = None, nowait: _Call | None = None,
    ) -> None:  # fmt: skip
        self.queue = queue
        self.loop = loop
        self.state = _LoopState.of(loop)
        self.call = call
        self.executor = executor
        self.undo = undo  # is called with the value if the caller was cancelled
        self.holds = call is None or undo is not None  # the caller holds the queue when it is done, and releases it
        self.nowait = nowait  # `call_nowait` of the strategy, which has to be told whether it may grant others
        self.done = self.abandoned = self.delivered = False  # the first two change while the queue is locked
        self.future: asyncio.Future[None] | None = None
        self.value: Any = None
        self.error: BaseException | None = None
        self.cancelled: BaseException | None = None  # what a shielded caller has met

    async def wait(self, shielded: bool = False) -> None:
        """Wait until it is done.  A caller that is cancelled gives up its place, unless it is *shielded*."""
        while not self.delivered:
            self.future = self.loop.create_future()
            try:
                await self.future
            except BaseException as error:  # GeneratorExit: the coroutine was closed
                if not (shielded and isinstance(error, asyncio.CancelledError)):
                    self.queue.abandon(self)
                    raise
                self.cancelled = error

    def perform(self, call: _Call) -> None:
        try:
            self.value = call()
        except BaseException as error:
            self.error = error

    def answer(self, grant: bool) -> bool:
        """Make the call on the event loop, if it has time and that does not block."""
        until = self.state.ends + self.state.SLICE  # a thread would cost more than another time slice
        here = asyncio._get_running_loop() is self.loop
        if self.nowait is None or self.abandoned or not here or _Clock.now() >= until:
            return False
        self.perform(functools.partial(self.nowait, grant))
        self.done = self.value is not _WOULD_BLOCK
        return self.done and self.state.report(self)


def _default_executor(loop: asyncio.AbstractEventLoop) -> Any:
    """The default executor of *loop*, or what stands for it if it does not exist yet or cannot be found.

    `submit` is much cheaper than `run_in_executor`, which makes two futures and wakes the event loop for each call.
    """
    if getattr(loop.run_in_executor, "__func__", None) is _run_in_executor:
        if executor := getattr(loop, "_default_executor", None):
            return executor
    elif type(loop).__module__ == "uvloop" and "run_in_executor" not in vars(loop):
        for each in gc.get_referents(loop):  # no attribute gives access to it
            if isinstance(each, concurrent.futures.Executor) and each not in vars(loop).values():
                return each
    if asyncio._get_running_loop() is loop:
        # A test may replace it by a coroutine function.
        return types.SimpleNamespace(submit=lambda *call: asyncio.ensure_future(loop.run_in_executor(None, *call)))
    return _DAEMON_THREAD  # an event loop can make its default executor only in its own thread


class _Workers:
    """The threads of an executor that perform operations, and the operations that wait for one of them.

    Threads that make short system calls mostly wait for the GIL, which each of these calls releases.  So one thread
    performs the operations, and wakes the event loop for several of them at once.  When they wait for a disk, or take
    much more time than the event loop, `adapt` adds threads.
    """

    #: The seconds after which a thread lets the other calls of its executor go first, and for which it waits.
    SLICE = 0.005
    #: The seconds for which the event loop is not told of finished operations at most, and the interval of `adapt`.
    TICK = 0.001
    of_executor: weakref.WeakKeyDictionary[Any, _Workers] = weakref.WeakKeyDictionary()

    def __init__(self, limit: int = 1) -> None:
        self.limit = limit  # how many threads the executor has
        self.allowed = 1 if _GIL else limit  # how many of them may perform operations
        self.count = 0  # how many are going to take another operation
        # One of them may wait for the next operation, and is woken by a release of this lock.  A `threading.Condition`
        # takes longer, and the `get` of a `queue.SimpleQueue` may wait without end although it has a timeout.
        self.waiter: threading.Lock | None = None
        self.lock = threading.RLock()  # see `_Queue`
        self.waiting: deque[_Call] = deque()
        self.taken = 0  # how many operations the threads have taken
        self.cpu = 0.0  # the processor time of the threads; that of the process is not exact enough

    @classmethod
    def of(cls, executor: Any) -> _Workers:
        submit = executor.submit
        is_known = getattr(submit, "__globals__", {}).get("__name__") == "concurrent.futures.thread"
        if not is_known or submit.__self__ is not executor or not executor.__hash__ or executor._shutdown:
            return cls()  # any other executor gets each operation, or raises RuntimeError
        return cls.of_executor.get(executor) or cls.of_executor.setdefault(executor, cls(executor._max_workers))

    def submit(self, executor: Any, call: _Call, loop: asyncio.AbstractEventLoop, shielded: bool) -> None:
        """Make *call* in a thread of *executor*; a daemon thread makes a *shielded* call that the executor refuses."""
        with self.lock:
            self.waiting.append(call)
            waiter, self.waiter = self.waiter, None
            if waiter is not None:
                waiter.release()
                return
            if loop is not asyncio._get_running_loop() or abs(loop.time() - _Clock.of_loops()) > 0.1:
                self.allowed = self.limit  # no timer would add a thread later (in tests the clock may stand still)
            elif self.count and self not in (state := _LoopState.of(loop)).watched:
                state.watched.add(self)
                loop.call_later(self.TICK, self.adapt, executor, loop)
        try:
            self.add_thread(executor)
        except BaseException as error:
            with self.lock:
                if call in self.waiting:  # otherwise a thread has taken it all the same
                    self.waiting.remove(call)
                    self.add_thread(_DAEMON_THREAD)  # for what another thread has submitted meanwhile
                    if not shielded:
                        raise
                    _spawn(call)
            if not isinstance(error, Exception):
                loop.call_soon_threadsafe(_raise, error)

    def add_thread(self, executor: Any) -> None:
        """Start a thread if there is something to do for another one."""
        with self.lock:
            if not self.waiting or self.count >= self.allowed:
                return
            self.count += 1
        try:
            self.start_thread(executor)
        except BaseException:
            with self.lock:
                self.count -= 1
            raise

    def start_thread(self, executor: Any) -> None:
        executor.submit(self.work, executor).add_done_callback(self.ensure_worked)

    def adapt(self, executor: Any, loop: Any, before: tuple[float, ...] = (), taken: int = sys.maxsize) -> None:
        """Change the number of threads, in the event loop, as long as operations wait or are performed."""
        usage = _Clock.now(), _Clock.cpu(), self.cpu
        elapsed, of_loop, of_threads = map(operator.sub, usage, before or usage)
        stuck = self.taken == taken  # no operation was taken in the last TICK
        state = _LoopState.of(loop)
        state.due = False  # before `deliver`
        if stuck and not self.waiting:
            state.watched.discard(self)
            return state.deliver()  # what `report` has left to this method until now
        state.deliver()
        if stuck and of_loop < 0.5 * elapsed:
            self.allowed = min(self.allowed * 2, self.limit)
        elif elapsed > 2 * self.SLICE:
            # Measured: one thread and the event loop together take 1.0 to 1.05 of the time, with six threads 1.25.
            if of_loop > 0.25 * elapsed and of_loop + of_threads > 1.05 * elapsed and _GIL:  # they wait for each other
                self.allowed = max(self.allowed // 2, 1)
            elif self.waiting and (of_loop < 0.33 * elapsed or of_threads < 0.2 * elapsed):
                self.allowed = min(self.allowed * 2, self.limit)  # they wait for a disk
            before = usage
        try:
            self.add_thread(executor)
        except Exception:  # it was shut down, after it had accepted what waits
            self.add_thread(_DAEMON_THREAD)
        state.due = self.taken > taken + 3  # so many that the next `adapt` delivers them together
        delay = 2 * self.SLICE if stuck and self.count >= self.limit else self.TICK  # no thread can be added
        loop.call_later(delay, self.adapt, executor, loop, before or usage, self.taken)

    def work(self, executor: Any) -> None:
        """Perform operations, in a thread."""
        begun = _Clock.now()
        while (call := self.take(begun)) is not None:
            call(self)
            del call  # while the thread waits, it keeps no file open
            now, cpu = _Clock.now(), _Clock.cpu()
            self.cpu += cpu - getattr(_local, "cpu", cpu)  # what the executor does for a call is part of it
            _local.cpu = cpu
            if self.waiting and now > begun + self.SLICE:
                with contextlib.suppress(Exception):  # the executor was shut down
                    self.start_thread(executor)
                    return

    def take(self, begun: float) -> _Call | None:
        """The next operation, for which the thread may wait; None if it is to end."""
        waiter = None
        while True:
            with self.lock:
                # Before it looks: what the garbage collector submits after that starts a thread.  An executor that
                # has refused `work` may have kept it: then it was not counted.
                self.count = max(0, self.count - 1)
                if self.waiter is waiter:
                    self.waiter = None
                if self.waiting and (waiter is not None or self.count < self.allowed):
                    self.count += 1
                    self.taken += 1
                    return self.waiting.popleft()
                # One thread is to be free for the other calls of the executor.
                surplus = self.waiter is not None or self.count >= self.allowed or self.limit == 1
                if waiter is not None or _Clock.now() > begun + self.SLICE or surplus:
                    return None
                waiter = self.waiter = threading.Lock()
                waiter.acquire()
                self.count += 1
            waiter.acquire(timeout=self.SLICE)

    def ensure_worked(self, future: Any) -> None:
        """Let a daemon thread do the work if the executor has dropped the call after accepting it."""
        if future.cancelled() or future.exception() is not None:
            _spawn(self.work, _DAEMON_THREAD)


def _spawn(func: _Call, *args: Any) -> concurrent.futures.Future[Any]:
    """Call *func* in a daemon thread, and return a future that cannot be cancelled."""
    future: concurrent.futures.Future[Any] = concurrent.futures.Future()
    future.set_running_or_notify_cancel()

    def run() -> None:
        try:
            future.set_result(func(*args))
        except BaseException as error:
            future.set_exception(error)

    if sys.platform not in ("emscripten", "wasi"):
        daemon = getattr(threading, "_daemon_threads_allowed", lambda: True)()  # not in a sub-interpreter
        threading.Thread(target=run, name="aiofiles", daemon=daemon).start()
    else:
        run()
    return future


_run_in_executor = asyncio.BaseEventLoop.run_in_executor
_DAEMON_THREAD: Any = types.SimpleNamespace(submit=_spawn)  # an executor that starts a daemon thread for each call


def _pickles(executor: Executor) -> bool:
    """Whether *executor* pickles its calls, so that neither files nor context variables can be passed along."""
    modules = {"concurrent.futures.process", "concurrent.futures.interpreter"}
    return not modules.isdisjoint(each.__module__ for each in type(executor).__mro__)


def _resolve(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)


def _raise(error: BaseException) -> NoReturn:
    """Raise *error*, as a callback: for example SystemExit, which a signal handler has raised during a `submit`."""
    raise error


async def _call(executor: _X, func: _Call, args: _Args = (), kwargs: _Kwargs = _NO_KWARGS, undo: _Undo = None) -> Any:
    """Await func(*args, **kwargs), a call in *executor* that belongs to no file."""
    if executor is None or not _pickles(executor):
        return await _Queue().run(executor, func, args, kwargs, undo=undo)
    future = executor.submit(func, *args, **kwargs)
    operation = _Operation(_Queue(), get_running_loop(), _no_op)  # performed when the future is done
    future.add_done_callback(lambda _: operation.queue.drain(operation))
    try:
        await operation.wait()
        return future.result()
    finally:
        future.cancel()


# ==== Ordering ========================================================================================================
#
# Operations on a file take effect in the order in which they were called, one at a time, whatever number of tasks,
# event loops and threads call them.  A call that finds the queue free starts at once.  Otherwise it waits in line in
# one of two forms: as an operation, which the running thread performs next, or as a caller that wants to hold the
# queue and to release it later.  An operation whose caller is cancelled before it starts is not performed.  One that
# has started is finished, and if it can be undone, it is undone before the next operation starts: its caller holds the
# queue until it has received the outcome.


class _Queue:
    def __init__(self) -> None:
        self.lock = threading.RLock()  # the garbage collector may close a coroutine, which calls `abandon`, at any time
        self.busy = False
        self.waiting: deque[_Operation] = deque()

    async def run(
        self, executor: _X, func: _Call, args: _Args = (), kwargs: _Kwargs = _NO_KWARGS, *,
        undo: _Undo = None, shielded: bool = False, held: bool = False, nowait: _Call | None = None,
        revoke: _Call = _no_op,
    ) -> Any:  # fmt: skip
        """Await func(*args, **kwargs) in a thread of *executor*, after the operations that were called before.

        If the caller is cancelled meanwhile, undo(result) is called in a thread.  A *shielded* operation is finished
        first, and CancelledError is raised when it is done.  *held* means that the caller holds the queue.  If the
        operation waits in line, the event loop may call *nowait* in its place (see `_Operation.answer`); for *revoke*
        see `enter`.
        """
        if executor is not None and _pickles(executor):
            raise TypeError(f"this cannot be sent to the processes of {executor!r}: use threads")
        call = functools.partial(contextvars.copy_context().run, func, *args, **kwargs)
        operation = _Operation(self, get_running_loop(), call, executor, undo, nowait)
        if held or self.enter(operation, revoke):
            self.start(operation, shielded)
        await operation.wait(shielded)
        if operation.holds:
            self.release()
        try:
            if failure := operation.error or operation.cancelled:
                raise failure
            return operation.value
        finally:  # a thread that ends late keeps no file open, and the traceback refers to this frame
            operation.value = operation.error = operation.cancelled = failure = None

    async def hold(self, revoke: _Call = _no_op) -> None:
        """Wait in line for the queue, and hold it until `release` or a `run` with *held*."""
        place = _Operation(self, get_running_loop())
        if not self.enter(place, revoke):
            await place.wait()

    def enter(self, operation: _Operation, revoke: _Call) -> bool:
        """Hold the queue if it is free.  Otherwise *operation* waits in line from now on.

        *revoke* takes back what was granted, so that no granted call overtakes this one.
        """
        with self.lock:
            revoke()
            if self.busy:
                self.waiting.append(operation)
                return False
            self.busy = True
            return True

    def release(self) -> None:
        """Give the queue to the next in line, and have its operation performed."""
        following = self.advance()
        if following is not None:
            self.start(following)

    def advance(self) -> _Operation | None:
        """Give the queue to the next in line; return its operation if a thread has to perform it."""
        with self.lock:
            while self.waiting:
                following = self.waiting.popleft()
                if following.nowait and following.future and following.future.cancelled():
                    continue  # its caller will call `abandon`
                if following.call:
                    if following.answer(not self.waiting):
                        continue  # it needed no thread
                    return following
                following.done = following.state.report(following) and not following.abandoned
                if following.done:
                    return None
                following.abandoned = True  # its event loop is closed, or its caller was cancelled
            self.busy = False
            return None

    def start(self, operation: _Operation, shielded: bool = True) -> None:
        """Submit *operation*, which is first in line, to its executor.  A *shielded* one is performed in any case."""
        call = functools.partial(self.drain, operation)
        try:
            executor = _default_executor(operation.loop) if operation.executor is None else operation.executor
            _Workers.of(executor).submit(executor, call, operation.loop, shielded)
        except BaseException:
            self.release()
            raise

    def drain(self, operation: _Operation | None, workers: _Workers | None = None) -> None:
        """Perform *operation* and what waits in line behind it, or undo it if it is performed, in a thread."""
        while operation is not None:
            if not operation.abandoned:
                operation.perform(operation.call)  # type: ignore[arg-type]
                operation.call = operation.nowait = None  # so that a thread which ends late keeps no file open
            with self.lock:
                operation.done = True
                abandoned = operation.abandoned
            if abandoned and operation.call is None and operation.undo is not None:
                with contextlib.suppress(BaseException):  # no caller is left to receive it
                    operation.undo(operation.value)
            holds = operation.holds and not abandoned
            following = None if holds else self.advance()
            if not abandoned and not operation.state.report(operation, workers) and holds:  # the event loop is closed
                self.abandon(operation)
            operation = following

    def abandon(self, operation: _Operation) -> None:
        """Give up *operation*, whose caller was cancelled: its place in line, its result, or the queue it holds."""
        with self.lock:
            abandoned, operation.abandoned = operation.abandoned, True
            if abandoned or not operation.done:  # the thread that performs or skips it does the rest
                return
        if operation.undo is not None:
            self.start(operation)
        elif operation.holds:
            self.release()


# ==== The time of the event loop ======================================================================================
#
# A call that is answered at once does not give control back to the event loop.  All such calls, of all tasks and files,
# share a time slice of a millisecond.  Those that come later wait for the next iteration of the event loop, which
# starts another time slice.  So does the first call after a millisecond without any.


class _LoopState:
    """What belongs to an event loop: its current time slice, and the operations that threads have finished."""

    SLICE = 0.001  # seconds
    of_loop: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, _LoopState] = weakref.WeakKeyDictionary()
    latest: _LoopState | None = None

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        for reference in self.of_loop.keyrefs():  # to iterate over the values fails when another thread adds one
            if (other := reference()) is not None and other.is_closed():
                while finished := self.of_loop[other].finished:
                    operation = finished.popleft()
                    operation.queue.abandon(operation)  # it may hold the queue
        self.loop: Callable[[], Any] = weakref.ref(loop)
        self.ends = float("-inf")  # when the time slice is used up
        self.waiting: deque[asyncio.Future[None]] = deque()
        self.batch = 1  # how many waiting calls continue in the same iteration
        self.finished: deque[_Operation] = deque()
        self.notified = False  # `deliver` is going to be called, and has not begun yet
        self.due = False  # `adapt` is going to call `deliver` within a TICK
        self.watched: set[_Workers] = set()  # their `adapt` is going to be called

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> _LoopState:
        state = cls.latest
        if state is None or state.loop() is not loop:
            state = cls.latest = cls.of_loop.get(loop) or cls.of_loop.setdefault(loop, cls(loop))
        return state

    def report(self, operation: _Operation, workers: _Workers | None = None) -> bool:
        """Tell the event loop, from any thread, that *operation* is done; False if the loop is closed."""
        self.finished.append(operation)  # before it asks `notified` and `due`
        # Busy workers leave it to the next `adapt`.
        later = self.notified or (workers is not None and workers.waiting and self.due)
        if not later or operation.loop.is_closed():
            self.notified = True
            try:
                operation.loop.call_soon_threadsafe(self.deliver)
            except RuntimeError:  # it is closed
                return False
        return True

    def deliver(self) -> None:
        """Resolve the futures of the finished operations, in the event loop."""
        self.notified = False  # before it looks at `finished`
        for _ in range(len(self.finished)):
            operation = self.finished.popleft()
            operation.delivered = True
            if operation.future is not None:
                _resolve(operation.future)

    def next_iteration(self) -> None:
        now = _Clock.now()
        # The calls of the previous batch took more than the time slice, or less.
        self.batch = max(1, self.batch // 2) if now > self.ends else min(16, self.batch * 2)
        for _ in range(min(self.batch, len(self.waiting))):
            _resolve(self.waiting.popleft())
        self.ends = now + self.SLICE
        if self.waiting:
            self.loop().call_soon(self.next_iteration)


def _has_time() -> bool:
    """Whether the running loop has time, and no other call waits for it."""
    state = _LoopState.latest
    loop = get_running_loop()
    if state is None or state.loop() is not loop:
        state = _LoopState.of(loop)
    if state.waiting:
        return False
    now = _Clock.now()
    if now < state.ends:
        return True
    if is_new := now >= state.ends + state.SLICE:
        state.ends = now + state.SLICE
    return is_new


def _wait_for_time() -> asyncio.Future[None]:
    """A future that is done in a later iteration of the running loop."""
    loop = get_running_loop()
    state = _LoopState.of(loop)
    place = loop.create_future()
    if not state.waiting:
        loop.call_soon(state.next_iteration)
    state.waiting.append(place)
    return place


# ==== What needs no thread ============================================================================================
#
# Each file object has a strategy, which `_inspect` chooses in a thread; what was opened on the event loop gets a
# `_Reader` at once.  The strategy answers a call on the event loop if that cannot block.  Of most objects nothing is
# known, and every call goes to a thread.  For a plain file of `io` on a disk there is `_Reader`, which answers from the
# buffer or asks the kernel, and `_Writer`, which answers while the buffer has room.  The question to the kernel is a
# `preadv` with RWF_NOWAIT, which reads from the page cache or fails.  It covers all that the call will read, the refill
# of the buffer included.
#
# A loop over lines or over small writes does not ask its strategy each time: an answer grants some more of them
# (`lines`, `writes`).  Any other call revokes what is left of the grant.  Event loops in other threads may use the
# file, too, so a strategy answers while the lock of the queue is held.  Granted calls need no lock: each is one call of
# C code that runs no Python code and does not release the GIL.


#: The error handlers that are no code of a user.  With the first four a character takes at most four bytes.
_ERROR_HANDLERS = "strict", "replace", "surrogateescape", "surrogatepass", "ignore", "backslashreplace"


@functools.lru_cache
def _rules_of(encoding: str, errors: str) -> tuple[bool, bool]:
    """Whether an ASCII character takes one byte, and any other at most four, and whether lines can be counted.

    They can if each byte b"\\n" is the end of a line, each end of a line has it, and no error handler is the user's.
    """
    name = codecs.lookup(encoding).name
    safe = errors in _ERROR_HANDLERS[:4]
    one_byte = safe and name in ("utf-8", "ascii", "iso8859-1")
    escapes = name in ("hz", "utf-7", "unicode_escape", "raw_unicode_escape")
    escapes = escapes or (errors != "strict" and name.startswith(("euc_kr", "iso2022")))  # an error may include b"\n"
    try:
        ends_lines = not escapes and "\n\n".encode(encoding).endswith(b"\n\n")
    except Exception:  # a user's codec, which only decodes
        ends_lines = False
    return one_byte, ends_lines and errors in _ERROR_HANDLERS


class _Strategy:
    """How calls on a file object are made.  This one knows nothing of the object: a thread makes every call."""

    read_async: Any = None  # the coroutine method that makes the reads of a stream
    lines: Iterable[Any] = ()  # an iterator of granted lines
    writes: Iterable[_Call] = ()  # an iterator that returns the method `write` for each granted write
    longest_write = 0  # bytes of a granted write at most; of a text that is not ASCII, each character counts four
    undo_read: Any = None  # what undoes a read whose caller was cancelled, in a thread
    rules: Any = {}  # what may answer a method on the event loop, by its name

    def __init__(self, file: _File = None) -> None:
        self.file = file

    def may_answer(self, name: str, args: _Args) -> bool:
        """Whether `call_nowait` may have an answer.  Other calls go to a thread without waiting for a time slice."""
        return name in self.rules

    def call_nowait(self, name: str, args: _Args, kwargs: _Kwargs, grant: bool = True) -> Any:
        """The result of the call, or `_WOULD_BLOCK`.  Without *grant* it grants nothing, since other calls wait."""
        return _WOULD_BLOCK

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


def _layers_of(file: _File) -> tuple[Any, Any, Any]:
    """The text layer of *file* or None, its buffer, and the raw file; without a buffer the last two are the same."""
    text = file if type(file) is io.TextIOWrapper else None
    buffer = file if text is None else text.buffer
    return text, buffer, getattr(buffer, "raw", buffer)


class _Disk(_Strategy):
    """A file of `io` on a regular file: a FileIO, perhaps below a buffer, perhaps below a text layer.

    A rule answers the method of its name, or returns `_WOULD_BLOCK`.  A read whose caller was cancelled is undone.
    """

    opened_at_once = False  # on the event loop: by its path, and only for reading
    grants = False  # whether the present call may grant others
    in_thread = False  # whether the present call may block
    known = 0  # lines in memory, apart from granted ones
    sequential = False  # a large buffer pays only for reading or writing in sequence
    dirty = False  # something may be written and not flushed
    touched = False  # perhaps by something else
    position_before: Any = None  # of the latest read in a thread; None: unknown

    def __init__(self, file: _File, newline: str | None, buffering: int) -> None:
        super().__init__(file)
        self.text, self.buffer, self.raw = text, buffer, raw = _layers_of(file)
        if text is not None and not buffering:  # the arguments of `open` are not known
            newline, _ = _newline_of(text, newline)
        self.newline = newline
        by_default = buffering < 0 or buffering == 1  # `io.open` chose the size
        self.resizable = by_default and buffer is not raw
        if buffer is raw:
            self.size = 1
        elif _CPYTHON:  # the size of a buffered object includes its buffer
            self.size = buffer.__sizeof__() - type(buffer).__basicsize__
        else:
            self.size = getattr(raw, "_blksize", 0) if by_default else buffering  # 0: unknown
        self.default_size = self.size
        # Whether lines, positions and sizes are what the strategy takes them for.
        self.one_byte, self.usable = (False, True) if text is None else _rules_of(text.encoding, text.errors)

    def attribute(self, file: _File, name: str) -> Any:
        # The buffer asks its raw file for these, and cannot do so while a thread resizes it.
        return getattr(self.raw if file is self.file and name in ("closed", "fileno", "name") else file, name)

    def call_nowait(self, name: str, args: _Args, kwargs: _Kwargs, grant: bool = True) -> Any:
        granted = self.lines or self.writes
        if granted and (self.text is not None or name not in _QUERIES):  # these leave a buffer as it is
            self.revoke()
        self.grants = grant and _GIL
        rule = self.rules.get(name)
        if rule is None or kwargs or self.raw.closed:
            return _WOULD_BLOCK
        try:
            return rule(self, *args)
        except TypeError:  # the method itself raises the right message
            return _WOULD_BLOCK

    def call(self, file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        if name in _READS:
            self.position_before = None
            # After a write to a text, `tell` would flush, and that decides what is read.
            if self.text is None or not self.dirty:
                with contextlib.suppress(Exception):  # decoders may raise any
                    self.position_before = self.file.tell()
        if self.may_answer(name, args):
            self.in_thread = True
            try:
                result = self.call_nowait(name, args, kwargs, grant=False)
            finally:
                self.in_thread = False
            if result is not _WOULD_BLOCK:
                return result
        if name not in _QUERIES:
            self.known = 0
        if name == "reconfigure" or self.raw.closed:
            self.usable = False
        return self.call_method(file, name, args, kwargs)

    call_method = _Strategy.call  # makes a call, in a thread, that no rule answers

    def undo_read(self, _: object) -> None:
        if self.position_before is not None:
            self.call(self.file, "seek", (self.position_before,), {})

    def seek(self, position: int, whence: int = 0) -> Any:
        """Only set the position; with other arguments the method looks for the end, or decodes."""
        sets = whence in (0, 1) if self.text is None else whence == 0 and 0 <= position < 1 << 63
        if not sets or type(position) is not int or self.dirty or self.touched:
            return _WOULD_BLOCK
        result = self.file.seek(position, whence)
        self.known = 0
        if self.size == self.default_size or self.raw.tell() == self.buffer.tell():  # not to what was read ahead
            self.on_move()
        return result

    rules = {
        name: lambda disk, *args, name=name: getattr(disk.file, name)(*args)
        for name in ("isatty", "seekable", "readable", "writable")  # these never use the disk
    }
    rules["seek"] = seek
    rules["tell"] = lambda disk: _WOULD_BLOCK if disk.text and (disk.dirty or disk.touched) else disk.file.tell()
    rules["flush"] = lambda disk: _WOULD_BLOCK if disk.dirty or disk.touched else disk.file.flush()

    def on_move(self) -> None:
        """The position moves."""
        self.sequential = False
        self.resize(self.default_size)  # random reads need no more than they ask for

    def resize(self, size: int) -> None:
        """Give the buffer another size, if the caller of `open` did not choose it.

        `__init__` initializes a buffered object again, around the same raw file.  This is safe because nothing is lost:
        what is written is flushed before, and what was read ahead is read again from the position that is set
        afterwards.  The operation holds the queue, so no other call uses the buffer meanwhile.
        """
        size = max(size, self.default_size)
        if self.resizable and size != self.size and not self.buffer.closed:
            if self.raw.writable():  # otherwise `flush` would only let `tell` succeed where it must fail
                self.buffer.flush()
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

    granted: Any = ()  # a `repeat` that counts the granted lines which are left
    end = -1  # the position at which nothing was left to read
    flags: Any = getattr(_os, "RWF_NOWAIT", None)  # of the question; 0: all is in memory; None: it cannot be asked

    def __init__(self, file: _File, newline: str | None, buffering: int) -> None:
        super().__init__(file, newline, buffering)
        self.usable = self.usable and self.size > 0
        self.line_end = (self.newline or "\n").encode()
        self.fd = self.raw.fileno()
        if self.text is not None and self.resizable:
            self.resizable = _CPYTHON  # the text layer of PyPy reads as much as the buffer holds
            self.default_size = _CHUNK

    def may_answer(self, name: str, args: _Args) -> bool:
        if name == "read" and args and type(args[0]) is int and args[0] > _SCRATCH_SIZE:
            return False
        # Before the first read in a thread the buffer is empty, and only the kernel could answer.
        return name in self.rules and (self.flags is not None or self.position_before is not None)

    def revoke(self) -> None:
        if self.lines:
            self.known += len(list(self.granted))  # used up, also for a thread that has just looked up `lines`
            self.lines = ()

    def invalidate(self) -> None:
        self.revoke()
        self.known = 0

    def readline(self, *args: int | None) -> Any:
        if args or not self.usable or self.buffer is self.raw:
            return _WOULD_BLOCK
        if self.known:
            self.known -= 1
            line = self.file.readline()
        else:
            start = self.buffer.tell()
            held = self.raw.tell() - start  # so many bytes the buffer holds
            data = self.buffer.peek() if held else self.fill(start)
            whole = self.line_end in data
            if not (whole or self.in_thread):  # the line continues behind the buffer, or is the last
                length = self.size if self.text is None else _CHUNK
                seen = self.ask(start + len(data), length)
                if seen is None or (len(seen) == length and self.line_end not in seen.tobytes()):
                    return _WOULD_BLOCK
            if at_once := whole and self.one_byte and self.resizable and data.isascii():  # no error is possible
                self.file._CHUNK_SIZE = self.size  # all is decoded by one call
            line = self.file.readline()
            if at_once:
                self.file._CHUNK_SIZE = _CHUNK
            # Lines of a text count if they are decoded: the decoder may be Python code, in which threads can switch.
            decoded = len(data) if self.text is None else self.buffer.tell() - start
            self.known = max(0, data.count(self.line_end, 0, decoded) - 1) if decoded <= len(data) else 0
        if self.grants:
            count = min(self.known, _GRANT)
            self.known -= count
            self.granted = repeat((), count)
            self.lines = starmap(self.file.readline, self.granted)
        return line

    def read(self, size: int | None = -1) -> Any:
        size = -1 if size is None else size
        if type(size) is not int or not -1 <= size <= _SCRATCH_SIZE or not self.usable:
            return _WOULD_BLOCK
        if self.flags is None and self.position_before is None and not self.in_thread:  # the buffer is empty
            return _WOULD_BLOCK
        self.known = 0
        start = self.buffer.tell()
        held = self.raw.tell() - start  # so many bytes the buffer holds
        if self.text is None:
            if self.in_thread and 0 < size < _READ_AHEAD:
                self.grow(_READ_AHEAD)
        elif size > 0 and not held and (size <= _CHUNK if self.in_thread else self.one_byte):
            held = len(self.fill(start))
        if not self.in_thread and (length := self.longest(size, held)):
            seen = self.ask(start + held, length)
            if seen is None or (size < 0 and len(seen) == length):  # what is left is much
                return _WOULD_BLOCK
            is_result = self.text is None and not held and (size < 0 or size % self.size == 0)
            if is_result and "read" not in vars(self.file):  # no test has replaced it
                self.file.seek(start + len(seen))  # what the kernel has answered need not be read again
                return seen.tobytes()
        return self.file.read(size)

    def longest(self, size: int, held: int) -> int:
        """How many bytes a read of *size* bytes or characters reads at most, besides the *held* ones in the buffer."""
        if size < 0:
            return _READ_AHEAD
        if self.text is None:
            return -(-max(0, size - held) // self.size) * self.size
        width = 4 if self.one_byte else _SCRATCH_SIZE  # of a character; the latter is more than the kernel is asked for
        lacking = width * (size + 1) - held  # a chunk may divide one character
        return lacking + _CHUNK if lacking > 0 else 0

    def fill(self, start: int) -> bytes:
        """Fill the buffer, which is empty, if that may be done; return what it holds."""
        self.grow(_READ_AHEAD)
        fits = self.text is None or self.size % _CHUNK == 0  # otherwise its chunks would differ from the builtin's
        # At the end, once it was found, only the call itself reads.
        if fits and start != self.end and (self.in_thread or self.ask(start, self.size) is not None):
            with contextlib.suppress(OSError):  # the call itself meets the error if it reads as far as that
                data: bytes = self.buffer.peek()
                if not data:
                    self.end = start
                return data
        return b""

    def ask(self, start: int, length: int) -> Any:
        """What a read returns, less only at the end of the file, in a shared buffer; None if it may block."""
        if length > _SCRATCH_SIZE or (length and self.flags is None):
            return None
        try:
            view = _local.view
        except AttributeError:
            view = _local.view = memoryview(bytearray(_SCRATCH_SIZE))
        got = 0
        try:
            while got < length:
                more = _posix.preadv(self.fd, [view[got:length]], start + got, self.flags)
                if not more:  # only then it is the end: kernels may return less
                    break
                got += more
        except BlockingIOError:
            return None
        except OSError:  # this file system does not support the question
            in_memory = self.flags and _kernel.is_ready() and _kernel.check(self.fd, 0) == _IN_MEMORY
            self.flags = 0 if in_memory else None
            return self.ask(start, length)
        return view[:got]

    rules = {**_Disk.rules, "readline": readline, "read": read}


class _Writer(_Disk):
    """A file that is written, or opened for update: what its buffer has room for needs no thread."""

    sequential = True

    def __init__(self, file: _File, newline: str | None, buffering: int) -> None:
        super().__init__(file, newline, buffering)
        text, newline = self.text, self.newline
        self.update = self.raw.readable()
        self.dirty = self.size == 0
        self.touched = self.buffer is not self.raw and not buffering  # something else may have written to the buffer
        self.usable = self.size > 1  # a file without a buffer counts as one byte
        self.factor = 1  # how many times as long the translation of line ends makes what is written, at most
        if text is not None:
            through = text.line_buffering or getattr(text, "write_through", False)
            self.usable = self.usable and text.errors in _ERROR_HANDLERS and not through
            self.factor += newline == "\r\n" or (newline is None and _os.linesep == "\r\n")
        self.through = self.capacity()  # a write of so many bytes goes straight to the file
        # A write of fewer bytes surely takes no flush.
        self.space = self.through if self.usable and not self.touched else 0

    def capacity(self) -> int:
        return self.size if self.text is None else max(self.size, _CHUNK)  # which a text layer holds back

    def revoke(self) -> None:
        if not self.writes:  # a thread may be about to set `space`
            return
        left = len(list(self.writes))  # used up, also for a thread that has just looked up `writes`
        self.writes = ()
        self.space += left * self.longest_write * self.factor
        if self.size < self.capacity():  # the buffer may have no room for what the text layer holds back
            return
        with contextlib.suppress(ValueError, OSError):  # the file, or its descriptor, is closed
            if self.text is not None:
                self.text._CHUNK_SIZE = 1
                io.TextIOWrapper.write(self.text, "")  # passes on what the text layer holds back
                self.text._CHUNK_SIZE = _CHUNK
            self.space = self.size - (self.buffer.tell() - self.raw.tell())
            if self.space <= self.size // 8:  # too little for a grant that pays
                self.space = 0

    def invalidate(self) -> None:
        self.revoke()
        self.space, self.touched = 0, True  # until the next flush

    def may_answer(self, name: str, args: _Args) -> bool:
        if name != "write":
            return name in self.rules
        data: Any = args[0] if args else None
        return self.usable and type(data) in (str, bytes, bytearray) and len(data) < self.through

    def write(self, data: Any) -> Any:
        """Write *data*.  If it does not fit, flush first, which leaves the whole buffer to the writes that follow."""
        cost = self.cost(data) if self.usable else None
        if cost is None or cost >= self.through:
            return _WOULD_BLOCK
        if cost >= self.space and not self.in_thread:
            return _WOULD_BLOCK
        # Many small writes probably follow, so the buffer is made large.
        is_first = self.size == self.default_size and not (self.dirty or self.update) and 16 * cost < self.space
        if cost >= self.space or is_first:
            try:
                if not self.space:  # what a text layer holds back may not fit: it would forget it
                    self.buffer.flush()
                self.grow(_READ_AHEAD if self.update else 2 * _READ_AHEAD)
                self.file.flush()
                self.space = self.capacity()
            except OSError:  # nothing is lost by it, so the write fails only if the buffer has no room
                if self.size < self.capacity():  # the buffer may not have taken all that the text layer held back
                    raise
        left = max(0, self.space - cost)
        self.dirty, self.space = True, 0
        result = self.file.write(data)
        self.space = left
        in_c = self.text is None or self.one_byte  # other encoders may be Python code, in which threads can switch
        if self.grants and in_c:
            self.longest_write = min(max(2 * cost, 16), self.through - 1)
            count = min(left // (self.longest_write * self.factor), _GRANT)
            self.space -= count * self.longest_write * self.factor
            self.writes = repeat(self.file.write, count)
        return result

    def cost(self, data: Any) -> int | None:
        """How many bytes of the buffer a write of *data* takes, at most."""
        if self.text is None:
            return len(data) if type(data) in (bytes, bytearray) else None
        if type(data) is not str:
            return None
        if self.one_byte or len(data) >= self.through:  # then the number does not matter
            return len(data) * (self.factor if data.isascii() else 4)
        try:
            encoded = data.encode(self.text.encoding, self.text.errors)
        except ValueError:  # the write raises it
            return None
        return len(encoded) * self.factor + 16  # a mark or a change of the state may precede it

    rules = {**_Disk.rules, "write": write}

    def call_method(self, file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        if self.usable and (name in ("seek", "truncate") or (self.update and name in _READS)):
            self.on_move()
            if name == "read1" and (self.dirty or self.touched):  # which does not flush, before Python 3.13
                self.file.flush()
        elif name in ("write", "writelines", "reconfigure"):
            self.resize(self.default_size)  # what is not counted may be large, and has to go straight to the file
        # A seek of a buffer does not flush if the position is in what was read.
        flushes = name in ("flush", "truncate") or (name == "seek" and (self.text is not None or not self.update))
        if not flushes and name not in _QUERIES and self.buffer is not self.raw:
            self.dirty = self.dirty or name not in _READS  # also by a `writelines` that fails in the middle
            self.space = 0
        result = super().call_method(file, name, args, kwargs)
        # After a large write a text layer holds nothing back.  It would forget what the flush cannot pass on.
        if name == "write" and self.usable and self.cost(*args) is not None and len(args[0]) >= self.through:
            with contextlib.suppress(OSError):  # the builtin holds such a rest back; the next flush raises the error
                file.flush()
                self.space = self.capacity()
        if flushes:
            self.dirty = self.touched = False
            empty = name == "flush" or not self.update  # else the buffer may hold what was read
            self.space = self.capacity() if self.usable and empty else 0
        return result

    def on_move(self) -> None:
        """The position moves.  From now on it shows in a file that appends when the buffer is flushed."""
        super().on_move()
        if self.usable and "a" in self.raw.mode:
            self.file.flush()
            self.usable = False
        self.space = min(self.space, self.capacity()) if self.usable and not self.update else 0


class _Spool(_Strategy):
    """A SpooledTemporaryFile: what it does in memory needs no thread, as long as the data is small."""

    rules = {"flush", "isatty", "read", "readline", "seek", "tell", "write"}

    def call_nowait(self, name: str, args: _Args, kwargs: _Kwargs, grant: bool = True) -> Any:
        file = self.file
        memory = getattr(file._file, "buffer", file._file)
        if type(memory) is not io.BytesIO or memory.closed or kwargs:  # it is on the disk, or a rollover has failed
            return _WOULD_BLOCK
        with memory.getbuffer() as view:
            size = max(view.nbytes, memory.tell())
        limit = 16 * _READ_AHEAD
        if name == "write" and len(args) == 1 and type(args[0]) in (bytes, bytearray, str):
            size += 4 * len(args[0]) + io.DEFAULT_BUFFER_SIZE  # what a text layer has not passed on yet
            limit = min(limit, file._max_size or limit)
        elif name == "write" or name not in self.rules:
            return _WOULD_BLOCK
        return getattr(file, name)(*args) if size <= limit else _WOULD_BLOCK

    def call(self, file: _File, name: str, args: _Args, kwargs: _Kwargs) -> Any:
        # Before Python 3.11 it lacked some methods that the file inside has.
        return super().call(file if hasattr(file, name) else file._file, name, args, kwargs)


# ---- choosing the strategy ------------------------------------------------------------------------------------------


def _inspect(file: _File, newline: str | None = None, buffering: int = 0) -> _Strategy:
    """The strategy for *file*, in a thread.  A *buffering* of 0 means that the arguments of `open` are not known."""
    try:
        if type(file) is getattr(sys.modules.get("tempfile"), "_TemporaryFileWrapper", None):
            file = file.file
        text, buffer, raw = _layers_of(file)
        if type(buffer) not in _IO_TYPES:
            duplex = isinstance(buffer, io.RawIOBase) and buffer.readable() and buffer.writable()  # a user's class
            return _DuplexStream(file) if duplex and _can_wait_for(buffer.fileno()) else _DELEGATE
        if type(buffer) is io.BufferedRWPair:  # no attribute gives access to its two files
            readers: list[Any] = [each for each in gc.get_referents(buffer) if type(each) is io.BufferedReader]
            if not readers:
                return _DuplexStream(file)
            raw = readers[0].raw
        if type(raw) not in (io.FileIO, SocketIO):
            return _DELEGATE
        status = _os.fstat(raw.fileno())
        if _stat.S_ISREG(status.st_mode) and type(buffer) is not io.BufferedRWPair:
            replaced = {*vars(file), *vars(buffer), *vars(raw)} - {"name", "mode"}  # methods, by a test
            if replaced or status.st_dev in _pseudo_devices():
                return _DELEGATE
            return (_Writer if raw.writable() else _Reader)(file, newline, buffering)
        if type(raw) is SocketIO and (type(vars(raw)["_sock"]) is not socket or vars(raw)["_sock"].gettimeout()):
            return _DELEGATE  # its descriptor gives encrypted data, or its reads have a timeout
        if raw.readable() and (_stat.S_ISFIFO(status.st_mode) or raw.isatty() or _can_wait_for(raw.fileno())):
            return _Stream.of(text, buffer, raw, newline)
    except Exception:  # codecs may raise any
        pass
    return _DELEGATE


def _can_wait_for(fd: int) -> bool:
    """Whether an event loop can wait until *fd* has something to read; an error also means that it cannot."""
    if not _stat.S_ISSOCK(_os.fstat(fd).st_mode):
        module: Any = select  # only Linux has epoll
        with module.epoll(1) as poll:
            poll.register(fd)  # fails for regular files and some devices
    return True


def _newline_of(text: io.TextIOWrapper, newline: str | None) -> tuple[str | None, Any]:
    """The `newline` argument of a text file, which no attribute gives access to (None: perhaps ""), and its decoder."""
    parts = gc.get_referents(text)
    decoder: Any = next((part for part in parts if hasattr(part, "decode") and hasattr(part, "getstate")), None)
    if newline is None and not isinstance(decoder, io.IncrementalNewlineDecoder):
        newline = next((part for part in parts if type(part) is str and part in ("\r", "\r\n")), "\n")
    return newline, decoder


@functools.cache
def _pseudo_devices() -> set[int]:
    """The devices of regular files that the kernel generates while they are read."""
    return {_os.stat(path).st_dev for path in ("/proc", "/sys") if _os.path.ismount(path)}


# ==== What the kernel has cached ======================================================================================
#
# Opening, looking up and closing a file need no thread if Linux says that they need no disk.  The question is `openat2`
# with RESOLVE_CACHED, which fails with EAGAIN unless the kernel has the whole path in memory; `statx` of the descriptor
# tells the rest.  After a yes the standard library's own function is called on the event loop, while that descriptor
# keeps the inode in memory; only what `Path.read_bytes` and `Path.read_text` return is read here.  Any doubt means no,
# and the call goes to a thread.  The answers rely on facts (is the file system local?) that may take time to find out.
# A daemon thread does so, and until then the answer is no as well.

# What a function needs:
_LINK = 1  # to look up the link itself
_OWN = 2  # a file of this user: for a file of another user the kernel may have to read an ACL
_REGULAR = 4  # a regular file (opening a directory may wait on btrfs)
_CLOSABLE = 8  # a file whose close writes nothing
_OPEN = _OWN | _REGULAR
_READ = _OPEN | _CLOSABLE
_ON_DISK, _SWAPPABLE, _IN_MEMORY = 1, 2, 3  # where a local file system keeps its files
_NEEDS = {  # by name
    **dict.fromkeys(("stat", "exists", "isdir", "isfile", "getsize", "getatime", "getctime", "getmtime"), 0),
    **dict.fromkeys(("is_block_device", "is_char_device", "is_dir", "is_fifo", "is_file", "is_socket"), 0),
    **dict.fromkeys(("lstat", "islink", "lexists", "is_symlink"), _LINK),
    "access": _OWN, "read_bytes": _READ, "read_text": _READ, "io.open": _OPEN,
}  # fmt: skip
_FUNCTIONS = types.FunctionType, types.BuiltinFunctionType
_PATH_CODING = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()
_FILE_SYSTEMS = {  # ext2 to ext4, xfs, btrfs, tmpfs, ramfs
    0xEF53: _ON_DISK, 0x58465342: _ON_DISK, 0x9123683E: _ON_DISK, 0x01021994: _SWAPPABLE, 0x858458F6: _IN_MEMORY,
}  # fmt: skip


class _Kernel:
    """The questions, and what the answers rely on."""

    def __init__(self) -> None:
        # By the id of a mount, the `repr` of an encoding (1 if it is imported), or "ctypes" (1 if the kernel answers).
        self.facts: dict[Any, int] = {}
        if not _CPYTHON or not hasattr(_os, "RWF_NOWAIT") or hasattr(sys, "getandroidapilevel"):
            self.facts["ctypes"] = 0  # PyPy's ctypes is slow, and Android may kill a process that uses openat2
        # These are called although tests replace them in `os` and `time`.
        self.close, self.dup, self.open, self.stat, self.wall_clock = _os.close, _os.dup, _os.open, _os.stat, time.time

    def know(self, key: Any, find: _Call, fd: int = -1) -> int:
        """The fact *key*, which is 0 until a daemon thread has found it out: find(a duplicate of *fd*)."""
        fact = self.facts.get(key)
        if fact is None:
            copy = -1
            try:
                copy = fd if fd < 0 else self.dup(fd)
                _spawn(lambda: self.facts.update({key: find(copy)}))
                self.facts.setdefault(key, 0)
            except (OSError, RuntimeError):  # no more descriptors or threads
                if copy >= 0:
                    self.close(copy)
        return fact or 0

    def is_ready(self) -> bool:
        return self.know("ctypes", self.load) > 0

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
        return _posix.uname().machine != "alpha"  # where openat2 has another number

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
            self.facts["ctypes"] = 0
            return 0
        storage = self.facts.get(mount) or self.know(mount, self.find_storage, fd)  # mostly known: a call is saved
        doubtful = (
            attributes & 0x100800  # encrypted, or with fs-verity: what these wait for is not known
            or (needs & _OWN and not owner == _posix.geteuid() == _posix.getuid())
            or (needs & _REGULAR and not _stat.S_ISREG(mode))
            # The last close of a deleted file frees its blocks.  Any close of a file that was truncated and written
            # again writes it to the disk, unless the kernel has done so in the background, which takes half a minute.
            or (needs & _CLOSABLE and (not links or (storage == _ON_DISK and changed > self.wall_clock() - 60)))
        )
        return 0 if doubtful else storage

    def read(self, storage: int, is_text: bool, path: Any, *encoding: Any, **kwargs: Any) -> Any:
        """What `Path.read_bytes` or `Path.read_text` returns."""
        fd = self.open_unblocked(path, _os.O_RDONLY)
        try:
            size = self.stat(fd).st_size
            buffer = bytearray(min(size, _SCRATCH_SIZE) + 1)
            got = _posix.preadv(fd, [buffer], 0, 0 if storage == _IN_MEMORY else _posix.RWF_NOWAIT)
        finally:
            self.close(fd)
        if got != size or got > _SCRATCH_SIZE:  # only part of it is cached, or it is large
            return _WOULD_BLOCK
        data = bytes(buffer[:size])
        return io.TextIOWrapper(io.BytesIO(data), *encoding, **kwargs).read() if is_text else data

    def open_unblocked(self, path: Any, flags: int) -> int:
        fd: int = self.open(path, flags | _posix.O_NONBLOCK)
        if not _stat.S_ISREG(self.stat(fd).st_mode):  # the path was replaced meanwhile
            self.close(fd)
            raise BlockingIOError
        _posix.set_blocking(fd, True)
        return fd

    def can_close(self, file: _File, strategy: _Strategy) -> bool:
        """Whether a close of *file* cannot block: it is a plain file, and was opened only for reading."""
        if type(strategy) is not _Reader or strategy.file is not file:
            return False
        only_reads = strategy.opened_at_once or (
            # Standard streams have no rules.  The 3 is F_GETFL.
            strategy.rules and self.is_ready() and not self.fcntl(strategy.fd, 3) & (_os.O_WRONLY | _os.O_RDWR)
        )
        return bool(only_reads and self.check(strategy.fd, _CLOSABLE))


@functools.lru_cache
def _are_original(name: str, *functions: Any) -> bool:
    """Whether each has its own name, the first *name*, and none was replaced by mock, pyfakefs or blockbuster."""
    others = ["stat", "lstat", "open"] * 2 + ["exists", "isdir", "isfile", "islink"]  # as `_call_if_cached` passes them
    for function, expected in zip(functions, [name.rpartition(".")[2], *others]):
        module = getattr(getattr(function, "__self__", None), "__name__", "")
        home: str = (getattr(function, "__globals__", None) or {}).get("__name__", module)
        if home.partition(".")[0] not in ("os", "posix", "io", "_io", "genericpath", "posixpath", "pathlib"):
            return False
        if function.__name__ != expected:
            return False
    return True


async def _call_if_cached(name: str, executor: _X, function: Any, args: _Args, kwargs: _Kwargs) -> Any:
    """The result of *function*, called *name* in the table, if it cannot block; or `_WOULD_BLOCK`."""
    needs = _NEEDS.get(name)
    if needs is None or executor is not None or delegate_all or not (_kernel.facts.get("ctypes") or _kernel.is_ready()):
        return _WOULD_BLOCK
    of_path = type(function) is types.MethodType  # of a pathlib.Path
    if of_path:
        function, args = function.__func__, (function.__self__, *args)
    if type(function) not in _FUNCTIONS:  # a mock records what is done with it, hashing included
        return _WOULD_BLOCK
    is_text = name == "read_text"
    if name == "io.open":
        mode = kwargs.get("mode", "r")
        if args[1:] or mode not in ("r", "rb", "rt") or kwargs.get("opener") is not None:
            return _WOULD_BLOCK
        is_text = mode != "rb"
        kwargs = {**kwargs, "opener": _kernel.open_unblocked}
    elif args[1 if name == "read_bytes" else 2 :] or (kwargs and not (is_text and [*kwargs] == ["encoding"])):
        return _WOULD_BLOCK  # `dir_fd`, `follow_symlinks`, or a wrong argument
    if is_text:
        encoding = args[1] if args[1:] else kwargs.get("encoding")
        if not _kernel.know(repr(encoding), lambda _: io.TextIOWrapper(io.BytesIO(), encoding).readable()):
            return _WOULD_BLOCK
    try:
        given = _os.fspath(args[0])
        path = given.encode(*_PATH_CODING) if type(given) is str else given  # `os.fsencode` takes longer
        calls: Any = name, function, _os.stat, _os.lstat, io.open  # what is written in Python calls the others
        if of_path:
            owner, paths = type(args[0]), _os.path
            calls += owner.stat, owner.lstat, owner.open, paths.exists, paths.isdir, paths.isfile, paths.islink
        # A subclass may encode itself in another way.  At a null character the path would end for the kernel.
        if type(path) is not bytes or 0 in path or not _are_original(*calls):
            return _WOULD_BLOCK
    except Exception:  # a descriptor, or nothing to look up: the function itself raises the right error
        return _WOULD_BLOCK
    if not _has_time():
        await _wait_for_time()
    fd = _kernel.syscall(_kernel.openat2, _kernel.at_fdcwd, path, _kernel.questions[needs & _LINK], _kernel.size)
    if fd < 0:
        error = _kernel.errno()
        if error in (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG):
            with contextlib.suppress(BlockingIOError):  # there is something now
                return function(*args, **kwargs)  # it raises that without waiting
        if error in (errno.ENOSYS, errno.EPERM, errno.EINVAL):  # an old kernel or a sandbox
            _kernel.facts["ctypes"] = 0
        return _WOULD_BLOCK
    try:
        storage = _kernel.check(fd, needs)
        if not storage:
            return _WOULD_BLOCK
        if needs & _CLOSABLE:
            return _kernel.read(storage, is_text, *args, **kwargs)
        by_path = needs or of_path or args[1:]
        return function(*args, **kwargs) if by_path else function(fd)  # which saves looking up the path again
    except OSError:  # a lease, no descriptor, not all is cached; otherwise the thread raises the error again
        return _WOULD_BLOCK
    finally:
        _kernel.close(fd)


_kernel = _Kernel()


# ==== Streams that may never answer ===================================================================================
#
# A read of a pipe, a terminal or a socket waits on the event loop until there is something to read, takes what is
# there, and returns as soon as that suffices.  So no thread waits without end, no thread holds the lock of a buffer
# when the process ends, and a read that is cancelled has taken nothing.  Where the kernel cannot read without waiting
# (a terminal) and where event loops cannot wait for a descriptor (Windows), a daemon thread reads.  Reads have a queue
# of their own: a write or a close does not wait for them.


class _Stream(_Strategy):
    """A file of `io` that reads bytes from something for which an event loop can wait."""

    begin = 0  # the position in `pending` of what was not asked for yet
    searched = 0  # there is no end of a line between it and this position
    closing = False
    # The text layer and everything else that reads a buffer share its stream.
    of_buffer: weakref.WeakKeyDictionary[_File, _Stream] = weakref.WeakKeyDictionary()

    def __init__(self, buffer: _File, raw: _File, source: _Stream | None = None) -> None:
        self.source: _Stream = source or weakref.proxy(self)  # what reads the bytes: of a text, the stream below it
        self.queue: _Queue = source.queue if source else _Queue()
        self.raw = raw
        self.lock = threading.Lock()  # held until the stream has taken over; another thread may have made it
        self.unbuffered = buffer is raw
        # What was read; the calls have taken what precedes `begin`.  None until the stream has taken over.
        self.pending: Any = bytearray() if self.unbuffered else None
        self.ends: re.Pattern[Any] = re.compile(b"\n")  # of a line
        self.thread_read: concurrent.futures.Future[Any] | None = None  # what a daemon thread reads
        self.waiter: Callable[[], asyncio.Future[None] | None] = _no_op  # to the future that is awaited

    @classmethod
    def of(cls, text: _File, buffer: _File, raw: _File, newline: str | None = None) -> _Stream:
        if buffer is raw:
            return cls(buffer, raw)
        made = cls(buffer, raw) if text is None else _TextStream(text, raw, cls.of(None, buffer, raw))
        stream = cls.of_buffer.setdefault(text or buffer, made)
        with stream.lock:
            if stream.pending is None:
                stream.take_over(text or buffer, raw if text is None else buffer, newline)
        return stream

    def take_over(self, file: _File, below: _File, newline: str | None) -> None:
        """Take what synchronous reads have left in the buffer of *file*.

        A read would wait for more after that, so what is *below* pretends for a moment to be at its end.
        """
        below.read = below.read1 = below.readall = lambda *size: b""
        try:
            data = file.read()
            self.pending = data if type(data) is str else bytearray(data)
        finally:
            del below.read, below.read1, below.readall

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
        if not _has_time():
            await _wait_for_time()
        while True:
            if self.raw.closed or self.source.closing:
                raise ValueError("I/O operation on closed file.")
            count = self.available(name, size, at_end)
            if count is not None:
                return bytes(self.pending[self.begin :]) if name == "peek" else self.consume(count)
            at_end = await self.fill(name, size)

    async def read_lines(self, hint: int) -> list[Any]:
        lines: list[Any] = []
        length = 0
        try:
            while (hint <= 0 or length <= hint) and (line := await self.read("readline", -1)):
                lines.append(line)
                length += len(line)
        except BaseException:
            self.pending = self.pending[:0].join([*lines, self.pending[self.begin :]])
            self.begin = self.searched = 0
            raise
        return lines

    def available(self, name: str, size: int, at_end: bool) -> int | None:
        """How much of what is pending answers the call; None if more has to be read."""
        have = len(self.pending) - self.begin
        if name == "readline":
            if line := self.ends.search(self.pending, self.searched):
                have, at_end = line.end() - self.begin, True
            else:
                self.searched = max(self.begin, len(self.pending) - 1)  # the first half of "\r\n" may be there
        elif name in ("read1", "peek") or (self.unbuffered and size >= 0):  # these take what there is
            at_end = at_end or have > 0
        if at_end:
            return have if size < 0 else min(size, have)
        return size if 0 <= size <= have and name != "peek" else None

    def consume(self, count: int) -> Any:
        end = self.begin + count
        data = self.pending[self.begin : end]
        if 2 * end >= len(self.pending):  # otherwise each line would copy all that a cancelled call has left
            self.pending, end = self.pending[end:], 0
        self.begin = self.searched = end
        return data if type(data) is str else bytes(data)

    async def fill(self, name: str, size: int) -> bool:
        """Wait for something to read, and read it.  True means that this was the end."""
        if self.unbuffered and name == "readline":  # nothing is read that was not asked for
            size = 1
        elif not self.unbuffered or size <= 0:
            size = io.DEFAULT_BUFFER_SIZE if len(self.pending) < io.DEFAULT_BUFFER_SIZE else _READ_AHEAD
        waited = await self.wait()
        if self.closing:
            return False
        thread_read, self.thread_read = self.thread_read, None
        data = None
        try:
            if thread_read is not None:
                data = thread_read.result()
            elif not delegate_all:
                target = bytearray(size)
                data = target[: _posix.preadv(self.raw.fileno(), [target], -1, _posix.RWF_NOWAIT)]
        except BlockingIOError:
            if waited:  # another reader was faster
                return False
        except (OSError, AttributeError) as error:  # the kernel cannot say
            unable = None, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL, errno.EPERM
            if thread_read is not None or getattr(error, "errno", None) not in unable:
                raise  # the kernel reports an error of the device only once
        if data is None:  # if the caller is cancelled, the next read takes the result of the thread
            self.thread_read = _spawn(_os.read, self.raw.fileno(), size)
            wake = weakref.WeakMethod(self.wake)  # a thread that ends late keeps no stream open
            self.thread_read.add_done_callback(lambda _: (wake() or _no_op)())
            return False
        self.pending += data
        return not data

    async def wait(self) -> bool:
        """Wait for something to read, or for the thread that reads; False if the event loop cannot do so."""
        loop = get_running_loop()
        place = loop.create_future()
        self.waiter = weakref.ref(place)
        fd = -1
        try:
            if self.thread_read is None:
                fd = _os.dup(self.raw.fileno())  # another task may wait for the same one
                blocking = _posix.get_blocking(fd)
                loop.add_reader(fd, _resolve, place)
                _posix.set_blocking(fd, blocking)  # uvloop changes it, for all descriptors of the same open file
            if self.thread_read is None or not self.thread_read.done():
                await place
            return True
        except (OSError, AttributeError, NotImplementedError, RuntimeError):
            return False
        finally:
            self.waiter = _no_op
            if fd >= 0:
                with contextlib.suppress(NotImplementedError, RuntimeError):  # the loop is closed
                    loop.remove_reader(fd)
                _os.close(fd)

    def wake(self) -> None:
        """Let the waiting read look again, from any thread."""
        if (waiter := self.waiter()) is not None:
            with contextlib.suppress(RuntimeError):  # its loop is closed
                waiter.get_loop().call_soon_threadsafe(_resolve, waiter)

    def before_close(self) -> None:
        self.source.closing = True
        self.source.wake()


class _TextStream(_Stream):
    """The same as text, decoded as TextIOWrapper does it."""

    def set_decoder(self, text: io.TextIOWrapper, newline: str | None) -> None:
        newline, self.builtin_decoder = _newline_of(text, newline)
        if newline is None:  # or "": then the decoder does not translate
            state = self.builtin_decoder.getstate()
            self.builtin_decoder.reset()
            newline = "" if "\r" in self.builtin_decoder.decode("\r\n".encode(text.encoding)) else None
            self.builtin_decoder.setstate(state)
        decoder: Any = codecs.getincrementaldecoder(text.encoding)(text.errors or "strict")
        self.decoder = decoder if newline else io.IncrementalNewlineDecoder(decoder, translate=newline is None)
        self.ends = re.compile("\r\n|\r|\n" if newline == "" else re.escape(newline or "\n"))

    def take_over(self, file: _File, below: _File, newline: str | None) -> None:
        self.set_decoder(file, newline)
        if self.builtin_decoder is not None:  # it may hold part of a character or of a line end
            self.decoder.setstate(self.builtin_decoder.getstate())
            self.builtin_decoder.reset()
        super().take_over(file, below, newline)

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
        decoded = self.decoder.decode(source.consume(len(source.pending) if everything else _CHUNK), at_end)
        pending, self.pending = self.pending, ""
        pending += decoded  # with only one reference to it, CPython extends it in place
        self.pending = pending
        return at_end


class _DuplexStream(_Strategy):
    """A duplex object that only a thread can read: a daemon thread, so that a write need not wait for the read.

    A buffered pair (of a socket, for instance) is such an object before Python 3.12, where its parts cannot be found.
    """

    def __init__(self, file: _File) -> None:
        super().__init__(file)
        self.queue = _Queue()  # of the reads

    async def read_async(self, name: str, args: _Args) -> Any:
        return await self.queue.run(_DAEMON_THREAD, getattr(self.file, name), args)


# ==== The files =======================================================================================================
#
# Three decorators with tables of names give a class of asynchronous files its coroutine methods, its plain methods, and
# its properties.  `__getattr__` finds whatever else the wrapped object has.  The classes for files that are looked up
# at each call (the standard streams) take their methods from the class of opened files.


async def _call_in_order(self: AsyncBase[Any], name: str, args: _Args, kwargs: _Kwargs, asked: bool) -> Any:
    """Await the method *name* of the wrapped file, after the calls before it.

    *asked* means that the strategy was asked, and that the call may block.
    """
    if name == "close":
        return await self._close_in_order(name, *args, **kwargs)
    file, queue, executor = self._wrapped, self._queue, self._executor
    held = False
    try:
        of_io = type(file) in _IO_TYPES
        if self._strategy is _UNINSPECTED and (of_io or (name in _READS and isinstance(file, io.RawIOBase))):
            await queue.hold()
            held = True
            if self._strategy is _UNINSPECTED:  # no other call has inspected it meanwhile
                # The buffer of `sys.stdin` may be locked without end.
                where = _DAEMON_THREAD if executor is None and of_io else executor
                self._strategy = await _Queue().run(where, _inspect, (file,))
        strategy = self._strategy
        undo = strategy.undo_read if name in _READS else None
        reads = strategy.read_async and (name in _READS or name == "peek") and hasattr(file, name)
        if reads and len(args) < 2 and not kwargs and not file.closed:  # in a queue of their own: no write waits
            if held:
                held = False
                queue.release()
            return await strategy.read_async(name, args)
        if not asked and not delegate_all and strategy.may_answer(name, args):
            if not held and (undo is not None or not queue.busy):
                await queue.hold(strategy.revoke)
                held = True
            if held:
                if not _has_time():
                    await _wait_for_time()
                with queue.lock:  # waiting calls come before those that would be granted
                    result = strategy.call_nowait(name, args, kwargs, self._grants and not queue.waiting)
                if result is not _WOULD_BLOCK:
                    return result
        holding, held = held, False
        # A read has to be undone if its caller is cancelled, so it is not made on behalf of the caller.
        nowait = None if undo or delegate_all else functools.partial(strategy.call_nowait, name, args, kwargs)
        call = strategy.call, (file, name, args, kwargs)
        return await queue.run(executor, *call, undo=undo, held=holding, nowait=nowait, revoke=strategy.revoke)
    finally:
        if held:
            queue.release()


class _MarkedMethod(types.SimpleNamespace):
    """A method that is marked, so that mock, which looks at `__wrapped__`, takes it for a coroutine function."""

    __signature__ = property(lambda self: inspect.signature(self.method))


def _wraps(cls: type, name: str, function: Any, method: Any) -> Any:
    """Give *function*, made for the class *cls*, the name, docstring and signature of the *method* it stands for."""
    function.__name__ = name
    function.__qualname__ = f"{cls.__qualname__}.{name}"
    function.__module__ = cls.__module__
    if method is not None:
        function.__doc__ = method.__doc__
        if method.__doc__ is None and method is vars(io.TextIOWrapper).get(name):  # from Python 3.12 on
            function.__doc__ = getattr(getattr(io.TextIOBase, name, None), "__doc__", None)
        if getattr(method, "__text_signature__", "") is not None:  # mock needs a signature
            function.__wrapped__ = method
            if sys.version_info >= (3, 13) and inspect.iscoroutinefunction(function):
                function.__wrapped__ = inspect.markcoroutinefunction(_MarkedMethod(method=method))
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


@_decorator
def delegate_to_executor(cls: type, name: str) -> _Call:
    """Add coroutine methods to a class, which call the methods of `self._file` in a thread if they may block."""
    stands_for = getattr(cls, "_stands_for", object)
    is_read, is_readline = name == "read", name == "readline"

    async def method(self: Any, *args: Any, **kwargs: Any) -> Any:
        if is_readline and not args and not kwargs:
            for line in self._strategy.lines:
                return line
        strategy, queue, asked = self._strategy, self._queue, False
        # A `read` makes the checks of `may_answer` itself, which takes less time.
        may_answer = name in strategy.rules and (is_read or strategy.may_answer(name, args))
        if may_answer and _has_time() and queue.lock.acquire(False):
            try:
                asked = not queue.busy and not delegate_all
                result = strategy.call_nowait(name, args, kwargs, self._grants) if asked else _WOULD_BLOCK
            finally:
                queue.lock.release()
            if result is not _WOULD_BLOCK:
                return result
        return await _call_in_order(self, name, args, kwargs, asked)

    made: Any = method
    if not issubclass(cls, AsyncBase):
        known = getattr(stands_for, name, None) if name.startswith("is_") else None  # what a directory says of an entry

        async def made(self: Any, *args: Any, **kwargs: Any) -> Any:  # of an object that is no file
            if known is not None and self._is_known:
                return known(self._file, *args, **kwargs)
            return await _call(self._executor, getattr(self._file, name), args, kwargs)

    elif name == "write" and stands_for is not io.IOBase:  # a user's class may have any signature
        accepted = str if issubclass(stands_for, io.TextIOBase) else bytes

        async def made(self: Any, data: Any, *args: Any) -> Any:  # keyword arguments would slow each write down
            if type(data) is accepted and not args:
                strategy = self._strategy
                if (len(data) if accepted is bytes or data.isascii() else 4 * len(data)) <= strategy.longest_write:
                    for write in strategy.writes:
                        return write(data)
            return await method(self, data, *args)

    return _wraps(cls, name, made, getattr(stands_for, name, None))


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


cond_delegate_to_executor = delegate_to_executor  # the name in aiofiles 25.1.0 for those of spooled files
_kept_alive: dict[int, tuple[object, _File]] = {}  # by the id of the asynchronous file


class AsyncBase(_Generic[_S]):
    """The base of all asynchronous files: iteration, `async with`, `aclose`, and all that the wrapped object has."""

    _stands_for: type = io.IOBase
    _strategy: Any  # a `_Strategy`; without a default here, which would make each access slower
    _grants = True  # whether a call may grant others

    if TYPE_CHECKING and not __debug__:  # `_ANY_FILE`, and the properties of all
        closed, mode = _ReadOnly[bool](), _ReadOnly[str]()
        name = _ReadOnly["str | Any"]()  # what was opened: mostly a str, or bytes, or a descriptor

        async def read(self, size: int | None = -1, /) -> _S: ...
        async def readline(self, size: int = -1, /) -> _S: ...
        async def readlines(self, hint: int = -1, /) -> list[_S]: ...
        async def write(self, data: _S, /) -> int: ...
        async def writelines(self, lines: Iterable[_S], /) -> None: ...

        close = flush = _method(io.IOBase.flush)
        isatty = seekable = writable = _method(io.IOBase.writable)
        seek, tell, truncate = _method(io.IOBase.seek), _method(io.IOBase.tell), _method(io.IOBase.truncate)

    def __init_subclass__(cls, stands_for: type | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls._stands_for = stands_for or cls._stands_for
        if "readline" in vars(cls):  # of a user: it is called for each line
            cls._grants = False
        if "_file" in vars(cls):  # a user's property, which looks the file up at each call
            cls._wrapped = property(lambda self: self._file)
            cls._strategy = property(lambda self: _DELEGATE, lambda self, strategy: None)

    def __init__(self, file: _File, loop: object = None, executor: Executor | None = None) -> None:
        if executor is not None and _pickles(executor):
            raise TypeError(f"a file cannot be sent to the processes of {executor!r}: use threads")
        self._file = file
        self._executor = executor
        self._queue = _Queue()
        loop = loop or asyncio._get_running_loop()
        self._opened_in: Any = get_running_loop if loop is None else weakref.ref(loop)

    _loop = property(lambda self: self._opened_in())  # the event loop that opened the file; None if it was collected

    @property
    def _file(self) -> _File:
        """The wrapped file, which may be used between awaited calls."""
        self._strategy.invalidate()
        return self._wrapped

    @_file.setter
    def _file(self, file: _File) -> None:
        self._wrapped = file
        self._strategy = _UNINSPECTED
        if _CPYTHON and type(file.buffer if type(file) is io.TextIOWrapper else file) is not io.BufferedReader:
            # The garbage collector may close the layers of a file in a reference cycle in any order, and lose what they
            # have buffered.  This reference keeps the file out of the cycle until its asynchronous file is collected.
            forget = functools.partial(_kept_alive.pop, id(self))  # a user's class may have no hash
            _kept_alive[id(self)] = weakref.ref(self, forget), file

    @_file.deleter
    def _file(self) -> None:
        del self._wrapped

    def __repr__(self) -> str:
        return f"{super().__repr__()} wrapping {self._wrapped!r}"

    if not TYPE_CHECKING:  # type checkers accept unknown attributes of `AsyncFile` only

        def __getattr__(self, name):
            value = _MISSING if name.startswith("_") else getattr(self._wrapped, name, _MISSING)
            if value is _MISSING:
                return super().__getattribute__(name)  # raises AttributeError, perhaps that of a property
            if not callable(value) or isinstance(value, type):
                return value

            method = delegate_to_executor.__wrapped__(type(self), name)
            return types.MethodType(_wraps(type(self), name, method, getattr(type(self._wrapped), name, value)), self)

    def __dir__(self) -> list[str]:
        return sorted({*super().__dir__(), *_public_names(self._wrapped)})

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _S:
        """The next line."""
        for line in self._strategy.lines:
            return line
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
        # This does not wait for the next time slice: that would take longer than the close itself.
        if self._executor is None and not delegate_all and _kernel.can_close(file, strategy):
            with queue.lock:
                if not queue.busy:
                    return getattr(file, name)(*args, **kwargs)
        if name == "__exit__" and not hasattr(file, name):
            name, args = "close", ()
        if isinstance(strategy, _DuplexStream) and strategy.queue.busy:
            # A thread reads, perhaps without end.  It closes the file when that read returns.
            call = functools.partial(getattr(file, name), *args, **kwargs)
            operation = _Operation(strategy.queue, get_running_loop(), call, _DAEMON_THREAD)
            if strategy.queue.enter(operation, _no_op):  # it has returned meanwhile
                strategy.queue.start(operation)
            return None

        def close_now() -> Any:
            self._strategy.before_close()  # another strategy may have been chosen meanwhile
            return getattr(file, name)(*args, **kwargs)

        return await queue.run(self._executor, close_now, shielded=True, revoke=strategy.revoke)


class AsyncIndirectBase(AsyncBase[_S]):
    """A file that is looked up at each call, because programs replace it, as they do `sys.stdin`.

    A class takes the methods of *model*, and is no subclass of it.
    """

    _inspected: tuple[_File, _Strategy] = None, _UNINSPECTED
    _wrapped = property(lambda self: self._indirect(), lambda self, file: None)

    def __init_subclass__(cls, model: type = object) -> None:
        for name, method in vars(model).items():
            if not name.startswith("__"):
                setattr(cls, name, method)

    def __init__(self, name: str, loop: object, executor: Executor | None, indirect: Callable[[], _File]) -> None:
        self._indirect = indirect
        self._name = name
        super().__init__(None, loop, executor)

    @property
    def _strategy(self) -> _Strategy:
        file, strategy = self._inspected
        return strategy if file is self._wrapped else _UNINSPECTED

    @_strategy.setter
    def _strategy(self, strategy: _Strategy) -> None:
        if strategy is not _UNINSPECTED:
            if isinstance(strategy, _Reader):
                strategy.rules = {}  # other threads and event loops use these files, too: nothing is known of buffers
            elif not isinstance(strategy, _Stream):
                strategy = _DELEGATE
            self._inspected = self._wrapped, strategy


_ANY_FILE = (
    "close", "flush", "isatty", "read", "readline", "readlines", "seek", "seekable", "tell", "truncate", "writable",
    "write", "writelines",
)  # fmt: skip
_BUFFERED = *_ANY_FILE, "read1", "readinto", "readinto1"


if TYPE_CHECKING:

    class _Binary(AsyncBase[bytes]):
        async def readline(self, size: int | None = -1, /) -> bytes: ...
        async def write(self, data: ReadableBuffer, /) -> int: ...
        async def writelines(self, lines: Iterable[ReadableBuffer], /) -> None: ...

        fileno, readable = _plain(io.IOBase.fileno), _plain(io.IOBase.readable)
        readinto = _method(io.BufferedIOBase.readinto)

    class _Buffered(_Binary):
        read1, readinto1 = _method(io.BufferedReader.read1), _method(io.BufferedIOBase.readinto1)
        raw = _ReadOnly[io.FileIO]()

        def detach(self) -> io.FileIO: ...

    class _Peeked(_Buffered):
        peek = _method(io.BufferedReader.peek)

    class _Raw(_Binary):
        closefd, readall = _ReadOnly[bool](), _method(io.RawIOBase.readall)

    class _Text(AsyncBase[str]):
        buffer, encoding, errors = _ReadOnly[BinaryIO](), _ReadOnly[str](), _ReadOnly["str | None"]()
        line_buffering = write_through = _ReadOnly[bool]()
        newlines = _ReadOnly["str | tuple[str, ...] | None"]()
        readable, reconfigure = _method(io.IOBase.readable), _method(io.TextIOWrapper.reconfigure)
        detach, fileno = _plain(io.TextIOBase.detach), _plain(io.IOBase.fileno)
else:
    _Buffered = _Peeked = _Raw = _Text = AsyncBase


@delegate_to_executor(*_BUFFERED)
@proxy_method_directly("detach", "fileno", "readable")
@proxy_property_directly("closed", "raw", "name", "mode")
class AsyncBufferedIOBase(_Buffered, stands_for=io.BufferedIOBase):
    """An asynchronous io.BufferedWriter, or any other io.BufferedIOBase."""


@delegate_to_executor("peek")
class AsyncBufferedReader(AsyncBufferedIOBase, _Peeked, stands_for=io.BufferedReader):
    """An asynchronous io.BufferedReader or io.BufferedRandom."""


@delegate_to_executor(*_ANY_FILE, "readall", "readinto")
@proxy_method_directly("fileno", "readable")
@proxy_property_directly("closed", "name", "mode")
class AsyncFileIO(_Raw, stands_for=io.FileIO):
    """An asynchronous io.FileIO."""


@delegate_to_executor(*_ANY_FILE, "readable", "reconfigure")
@proxy_method_directly("detach", "fileno")
@proxy_property_directly("buffer", "closed", "encoding", "errors", "line_buffering", "newlines", "name", "mode")
class AsyncTextIOWrapper(_Text, stands_for=io.TextIOWrapper):
    """An asynchronous io.TextIOWrapper."""


class AsyncIndirectBufferedIOBase(AsyncIndirectBase[bytes], _Buffered, model=AsyncBufferedIOBase):
    """An asynchronous io.BufferedIOBase that is looked up at each call."""


class AsyncIndirectBufferedReader(AsyncIndirectBufferedIOBase, _Peeked, model=AsyncBufferedReader):
    """An asynchronous io.BufferedReader that is looked up at each call."""


class AsyncIndirectFileIO(AsyncIndirectBase[bytes], _Raw, model=AsyncFileIO):
    """An asynchronous io.FileIO that is looked up at each call."""


class AsyncTextIndirectIOWrapper(AsyncIndirectBase[str], _Text, model=AsyncTextIOWrapper):
    """An asynchronous io.TextIOWrapper that is looked up at each call."""


class AsyncFile(AsyncBase[_S]):
    """An asynchronous file of any other type, with the methods and attributes of the wrapped object."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


# ==== open ============================================================================================================
#
# The call that opens a file also inspects it if that may block, so that a thread is needed at most once.
# `threadpool.wrap`, with which programs register types of their own, chooses the class of the asynchronous file.


class AiofilesContextManager(_Coroutine[_T_co]):
    """What `open` returns: await it, or enter it with `async with`, which closes the file at the end.

    It keeps the result of the coroutine that it awaits, and asyncio.create_task accepts it as a coroutine.
    """

    _obj: Any = None  # then the file

    def __init__(self, coro: _Coroutine[_T_co]) -> None:
        self._coro: Any = coro

    def __await__(self) -> Generator[Any, Any, _T_co]:
        if self._obj is None:
            self._obj = yield from self._coro.__await__()
        return self._obj

    send: Any = property(lambda self: self._coro.send)  # these leave no frame in a traceback
    throw: Any = property(lambda self: self._coro.throw)
    close: Any = property(lambda self: self._coro.close)

    async def __aenter__(self) -> _T_co:
        return await self

    async def __aexit__(self, *exc_info: Any) -> None:
        file, self._obj = self._obj, None
        if issubclass(type(file), AsyncBase):  # not a mock, which says that it is an instance
            await file._close_in_order("__exit__", *exc_info)
        elif file is not None:
            executor = file._executor if type(file) is AsyncTemporaryDirectory else None
            await _Queue().run(executor, file._file.__exit__, exc_info, shielded=True)

    if not TYPE_CHECKING:

        def __getattr__(self, name):
            if name in ("__name__", "__qualname__"):  # for the `repr` of a task
                return getattr(self._coro, name)
            raise AttributeError(f"the file is not open yet, so it has no {name!r}: await it or use `async with`")


class AiofilesContextManagerTempDir(AiofilesContextManager["AsyncTemporaryDirectory[_S]"]):
    """The same for a temporary directory: `async with` gives its path, and removes it at the end."""

    async def __aenter__(self) -> _S:  # type: ignore[override]
        return (await self).name


def _text_encoding(encoding: str | None, mode: object = "r", stack_level: int = 3) -> str | None:
    """The *encoding* to pass on.  An EncodingWarning points at the line that called the caller of this function."""
    if encoding is not None or not getattr(sys.flags, "warn_default_encoding", False) or "b" in str(mode):
        return encoding
    return io.text_encoding(None, stack_level)  # type: ignore[attr-defined, no-any-return, unused-ignore]


if TYPE_CHECKING:

    @overload
    def open(
        file: _AnyPath, mode: OpenTextMode = "r", buffering: int = -1, encoding: str | None = None,
        errors: str | None = None, newline: str | None = None, closefd: bool = True, opener: _Opener | None = None,
        **where: Unpack[_Where],
    ) -> _OpensText: ...  # fmt: skip
    @overload
    def open(file: _AnyPath, mode: OpenBinaryMode, buffering: Literal[0], **how: Unpack[_How]) -> _OpensRaw: ...  # type: ignore[overload-overlap]
    @overload
    def open(file: _AnyPath, mode: _ReadMode, buffering: int = -1, **how: Unpack[_How]) -> _OpensReader: ...
    @overload
    def open(file: _AnyPath, mode: OpenBinaryMode, buffering: int = -1, **how: Unpack[_How]) -> _OpensWriter: ...
    @overload
    def open(
        file: _AnyPath, mode: str, buffering: int = -1, encoding: str | None = None, errors: str | None = None,
        newline: str | None = None, closefd: bool = True, opener: _Opener | None = None, **where: Unpack[_Where],
    ) -> _OpensAny: ...  # fmt: skip


def open(
    file: _AnyPath, mode: str = "r", buffering: int = -1, encoding: str | None = None,
    errors: str | None = None, newline: str | None = None, closefd: bool = True, opener: _Opener | None = None, *,
    loop: object = None, executor: Executor | None = None,
) -> AiofilesContextManager[Any]:  # fmt: skip
    """Open a file with the arguments of the builtin `open`; errors are raised when the result is awaited.

    Awaiting the result or entering it with `async with` gives the asynchronous file.  `async with` closes it at the
    end.  Calls that may block are made in *executor*, by default the default executor of the running event loop.
    *loop* is ignored.
    """
    coro = _threadpool._open(
        file, mode=mode, buffering=buffering, encoding=_text_encoding(encoding, mode), errors=errors, newline=newline,
        closefd=closefd, opener=opener, loop=loop, executor=executor,
    )  # fmt: skip
    return AiofilesContextManager(coro)


async def _open(file: _AnyPath, *, loop: object = None, executor: _X = None, **options: Any) -> Any:
    """The coroutine that `open` awaits; programs patch it as `aiofiles.threadpool._open`."""
    return await _open_wrapped(executor, _threadpool.sync_open, (file,), options, _close, _wrap_any)


_open.__name__ = _open.__qualname__ = "open"  # for the warning that it was never awaited


async def _open_wrapped(executor: _X, function: _Call, args: _Args, kwargs: _Kwargs, undo: _Call, convert: Any) -> Any:
    """Return what *convert* makes of the file that *function* opens; *undo* closes it if the caller does not get it."""
    newline, buffering = kwargs.get("newline"), kwargs.get("buffering", -1)
    file = await _call_if_cached("io.open" if function is io.open else "", executor, function, args, kwargs)
    if file is not _WOULD_BLOCK:
        strategy = _Reader(file, newline, buffering)
        strategy.opened_at_once = True
    else:
        if convert is wrap_file:  # the arguments of a function that is not known may mean something else
            newline, buffering = None, 0

        def open_and_inspect(where: Any) -> tuple[_File, _Strategy] | None:
            path: Any = args[0] if args else None
            with contextlib.suppress(OSError, ValueError, TypeError):  # *function* raises the error
                if where is None and not isinstance(path, int) and _stat.S_ISFIFO(_kernel.stat(path).st_mode):
                    return None
            file = function(*args, **kwargs)
            return file, _inspect(file, newline, buffering)

        def run(where: Any) -> Awaitable[Any]:
            return _Queue().run(where, open_and_inspect, (where,), undo=lambda opened: opened and undo(opened[0]))

        # Opening a FIFO may wait for the other end without limit.
        file, strategy = await run(executor) or await run(_DAEMON_THREAD)
    try:
        result = convert(file, executor=executor)
    except BaseException:
        with contextlib.suppress(Exception):
            await _Queue().run(executor, undo, (file,), shielded=True)
        raise
    if issubclass(type(result), AsyncBase) and result._strategy is _UNINSPECTED:
        result._strategy = strategy
    return result


@functools.singledispatch
def wrap(file: _File, *, loop: object = None, executor: Executor | None = None) -> Any:
    """Return the asynchronous file around *file*, by its type; `wrap.register` adds a type."""
    raise TypeError(f"Unsupported io type: {file}.")


for _type, _name in (
    (io.TextIOBase, "AsyncTextIOWrapper"), (io.BufferedIOBase, "AsyncBufferedIOBase"),
    (io.BufferedReader, "AsyncBufferedReader"), (io.BufferedRandom, "AsyncBufferedReader"), (io.FileIO, "AsyncFileIO"),
):  # fmt: skip
    wrap.register(_type, lambda file, _name=_name, **where: getattr(_threadpool, _name)(file, **where))


def _wrap_any(file: _File, executor: Executor | None) -> Any:
    """The same as `wrap`, also for what `tempfile` opens; its classes are compared by name: tests replace them."""
    for each in type(file).__mro__ if type(file) not in _IO_TYPES else ():
        if each.__module__ == "tempfile" and each.__name__ in _TEMPFILE_CLASSES:
            return _TEMPFILE_CLASSES[each.__name__](file, executor=executor)
    return _threadpool.wrap(file, loop=asyncio._get_running_loop(), executor=executor)


def _wrap_temporary(base_io_obj: _File, file: _File, *, loop: object = None, executor: Executor | None = None) -> Any:
    """Return the asynchronous file around *file*, by the type of the file that it is a proxy of."""
    return wrap.dispatch(type(base_io_obj))(file, loop=loop, executor=executor)


if TYPE_CHECKING:

    @overload
    def wrap_file(file: io.TextIOBase | TextIO, **how: Unpack[_Where]) -> AsyncTextIOWrapper: ...  # pyright: ignore[reportOverlappingOverload]
    @overload
    def wrap_file(file: io.BufferedReader | io.BufferedRandom, **how: Unpack[_Where]) -> AsyncBufferedReader: ...
    @overload
    def wrap_file(file: io.BufferedIOBase, **how: Unpack[_Where]) -> AsyncBufferedIOBase: ...
    @overload
    def wrap_file(file: io.FileIO, **how: Unpack[_Where]) -> AsyncFileIO: ...
    @overload
    def wrap_file(file: _tempfile.SpooledTemporaryFile[_S], **how: Unpack[_Where]) -> AsyncSpooledTemporaryFile[_S]: ...
    @overload
    def wrap_file(file: SupportsRead[Any] | SupportsWrite[Any], **how: Unpack[_Where]) -> AsyncFile[Any]: ...


def wrap_file(file: Any, *, loop: object = None, executor: Executor | None = None) -> AsyncBase[Any]:
    """Return an asynchronous file around any file object: of `io`, `gzip`, `zipfile`, or of a class of your own.

    Its methods are coroutines, and its other attributes are those of *file*.  All calls of objects that are not plain
    files of `io` are made in *executor*, by default the default executor of the running event loop.
    """
    try:
        return _wrap_any(file, executor)
    except TypeError:
        if isinstance(file, (type, AsyncBase)) or not any(hasattr(file, name) for name in ("read", "write", "close")):
            raise
        return AsyncFile(file, loop, executor)


def wrap_open(function: _Call) -> Callable[..., AiofilesContextManager[AsyncFile[Any]]]:
    """Make a function that is used like `aiofiles.open` from a *function* that opens something, such as gzip.open().

    It takes the arguments of *function*, and `executor=`.  `wrap_file` wraps what *function* returns.
    """

    def opening(*args: Any, loop: object = None, executor: Executor | None = None, **kwargs: Any) -> Any:
        coro: Any = _open_wrapped(executor, function, args, kwargs, _close, wrap_file)
        coro.__name__ = coro.__qualname__ = opening.__name__
        return AiofilesContextManager(coro)

    return functools.update_wrapper(opening, function, ("__name__", "__qualname__", "__doc__"))


# ==== stdio ===========================================================================================================

stdin = AsyncTextIndirectIOWrapper("sys.stdin", None, None, indirect=lambda: sys.stdin)
stdout = AsyncTextIndirectIOWrapper("sys.stdout", None, None, indirect=lambda: sys.stdout)
stderr = AsyncTextIndirectIOWrapper("sys.stderr", None, None, indirect=lambda: sys.stderr)
stdin_bytes = AsyncIndirectBufferedIOBase("sys.stdin.buffer", None, None, indirect=lambda: sys.stdin.buffer)
stdout_bytes = AsyncIndirectBufferedIOBase("sys.stdout.buffer", None, None, indirect=lambda: sys.stdout.buffer)
stderr_bytes = AsyncIndirectBufferedIOBase("sys.stderr.buffer", None, None, indirect=lambda: sys.stderr.buffer)


def _make_queues() -> None:
    """Give the two ways into each stream one queue: a new one in a forked process, where no thread would release it."""
    for text, binary in (stdin, stdin_bytes), (stdout, stdout_bytes), (stderr, stderr_bytes):
        text._queue = binary._queue = _Queue()
    for stream in [*_Stream.of_buffer.values()]:  # a read of the parent process may hold the queue
        stream.queue.__init__()  # type: ignore[misc]
        stream.thread_read = None


_make_queues()
if hasattr(_os, "register_at_fork"):
    _posix.register_at_fork(after_in_child=_make_queues)


# ==== The namespaces ==================================================================================================
#
# `aiofiles.os` and the other namespaces have all names of the standard library's module in the running Python.  A
# function becomes a coroutine function with `executor=`, unless the table below says that it does not block; so a
# function that a newer Python adds is delegated.  Classes and constants are those of the module.  What iterates, opens
# files or returns paths is implemented here.

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
}

# What is undone if the caller was cancelled meanwhile.  No rule tells which functions return a new descriptor.
_UNDONE = "dup|eventfd|memfd_create|mkdtemp|mkstemp|open|openpty|pipe2?|popen|posix_openpt|timerfd_create"


def _undo(made: Any) -> None:
    """Close and remove what was made for a cancelled caller: descriptors, files, temporary files and directories."""
    for each in made if isinstance(made, tuple) else (made,):
        if isinstance(each, int):
            _os.close(each)
        elif hasattr(each, "cleanup"):
            each.cleanup()
        elif isinstance(each, (str, bytes)):
            with contextlib.suppress(FileNotFoundError):
                (_os.rmdir if _os.path.isdir(each) else _os.unlink)(each)
        elif each is not None:
            each.close()
            _undo(None if isinstance(each.name, int) else each.name)  # an unnamed file has a number or None


class _Namespace(types.ModuleType):
    """A module with the names of the module *source*.  *names* and *own* are those implemented in this file."""

    def __init__(self, name: str, source: str | None, names: str = "", **own: Any) -> None:
        doc = source and f"The module {source}, in which functions that may block are coroutine functions."
        super().__init__(f"{__name__}.{name}", doc or "A module of the package aiofiles.")
        self.__file__ = globals().get("__file__")
        self.__spec__ = importlib.machinery.ModuleSpec(self.__name__, None)
        self._source: Any = source
        self.__dict__.update({name: globals()[name] for name in names.split()}, **own)

    def __getattr__(self, name: str) -> Any:
        # Another thread may be importing it: `import_module` waits for that.
        source = self._source and importlib.import_module(self._source) and _source_module(self._source)
        if name == "__all__" and source:
            names = [name for name in self.__dict__ if not name.startswith("_")]
            names += getattr(source, "__all__", _public_names(source))
            return sorted({*names} - vars(builtins).keys())  # a star import must not hide `open`
        if name.startswith("__") or not hasattr(source, name):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        original, made = getattr(source, name), _IMPLEMENTED.get(f"{self._source}.{name}")
        if made is None:
            not_blocking = "|".join(_NOT_BLOCKING.get(self._source, "").split())
            if not callable(original) or isinstance(original, type) or re.fullmatch(not_blocking, name):
                return original
            made = _asynchronous(lambda args, kw: (getattr(_source_module(self._source), name), args, kw, None), name)
        lasts = issubclass(type(original), (type, types.FunctionType, types.BuiltinFunctionType))  # no test's mock
        if made is _path_class:
            made = made()
        elif lasts:
            functools.update_wrapper(made, original, updated=() if isinstance(original, type) else ("__dict__",))
            made.__module__ = self.__name__  # by the module of the original, pyfakefs would find and replace it
        return self.__dict__.setdefault(name, made) if lasts else made

    def __dir__(self) -> list[str]:
        return sorted({*self.__dict__, *_public_names(self._source and _source_module(self._source))})


def _source_module(name: str) -> Any:
    """The module *name* as it is now, since tests replace modules."""
    return _source_module("os").path if name == "os.path" else sys.modules.get(name) or importlib.import_module(name)


def _public_names(module: object) -> list[str]:
    return [name for name in dir(module) if not name.startswith("_")]


def _asynchronous(bind: Callable[[_Args, _Kwargs], Any], name: str = "", known_as: str = "") -> Any:
    """Make the asynchronous counterpart of *name*: a coroutine function, or one that returns an iterator.

    At each call bind(args, kwargs) returns what to call in a thread, its arguments, and a converter of its results.
    *known_as* is its name in the table of what the kernel may have cached, by default the last part of *name*.
    """
    undo = _undo if re.fullmatch(_UNDONE, name) else None
    known_as = known_as or name.rpartition(".")[2]

    async def run(*args: Any, loop: object = None, executor: _X = None, **kwargs: Any) -> Any:
        function, args, kwargs, convert = bind(args, kwargs)
        result = await _call_if_cached(known_as, executor, function, args, kwargs)
        if result is _WOULD_BLOCK:
            result = await _call(executor, function, args, kwargs, undo)
        return convert(result) if convert else result

    def iterate(*args: Any, loop: object = None, executor: _X = None, **kwargs: Any) -> AsyncEntries[Any]:
        function, args, kwargs, convert = bind(args, kwargs)
        seconds = 0 if name == "fwalk" else 0.005  # one at a time: its descriptor is closed when the next follows
        return AsyncEntries(functools.partial(function, *args, **kwargs), executor, convert, seconds)

    return iterate if name in ("fwalk", "iglob", "Path.iterdir", "Path.glob", "Path.rglob") else run


def _wrap_function(func: Callable[_P, _T]) -> _Awaited[_P, _T]:
    """Make a coroutine function that calls *func* in an executor.  It takes the arguments of *func* and `executor=`."""
    is_unbound = type(func) is types.FunctionType and "." in func.__qualname__  # a method, which takes no descriptor
    known_as = "" if is_unbound else getattr(func, "__name__", "")
    run = _asynchronous(lambda args, kwargs: (func, args, kwargs, None), known_as=known_as)
    return functools.update_wrapper(run, func)  # type: ignore[return-value]


_wrap_function.__name__ = _wrap_function.__qualname__ = "wrap"


async def _copyfileobj(fsrc: Any, fdst: Any, length: int = 0, *, loop: object = None, executor: _X = None) -> None:
    """Copy between any two files, each asynchronous or not."""

    async def call(method: _Call, *args: Any) -> Any:
        result = method(*args) if is_async(method) else await _call(executor, method, args)
        return await result if inspect.isawaitable(result) else result

    shutil, is_async = _source_module("shutil"), inspect.iscoroutinefunction
    of_io = all(isinstance(getattr(each, "file", each), io.IOBase) for each in (fsrc, fdst))  # `file`: of tempfile
    if not of_io or is_async(fsrc.read) or is_async(fdst.write):  # of other classes, any method may be asynchronous
        while data := await call(fsrc.read, length or shutil.COPY_BUFSIZE):
            await call(fdst.write, data)
    else:
        await _call(executor, shutil.copyfileobj, (fsrc, fdst, length))


# ---- iterators -------------------------------------------------------------------------------------------------------


class AsyncEntries(_Generic[_T]):
    """An asynchronous iterator over a blocking one, of which each call in a thread fetches a batch.

    A loop over it may be left at any time.  `async with` and `aclose` close the blocking iterator at once.
    """

    def __init__(
        self, make: Callable[[], Iterable[Any]], executor: _X = None, convert: Callable[[Any], _T] | None = None,
        seconds: float = 0.005,
    ) -> None:  # fmt: skip
        self._make = make  # this and `convert` are called in a thread
        self._convert: Any = iter if convert is None else functools.partial(map, convert)
        self._executor = executor
        self._seconds = seconds  # after this time a batch ends
        self._queue = _Queue()
        self._source: Any = None  # the blocking iterator
        self._entries: deque[_T] = deque()
        self._end: list[BaseException] | None = None  # None: there is more; or a list, of the error to raise at the end

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> _T:
        while not self._entries:
            if self._end is not None:
                raise self._end.pop() if self._end else StopAsyncIteration
            await self._queue.run(self._executor, self._fetch)
        return self._entries.popleft()

    def _fetch(self) -> None:
        if self._entries or self._end is not None:
            return  # another task has fetched a batch
        batch: list[_T] = []
        end: list[BaseException] | None = None
        try:
            if self._source is None:
                self._source = iter(self._make())
            until, wanted = _Clock.now() + self._seconds, 0
            while end is None and wanted < 1024 and (not wanted or _Clock.now() < until):
                wanted += min(wanted or 1, 64)
                batch.extend(self._convert(islice(self._source, wanted - len(batch))))  # also what precedes an error
                end = [] if len(batch) < wanted else None
        except BaseException as error:
            end = [error]
        self._entries.extend(batch)
        self._end = end

    def _close_source(self) -> None:
        self._end = []
        self._entries.clear()
        if hasattr(self._source, "close"):
            self._source.close()

    __del__ = _close_source

    async def aclose(self) -> None:
        """Close the blocking iterator."""
        if self._end is not None:
            self._close_source()  # nothing is open any more
        else:
            await self._queue.run(self._executor, self._close_source, shielded=True)

    async def __aenter__(self) -> Self:
        """Make the blocking iterator, which opens a directory, and fetch entries in the same call."""
        await self._queue.run(self._executor, self._fetch)
        if self._end and not self._entries:
            raise self._end.pop()
        return self

    async def __aexit__(self, *exc_info: Any) -> None:
        await self.aclose()


class AsyncScandir(AsyncEntries["AsyncDirEntry[_S]"], AiofilesContextManager["_os._ScandirIterator[_S]"]):  # type: ignore[misc]
    """What `scandir` returns: an asynchronous iterator of `AsyncDirEntry`, and an asynchronous context manager.

    Awaiting it returns the iterator of `os.scandir` itself, as in aiofiles 25.1.0.
    """

    @functools.cached_property
    def _coro(self) -> Any:
        return _call(self._executor, self._make, undo=_close)


def _scandir(*args: Any, loop: object = None, executor: _X = None, **kwargs: Any) -> AsyncScandir[Any]:
    scandir = functools.partial(_os.scandir, *args, **kwargs)
    return AsyncScandir(scandir, executor, functools.partial(AsyncDirEntry, executor))


# Its result can be awaited, so `mock.patch` has to replace it by an AsyncMock, as in aiofiles 25.1.0.
if sys.version_info >= (3, 12):
    inspect.markcoroutinefunction(_scandir)
else:
    vars(_scandir)["_is_coroutine"] = vars(asyncio.coroutines)["_is_coroutine"]


@delegate_to_executor(*(name for name in dir(_os.DirEntry) if name.startswith("is_")), "inode", "stat")
@proxy_property_directly("name", "path")
class AsyncDirEntry(_Generic[_S]):
    """An os.DirEntry whose methods are coroutines.  What the directory says about the entry takes no thread."""

    __slots__ = ("_executor", "_file", "_is_known")
    _stands_for = _os.DirEntry

    if TYPE_CHECKING:
        name = path = _ReadOnly[_S]()
        inode, stat = _method(_os.DirEntry.inode), _method(_os.DirEntry.stat)
        is_dir = is_file = _method(_os.DirEntry.is_dir)
        is_symlink = _method(_os.DirEntry.is_symlink)
        if sys.version_info >= (3, 12):
            is_junction = _method(_os.DirEntry.is_junction)

    def __init__(self, executor: Executor | None, entry: _os.DirEntry[_S]) -> None:  # in a thread
        self._executor = executor
        self._file: Any = entry
        self._is_known = True
        try:
            if _is_symlink(entry):
                entry.stat()  # which the entry caches, unless the link is broken
        except (OSError, TypeError):  # TypeError: a test has replaced os.scandir, and this is no os.DirEntry
            self._is_known = False

    def __fspath__(self) -> _S:
        return self._file.path

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"


class AsyncWalk(AsyncEntries["Any"]):
    """A walk that lists directories ahead.  From the top down it does not visit those that the caller has removed.

    walk(path) is called in a thread; the first item that it yields tells about the directory *path*.  The caller's
    *onerror* is called in the event loop.
    """

    def __init__(self, walk: _Call, join: _Call, top: Any, topdown: bool, onerror: _Call | None, executor: _X) -> None:
        super().__init__(tuple, executor)
        self._walk = walk
        self._below: _Call = lambda found: [join(path, name) for path, names, _ in found for name in reversed(names)]
        self._topdown = topdown
        self._stack = [top]  # paths, and what they were replaced by: tuples and errors; the last comes first
        self._ahead: dict[Any, list[Any]] = {}  # what replaces the paths that were listed ahead
        self._source = self._visit(onerror or (lambda error: None))

    async def __anext__(self) -> Any:
        for found in self._source:
            if found is not _WOULD_BLOCK:
                return found
            await self._queue.run(self._executor, self._fetch)
        raise StopAsyncIteration

    def _visit(self, onerror: _Call) -> Iterator[Any]:
        """Walk in the event loop, and yield `_WOULD_BLOCK` when a directory has to be listed."""
        stack = self._stack
        while stack:
            found = stack.pop()
            if isinstance(found, tuple):
                yield found
                stack += self._below([found]) if self._topdown else ()  # the caller may have changed the list
            elif (listed := self._ahead.pop(found, None)) is not None:
                stack += listed
            elif isinstance(found, OSError):
                onerror(found)
            elif isinstance(found, Exception):
                raise found
            else:
                stack.append(found)
                yield _WOULD_BLOCK

    def _fetch(self) -> None:
        paths = [path for path in self._stack[-256:] if not isinstance(path, tuple)]
        ahead: dict[Any, list[Any]] = {}
        until = _Clock.now() + self._seconds
        while paths and len(ahead) < 256 and (not ahead or _Clock.now() < until):
            path = paths.pop()
            try:
                listed = [*islice(self._walk(path), 1)]
                below = self._below(listed)
            except Exception as error:
                listed, below = [error], []
            paths += below
            ahead[path] = listed if self._topdown else listed + below
        self._ahead = ahead


_is_symlink: Any = _os.DirEntry.is_symlink


def _walk(
    top: Any, topdown: bool = True, onerror: _Call | None = None, followlinks: bool = False, *, loop: object = None,
    executor: _X = None,
) -> AsyncEntries[Any]:  # fmt: skip
    def walk(path: Any) -> Any:
        visits = path is top or followlinks or not _os.path.islink(path)
        return _os.walk(path, True, _raise, followlinks) if visits else ()

    top = _os.fspath(top)  # it may have no hash
    if not _are_original("walk", _os.walk):  # a replaced function visits all directories itself
        return AsyncEntries(lambda: _os.walk(top, topdown, onerror, followlinks), executor, seconds=0)
    return AsyncWalk(walk, _os.path.join, top, topdown, onerror, executor)


# ---- pathlib ---------------------------------------------------------------------------------------------------------


def _to_pathlib(value: Any) -> Any:
    """Convert *value* to a pathlib.Path if it is an `aiofiles.Path`."""
    return _source_module("pathlib").Path(value) if getattr(type(value), "_is_async", False) else value


def _path_method(cls: type, name: str) -> Any:
    """Make the asynchronous counterpart of the method *name* of pathlib.Path."""
    pathlib = _source_module("pathlib")
    stands_for = getattr(pathlib.Path, name)
    encoding = {"read_text": 1, "write_text": 2}.get(name, -1)  # the position of this argument

    def bind(args: _Args, kwargs: _Kwargs) -> Any:
        owner, *rest = args
        if len(args) <= encoding and (known := _text_encoding(kwargs.get("encoding"), stack_level=4)):
            kwargs["encoding"] = known
        plain, make = (pathlib.Path, owner) if isinstance(owner, type) else (_to_pathlib(owner), owner.with_segments)
        call = getattr(plain, name), (*map(_to_pathlib, rest),), {key: _to_pathlib(kwargs[key]) for key in kwargs}
        return *call, lambda result: make(result) if isinstance(result, pathlib.PurePath) else result

    function = _asynchronous(bind, f"Path.{name}")
    method = _wraps(cls, name, function, getattr(stands_for, "__func__", stands_for))
    return classmethod(method) if inspect.ismethod(stands_for) else method


def _path_class() -> Any:
    """Make the class `Path` at its first use, since the import of pathlib takes time."""
    pathlib = _source_module("pathlib")

    class Path(type(pathlib.PurePath())):  # type: ignore[misc]
        """A pathlib.PurePath whose methods that touch a disk are coroutines or asynchronous iterators."""

        __qualname__ = "Path"
        _is_async = True

        if sys.version_info < (3, 12):

            def with_segments(self, path: Any) -> Any:
                """Make a path of this class without parsing it again, which would take most of an `iterdir`."""
                return self._from_parsed_parts(path._drv, path._root, path._parts)

        def open(self, mode: str = "r", buffering: int = -1, encoding: Any = None, *args: Any, **options: Any) -> Any:
            return open(self, mode, buffering, _text_encoding(encoding, mode), *args, **options)

        if hasattr(pathlib.Path, "walk"):

            def walk(
                self, top_down: bool = True, on_error: _Call | None = None, follow_symlinks: bool = False, *,
                loop: object = None, executor: _X = None,
            ) -> AsyncWalk:  # fmt: skip
                def walk(path: Any) -> Any:
                    return ((path, *found[1:]) for found in _to_pathlib(path).walk(True, _raise, follow_symlinks))

                return AsyncWalk(walk, operator.truediv, self, top_down, on_error, executor)

        if hasattr(pathlib.Path, "info"):

            @functools.cached_property
            def info(self) -> Any:
                """A pathlib.types.PathInfo, which caches what it has found out; its methods are coroutines."""
                info = _to_pathlib(self).info
                methods = {name: _wrap_function(getattr(info, name)) for name in _public_names(info)}
                return types.SimpleNamespace(**methods)

    for name in _public_names(pathlib.Path):
        if inspect.isfunction(vars(Path).get(name)):
            _wraps(Path, name, vars(Path)[name], getattr(pathlib.Path, name))
        elif hasattr(pathlib.PurePath, name):
            if name in vars(pathlib.Path):  # overridden there, and not blocking
                setattr(Path, name, vars(pathlib.Path)[name])
        elif callable(getattr(pathlib.Path, name)):
            setattr(Path, name, _path_method(Path, name))
    return Path


# ---- tempfile --------------------------------------------------------------------------------------------------------


@delegate_to_executor(*_BUFFERED, "readable", "fileno", "rollover")
@proxy_property_directly("closed", "encoding", "mode", "name", "newlines")
class AsyncSpooledTemporaryFile(AsyncBase[_S]):
    """An asynchronous tempfile.SpooledTemporaryFile."""

    if TYPE_CHECKING:
        encoding, newlines = _ReadOnly[str](), _ReadOnly["str | tuple[str, ...] | None"]()

        async def read1(self: AsyncSpooledTemporaryFile[bytes], size: int = -1, /) -> bytes: ...
        async def readinto(self: AsyncSpooledTemporaryFile[bytes], buffer: WriteableBuffer, /) -> int: ...

        readinto1 = readinto
        fileno, readable, rollover = _method(io.IOBase.fileno), _method(io.IOBase.readable), _method(io.IOBase.flush)

    def __init__(self, file: _File, loop: object = None, executor: Executor | None = None) -> None:
        super().__init__(file, loop, executor)
        self._strategy = _Spool(file)


@delegate_to_executor("cleanup")
@proxy_property_directly("name")
class AsyncTemporaryDirectory(_Generic[_A]):
    """An asynchronous tempfile.TemporaryDirectory: `async with` gives its path, and removes it at the end."""

    if TYPE_CHECKING:
        name, cleanup = _ReadOnly[_A](), _method(_tempfile.TemporaryDirectory.cleanup)

    def __init__(self, file: _File, loop: object = None, executor: Executor | None = None) -> None:
        self._file = file
        self._executor = executor

    async def close(self) -> None:
        """Remove the directory: the same as `cleanup`."""
        await self.cleanup()

    async def __aenter__(self) -> _A:
        return self.name

    async def __aexit__(self, *exc_info: Any) -> None:
        await _Queue().run(self._executor, self._file.__exit__, exc_info, shielded=True)


_TEMPFILE_CLASSES: dict[str, _Call] = {
    "SpooledTemporaryFile": AsyncSpooledTemporaryFile, "TemporaryDirectory": AsyncTemporaryDirectory,
    "_TemporaryFileWrapper": lambda file, executor: _wrap_temporary(file.file, file, executor=executor),
}  # fmt: skip
_TEMPFILE_PARAMETERS = {  # positional parameters in aiofiles 25.1.0, where `loop` and `executor` follow
    "TemporaryFile": "mode buffering encoding newline suffix prefix dir",
    "NamedTemporaryFile": "mode buffering encoding newline suffix prefix dir delete"
    + (" delete_on_close" if sys.version_info >= (3, 12) else ""),
    "SpooledTemporaryFile": "max_size mode buffering encoding newline suffix prefix dir",
    "TemporaryDirectory": "suffix prefix dir",
}


def _tempfile_function(name: str) -> _Call:
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
        make = getattr(_source_module("tempfile"), name)
        open_: Any = _MODULES["tempfile"]._temporary_file  # which tests patch
        coro = open_(executor, make, (), kwargs, _undo, _TEMPFILE_CLASSES.get(name, _wrap_any))
        coro.__name__ = coro.__qualname__ = name
        return (AiofilesContextManagerTempDir if is_directory else AiofilesContextManager)(coro)

    return function


#: What stands for functions and classes of the standard library and does more than call them in a thread.
_IMPLEMENTED: dict[str, _Call] = {
    "os.scandir": _scandir, "os.walk": _walk, "pathlib.Path": _path_class, "shutil.copyfileobj": _copyfileobj,
    **{f"tempfile.{name}": _tempfile_function(name) for name in _TEMPFILE_PARAMETERS},
}  # fmt: skip


# ==== How the names are published =====================================================================================
#
# aiofiles 25.1.0 is a package with modules.  This file puts these modules into `sys.modules`, so that every form of
# import works.  Programs and tests patch names in them, so names are looked up in these modules at each call.

_FILES = (
    "AsyncBase AsyncIndirectBase AsyncTextIOWrapper AsyncTextIndirectIOWrapper AsyncBufferedIOBase AsyncBufferedReader "
    "AsyncFileIO AsyncIndirectBufferedIOBase AsyncIndirectBufferedReader AsyncIndirectFileIO AiofilesContextManager "
    "AsyncSpooledTemporaryFile AsyncTemporaryDirectory AiofilesContextManagerTempDir"
)
_STDIO = "stdin stdout stderr stdin_bytes stdout_bytes stderr_bytes"
_UTILS = "delegate_to_executor proxy_method_directly proxy_property_directly cond_delegate_to_executor"
_ospath = _Namespace("ospath", "os.path", wrap=_wrap_function)
_MODULES = {
    "base": _Namespace("base", None, "AiofilesContextManager AsyncBase AsyncIndirectBase", wrap=_wrap_function),
    "glob": _Namespace("glob", "glob"),
    "os": _Namespace("os", "os", "AsyncDirEntry AsyncScandir", wrap=_wrap_function),
    "os.path": _ospath,
    "ospath": _ospath,
    "pathlib": _Namespace("pathlib", "pathlib"),
    "shutil": _Namespace("shutil", "shutil"),
    "tempfile": _Namespace("tempfile", "tempfile", _FILES, wrap=_wrap_temporary, _temporary_file=_open_wrapped),
    "tempfile.temptypes": _Namespace("tempfile.temptypes", None, _FILES),
    "threadpool": _Namespace("threadpool", None, f"open _open wrap {_STDIO} {_FILES}", sync_open=builtins.open),
    "threadpool.binary": _Namespace("threadpool.binary", None, _FILES),
    "threadpool.text": _Namespace("threadpool.text", None, _FILES),
    "threadpool.utils": _Namespace("threadpool.utils", None, _UTILS),
}
_threadpool: Any = _MODULES["threadpool"]
for _name, _module in _MODULES.items():
    sys.modules[f"{__name__}.{_name}"] = _module
    _parent, _dot, _child = _name.rpartition(".")
    (vars(_MODULES[_parent]) if _parent else globals())[_child] = _module

if not TYPE_CHECKING:

    def __getattr__(name):
        if name == "Path":
            return pathlib.Path
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), "Path"})


# ==== Types of the namespaces =========================================================================================
#
# Only type checkers read this block.  `_co(function)`, for methods `_com`, is the type of a coroutine function with the
# parameters and the result of *function*, `_it(function)` that of one that returns an asynchronous iterator, and
# `_same(function)` that of *function* itself.  Generic and overloaded functions are written out, since these cannot
# express them.  Functions that start, wait for or schedule processes, or control terminals and timers, are not typed.

if TYPE_CHECKING and not __debug__:

    class _OsTypes:
        path: _OsPathTypes
        access, symlink, truncate, urandom = _co(_os.access), _co(_os.symlink), _co(_os.truncate), _co(_os.urandom)
        altsep, environ, getcwdb, lseek, open = _os.altsep, _os.environ, _co(_os.getcwdb), _co(_os.lseek), _co(_os.open)
        chdir, dup, fsync, lstat, system = _co(_os.chdir), _co(_os.dup), _co(_os.fsync), _co(_os.lstat), _co(_os.system)
        chmod, close, dup2, isatty, link = _co(_os.chmod), _co(_os.close), _co(_os.dup2), _co(_os.isatty), _co(_os.link)
        closerange, ftruncate, pipe, waitpid = _co(_os.closerange), _co(_os.ftruncate), _co(_os.pipe), _co(_os.waitpid)
        fstat, mkdir, read, utime, write = _co(_os.fstat), _co(_os.mkdir), _co(_os.read), _co(_os.utime), _co(_os.write)
        makedirs, removedirs, renames, stat = _co(_os.makedirs), _co(_os.removedirs), _co(_os.renames), _co(_os.stat)
        getcwd = getlogin = _co(_os.getcwd)
        remove = rmdir = unlink = _co(_os.remove)
        rename = replace = _co(_os.rename)
        cpu_count, fspath, getenv, umask = _same(_os.cpu_count), _same(_os.fspath), _same(_os.getenv), _same(_os.umask)
        fsdecode, fsencode, get_terminal_size = _same(_os.fsdecode), _same(_os.fsencode), _same(_os.get_terminal_size)
        getpid, kill, strerror, wrap = _same(_os.getpid), _same(_os.kill), _same(_os.strerror), _same(_wrap_function)
        curdir = pardir = sep = extsep = pathsep = defpath = linesep = devnull = name = _os.sep
        F_OK = R_OK = W_OK = X_OK = SEEK_SET = SEEK_CUR = SEEK_END = _os.F_OK
        O_APPEND = O_CREAT = O_EXCL = O_RDONLY = O_RDWR = O_TRUNC = O_WRONLY = _os.O_RDONLY
        supports_dir_fd = supports_effective_ids = supports_fd = supports_follow_symlinks = _os.supports_fd
        if sys.version_info >= (3, 14):
            readinto, reload_environ = _co(_os.readinto), _co(_os.reload_environ)
        if sys.platform == "linux":
            copy_file_range, fdatasync, getrandom = _co(_os.copy_file_range), _co(_os.fdatasync), _co(_os.getrandom)
            getxattr, listxattr, memfd_create = _co(_os.getxattr), _co(_os.listxattr), _co(_os.memfd_create)
            pipe2, posix_fadvise = _co(_os.pipe2), _co(_os.posix_fadvise)
            posix_fallocate, removexattr, setxattr = _co(_os.posix_fallocate), _co(_os.removexattr), _co(_os.setxattr)
        if sys.platform == "win32":
            startfile, O_BINARY = _co(_os.startfile), _os.O_BINARY
        else:
            chown, fwalk, pathconf, sync = _co(_os.chown), _it(_os.fwalk), _co(_os.pathconf), _co(_os.sync)
            chroot, fchdir = _co(_os.chroot), _co(_os.fchdir)
            fchmod, pwrite, readv, sendfile = _co(_os.fchmod), _co(_os.pwrite), _co(_os.readv), _co(_os.sendfile)
            fchown, fpathconf, lchown, writev = _co(_os.fchown), _co(_os.fpathconf), _co(_os.lchown), _co(_os.writev)
            fstatvfs, lockf, mkfifo, mknod = _co(_os.fstatvfs), _co(_os.lockf), _co(_os.mkfifo), _co(_os.mknod)
            pread, preadv, pwritev, statvfs = _co(_os.pread), _co(_os.preadv), _co(_os.pwritev), _co(_os.statvfs)
            getegid = geteuid = getgid = getuid = _same(_os.getuid)
            major = minor = _same(_os.major)
            O_CLOEXEC = O_DIRECTORY = O_DSYNC = O_NOFOLLOW = O_NONBLOCK = O_SYNC = _os.O_CLOEXEC
        from os import DirEntry, PathLike, error, stat_result

        async def listdir(self, path: _PathOf[_A] | int | None = None, **where: Unpack[_Where]) -> list[_A]: ...
        async def readlink(self, path: _PathOf[_S], *, dir_fd: int | None = None, **where: Unpack[_Where]) -> _S: ...
        def scandir(self, path: _PathOf[_A] | int | None = None, **where: Unpack[_Where]) -> AsyncScandir[_A]: ...
        def walk(
            self, top: _PathOf[_S], topdown: bool = True, onerror: Callable[[OSError], object] | None = None,
            followlinks: bool = False, **where: Unpack[_Where],
        ) -> AsyncEntries[tuple[_S, list[_S], list[_S]]]: ...  # fmt: skip

    class _OsPathTypes:
        async def abspath(self, path: _PathOf[_S], **where: Unpack[_Where]) -> _S: ...
        async def realpath(self, filename: _PathOf[_S], *, strict: bool = False, **where: Unpack[_Where]) -> _S: ...
        async def relpath(self, path: _PathOf[_S], start: _PathOf[_S] | None = None, **where: Unpack[_Where]) -> _S: ...

        exists = isfile = islink = ismount = lexists = _co(_os.path.exists)
        getatime = getctime = getmtime = _co(_os.path.getmtime)
        altsep, join, supports_unicode_filenames = _os.altsep, _same(_os.path.join), _os.path.supports_unicode_filenames
        commonpath, normcase, normpath = _same(_os.path.commonpath), _same(_os.path.normcase), _same(_os.path.normpath)
        commonprefix, expandvars, wrap = _same(_os.path.commonprefix), _same(_os.path.expandvars), _same(_wrap_function)
        expanduser, getsize, isabs, isdir = abspath, _co(_os.path.getsize), _same(_os.path.isabs), _co(_os.path.isdir)
        samefile, sameopenfile, samestat = _co(_os.path.samefile), _co(_os.path.sameopenfile), _same(_os.path.samestat)
        basename = dirname = _same(_os.path.basename)
        split = splitdrive = splitext = _same(_os.path.split)
        curdir = pardir = sep = extsep = pathsep = defpath = devnull = _os.sep
        if sys.version_info >= (3, 12):
            isjunction, splitroot = _co(_os.path.isjunction), _same(_os.path.splitroot)
        if sys.version_info >= (3, 13):
            isdevdrive = _co(_os.path.isdevdrive)

    class _Follow(_Where, total=False):
        follow_symlinks: bool

    class _ShutilTypes:
        from shutil import Error, ReadError, SameFileError, SpecialFileError

        async def chown(
            self, path: _AnyPath, user: str | int | None = None, group: str | int | None = None, *,
            dir_fd: int | None = None, follow_symlinks: bool = True, **where: Unpack[_Where],
        ) -> None: ...  # fmt: skip
        async def copy(self, src: _PathOf[_S], dst: _D, **how: Unpack[_Follow]) -> _D | _S: ...
        async def copyfile(self, src: StrOrBytesPath, dst: _D, **how: Unpack[_Follow]) -> _D: ...
        @overload
        async def copyfileobj(
            self, fsrc: SupportsRead[_S], fdst: SupportsWrite[_S], length: int = 0, **where: Unpack[_Where]
        ) -> None: ...
        @overload
        async def copyfileobj(
            self, fsrc: SupportsRead[Awaitable[_S]], fdst: SupportsWrite[_S], length: int = 0, **where: Unpack[_Where]
        ) -> None: ...
        async def copytree(
            self, src: StrPath, dst: _D, symlinks: bool = False,
            ignore: Callable[[Any, list[str]], Iterable[str]] | None = None, copy_function: _Call = ...,
            ignore_dangling_symlinks: bool = False, dirs_exist_ok: bool = False, **where: Unpack[_Where],
        ) -> _D: ...  # fmt: skip
        async def make_archive(
            self, base_name: StrPath, format: str, root_dir: StrPath | None = None, base_dir: StrPath | None = None,
            verbose: bool = False, dry_run: bool = False, owner: str | None = None, group: str | None = None,
            logger: Any = None, **where: Unpack[_Where],
        ) -> str: ...  # fmt: skip
        async def move(self, src: StrPath, dst: _D, copy_function: _Call = ..., **how: Unpack[_Where]) -> _D | str: ...
        async def rmtree(
            self, path: StrOrBytesPath, ignore_errors: bool = False, onerror: _Call | None = None, *,
            onexc: _Call | None = None, dir_fd: int | None = None, **where: Unpack[_Where],
        ) -> None: ...  # fmt: skip
        async def which(
            self, cmd: _PathOf[_S], mode: int = 1, path: StrPath | None = None, **where: Unpack[_Where]
        ) -> _S | None: ...

        copymode = copystat = _co(_shutil.copymode)
        copy2, disk_usage, get_archive_formats = copy, _co(_shutil.disk_usage), _same(_shutil.get_archive_formats)
        get_terminal_size, get_unpack_formats = _same(_shutil.get_terminal_size), _same(_shutil.get_unpack_formats)
        ignore_patterns, unpack_archive = _same(_shutil.ignore_patterns), _co(_shutil.unpack_archive)

    class _GlobTypes:
        async def glob(
            self, pathname: _S, *, root_dir: StrOrBytesPath | None = None, dir_fd: int | None = None,
            recursive: bool = False, include_hidden: bool = False, **where: Unpack[_Where],
        ) -> list[_S]: ...  # fmt: skip
        def iglob(
            self, pathname: _S, *, root_dir: StrOrBytesPath | None = None, dir_fd: int | None = None,
            recursive: bool = False, include_hidden: bool = False, **where: Unpack[_Where],
        ) -> AsyncEntries[_S]: ...  # fmt: skip

        escape, has_magic = _same(_glob.escape), _same(_glob.has_magic)
        if sys.version_info >= (3, 13):
            translate = _same(_glob.translate)

    class _Preserve(_Follow, total=False):
        preserve_metadata: bool

    class _PathInfo:
        exists = is_dir = is_file = _com(_os.DirEntry.is_file)
        is_symlink = _com(_os.DirEntry.is_symlink)

    class Path(_PurePath):
        async def absolute(self, **where: Unpack[_Where]) -> Self: ...
        @classmethod
        async def cwd(cls, **where: Unpack[_Where]) -> Self: ...
        def glob(
            self, pattern: str, *, case_sensitive: bool | None = None, recurse_symlinks: bool = False,
            **where: Unpack[_Where],
        ) -> AsyncEntries[Self]: ...  # fmt: skip
        @classmethod
        async def home(cls, **where: Unpack[_Where]) -> Self: ...
        def iterdir(self, **where: Unpack[_Where]) -> AsyncEntries[Self]: ...
        async def rename(self, target: StrPath, **where: Unpack[_Where]) -> Self: ...
        async def resolve(self, strict: bool = False, **where: Unpack[_Where]) -> Self: ...

        expanduser = readlink = absolute
        open, rglob, stat = open, glob, _com(_Sync.stat)
        is_block_device = is_char_device = is_fifo = is_mount = is_socket = is_symlink = _com(_Sync.is_fifo)
        chmod, exists, is_dir, lchmod = _com(_Sync.chmod), _com(_Sync.exists), _com(_Sync.is_dir), _com(_Sync.lchmod)
        hardlink_to, write_bytes, write_text = _com(_Sync.hardlink_to), _com(_Sync.write_bytes), _com(_Sync.write_text)
        is_file, replace, samefile, unlink = _com(_Sync.is_file), rename, _com(_Sync.samefile), _com(_Sync.unlink)
        lstat, mkdir, rmdir, touch = _com(_Sync.lstat), _com(_Sync.mkdir), _com(_Sync.rmdir), _com(_Sync.touch)
        read_bytes, read_text, symlink_to = _com(_Sync.read_bytes), _com(_Sync.read_text), _com(_Sync.symlink_to)
        if sys.platform != "win32":
            group = owner = _com(_Sync.owner)
        if sys.version_info >= (3, 12):
            is_junction = _com(_Sync.is_junction)

            def walk(
                self, top_down: bool = True, on_error: Callable[[OSError], object] | None = None,
                follow_symlinks: bool = False, **where: Unpack[_Where],
            ) -> AsyncEntries[tuple[Self, list[str], list[str]]]: ...  # fmt: skip

        if sys.version_info >= (3, 13):

            @classmethod
            async def from_uri(cls, uri: str, **where: Unpack[_Where]) -> Self: ...

        if sys.version_info >= (3, 14):
            info: _ReadOnly[_PathInfo]

            async def copy(self, target: StrPath, **how: Unpack[_Preserve]) -> Self: ...
            async def copy_into(self, target_dir: StrPath, **how: Unpack[_Preserve]) -> Self: ...
            async def move(self, target: StrPath, **where: Unpack[_Where]) -> Self: ...
            async def move_into(self, target_dir: StrPath, **where: Unpack[_Where]) -> Self: ...

    class _Tmp(_Coding, total=False):
        suffix: str | bytes | None
        prefix: str | bytes | None
        dir: StrOrBytesPath | None
        delete: bool  # the last two are those of NamedTemporaryFile
        delete_on_close: bool  # Python 3.12

    class _TempfileTypes:
        @overload
        def TemporaryFile(self, mode: OpenTextMode, buffering: int = -1, *_: Any, **kw: Unpack[_Tmp]) -> _OpensText: ...
        @overload
        def TemporaryFile(  # pyright: ignore[reportOverlappingOverload]
            self, mode: OpenBinaryMode, buffering: Literal[0], *_: Any, **kw: Unpack[_Tmp]
        ) -> _OpensRaw: ...
        @overload
        def TemporaryFile(
            self, mode: _ReadMode = "w+b", buffering: int = -1, *_: Any, **kw: Unpack[_Tmp]
        ) -> _OpensReader: ...
        @overload
        def TemporaryFile(self, mode: _WriteMode, buffering: int = -1, *_: Any, **kw: Unpack[_Tmp]) -> _OpensWriter: ...
        @overload
        def TemporaryFile(self, mode: str, buffering: int = -1, *_: Any, **kw: Unpack[_Tmp]) -> _OpensAny: ...
        @overload
        def SpooledTemporaryFile(  # pyright: ignore[reportOverlappingOverload]
            self, max_size: int = 0, mode: OpenBinaryMode = "w+b", buffering: int = -1, *_: Any, **kw: Unpack[_Tmp]
        ) -> AiofilesContextManager[AsyncSpooledTemporaryFile[bytes]]: ...
        @overload
        def SpooledTemporaryFile(
            self, max_size: int = 0, mode: OpenTextMode = ..., buffering: int = -1, *_: Any, **kw: Unpack[_Tmp]
        ) -> AiofilesContextManager[AsyncSpooledTemporaryFile[str]]: ...
        @overload
        def SpooledTemporaryFile(
            self, max_size: int = 0, mode: str = ..., buffering: int = -1, *_: Any, **kw: Unpack[_Tmp]
        ) -> AiofilesContextManager[AsyncSpooledTemporaryFile[Any]]: ...
        def TemporaryDirectory(
            self, suffix: _A | None = None, prefix: _A | None = None, dir: _PathOf[_A] | None = None,
            ignore_cleanup_errors: object = False, *_: Any, delete: bool = True, **where: Unpack[_Where],
        ) -> AiofilesContextManagerTempDir[_A]: ...  # fmt: skip

        NamedTemporaryFile, mkstemp, mktemp = TemporaryFile, _co(_tempfile.mkstemp), _co(_tempfile.mktemp)
        gettempdir, gettempdirb, mkdtemp = _co(_tempfile.gettempdir), _co(_tempfile.gettempdirb), _co(_tempfile.mkdtemp)
        gettempprefix, gettempprefixb = _same(_tempfile.gettempprefix), _same(_tempfile.gettempprefixb)
        tempdir, template, wrap = _tempfile.tempdir, _tempfile.template, _same(_wrap_temporary)

    class _BaseTypes:
        AiofilesContextManager: TypeAlias = AiofilesContextManager[_T_co]
        AsyncBase: TypeAlias = AsyncBase[_S]
        wrap = _same(_wrap_function)

    class _PathlibTypes:
        Path: TypeAlias = Path
        from pathlib import PurePath, PurePosixPath, PureWindowsPath

    class _FilesTypes:
        AsyncBufferedIOBase: TypeAlias = AsyncBufferedIOBase
        AsyncBufferedReader: TypeAlias = AsyncBufferedReader
        AsyncFileIO: TypeAlias = AsyncFileIO
        AsyncTextIOWrapper: TypeAlias = AsyncTextIOWrapper

    class _ThreadpoolTypes(_FilesTypes):
        open, wrap, sync_open = _same(open), _same(wrap), _same(builtins.open)
        binary: TypeAlias = _FilesTypes
        text: TypeAlias = _FilesTypes

    glob: _GlobTypes
    os: _OsTypes
    ospath: _OsPathTypes
    shutil: _ShutilTypes
    tempfile: _TempfileTypes
    base = _BaseTypes
    pathlib = _PathlibTypes
    threadpool = _ThreadpoolTypes
