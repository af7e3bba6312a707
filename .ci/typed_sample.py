"""What type checkers make of users' code: right uses with their exact types, and wrong uses, which are rejected.

Checked with `mypy --strict` and pyright, by `.ci/run`, which tells how.  A wrong use that a checker accepts leaves an
ignore comment that is not needed, and that is an error, too.
"""

import asyncio
import gzip
import io
import os
import pathlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Literal, Protocol

import aiofiles.base  # installed only
import aiofiles.glob  # installed only
import aiofiles.os  # installed only
import aiofiles.os.path  # installed only
import aiofiles.ospath  # installed only
import aiofiles.pathlib  # installed only
import aiofiles.shutil  # installed only
import aiofiles.tempfile  # installed only
import aiofiles.tempfile.temptypes  # installed only
import aiofiles.threadpool  # installed only
import aiofiles.threadpool.binary  # installed only
import aiofiles.threadpool.text  # installed only
import aiofiles.threadpool.utils  # installed only
from aiofiles.base import AiofilesContextManager, AsyncBase  # installed only
from aiofiles.glob import iglob  # installed only
from aiofiles.os import AsyncDirEntry, listdir, scandir, stat, wrap  # installed only
from aiofiles.os.path import exists  # installed only
from aiofiles.ospath import getsize  # installed only
from aiofiles.pathlib import Path  # installed only
from aiofiles.shutil import copy, rmtree  # installed only
from aiofiles.tempfile import NamedTemporaryFile, TemporaryDirectory  # installed only
from aiofiles.tempfile.temptypes import AsyncTemporaryDirectory  # installed only
from aiofiles.threadpool import open as threadpool_open  # installed only
from aiofiles.threadpool import sync_open  # installed only
from aiofiles.threadpool.binary import AsyncBufferedIOBase, AsyncBufferedReader, AsyncFileIO  # installed only
from aiofiles.threadpool.text import AsyncTextIOWrapper  # installed only
from aiofiles.threadpool.utils import delegate_to_executor  # installed only

import aiofiles
from aiofiles import os as aios  # installed only

if sys.version_info >= (3, 11):
    from typing import assert_type
else:
    from typing_extensions import assert_type

pool = ThreadPoolExecutor()


class Writes(Protocol):
    async def write(self, data: bytes, /) -> int: ...
    async def seek(self, offset: int, whence: int = 0, /) -> int: ...
    async def flush(self) -> None: ...
    async def close(self) -> None: ...


async def send(file: Writes) -> None:
    await file.write(b"data")


async def opened(mode: str, size: int, either: Literal["rb", "wb"]) -> None:
    async with aiofiles.open("f", either) as binary:
        await send(binary)
        await binary.write("text")  # type: ignore[arg-type]
    await send(aiofiles.stdout_bytes)
    assert_type(aiofiles.open("f"), "aiofiles.AiofilesContextManager[aiofiles.AsyncTextIOWrapper]")
    async with aiofiles.open("f") as text, aiofiles.open("f", "rb") as reader, aiofiles.open("f", "wb") as writer:
        assert_type(text, aiofiles.AsyncTextIOWrapper)
        assert_type(reader, aiofiles.AsyncBufferedReader)
        assert_type(writer, aiofiles.AsyncBufferedIOBase)
    assert_type(await aiofiles.open("f", "a+", encoding="utf-8", executor=pool), aiofiles.AsyncTextIOWrapper)
    assert_type(await aiofiles.open(pathlib.Path("f"), mode="r+b"), aiofiles.AsyncBufferedReader)
    assert_type(await aiofiles.open(b"f", "rb", buffering=size), aiofiles.AsyncBufferedReader)
    assert_type(await aiofiles.open(3, "xb", closefd=False), aiofiles.AsyncBufferedIOBase)
    assert_type(await aiofiles.open("f", "rb", 0), aiofiles.AsyncFileIO)
    assert_type(await aiofiles.open("f", "wb", buffering=0, loop=None), aiofiles.AsyncFileIO)
    assert_type(await aiofiles.open("f", mode), aiofiles.AsyncBase[Any])
    assert_type(await aiofiles.threadpool.open("f", "rb"), aiofiles.AsyncBufferedReader)
    task = asyncio.create_task(aiofiles.open("f"))
    assert_type(await asyncio.wait_for(task, 1), aiofiles.AsyncTextIOWrapper)
    both = await asyncio.gather(aiofiles.open("f"), aiofiles.open("f", "rb"))
    assert_type(both, tuple[aiofiles.AsyncTextIOWrapper, aiofiles.AsyncBufferedReader])

    aiofiles.open("f").read()  # type: ignore[attr-defined]
    aiofiles.open("f", "rq")  # it could be any str, so only the run tells
    aiofiles.open("f", "rb", encoding=3)  # type: ignore[call-overload]
    aiofiles.open(3.5)  # type: ignore[call-overload]
    aiofiles.open("f", executor="pool")  # type: ignore[call-overload]
    aiofiles.open("f", buffer=3)  # type: ignore[call-overload]
    with aiofiles.open("f"):  # type: ignore[attr-defined]
        pass


async def text_file(file: aiofiles.AsyncTextIOWrapper) -> None:
    async for line in file:
        assert_type(line, str)
    assert_type(await file.read(), str)
    assert_type(await file.read(None), str)
    assert_type(await file.readline(10), str)
    assert_type(await file.readlines(), list[str])
    assert_type(await file.write("text"), int)
    assert_type(await file.writelines(["text"]), None)
    assert_type(await file.seek(0, os.SEEK_END), int)
    assert_type(await file.tell(), int)
    assert_type(await file.truncate(), int)
    assert_type(await file.isatty(), bool)
    assert_type(file.closed, bool)
    assert_type(file.encoding, str)
    assert_type(file.newlines, "str | tuple[str, ...] | None")
    assert_type(file.mode, str)
    assert_type(file.fileno(), int)
    assert_type(await file.readable(), bool)
    await file.reconfigure(newline="\n", line_buffering=True)
    await file.flush()
    await file.close()
    await file.aclose()
    async with file as again:
        assert_type(again, aiofiles.AsyncTextIOWrapper)

    await file.write(b"data")  # type: ignore[arg-type]
    file.flush()  # type: ignore[unused-coroutine]
    await file.writelines([b"data"])  # type: ignore[list-item]
    await file.readinto(bytearray())  # type: ignore[attr-defined]
    await file.raed()  # type: ignore[attr-defined]
    await file.read("all")  # type: ignore[arg-type]
    await file.fileno()  # type: ignore[misc]
    file.closed = True  # type: ignore[assignment]
    for line in file:  # type: ignore[attr-defined]
        print(line)
    with file:  # type: ignore[attr-defined]
        pass


async def binary_file(
    reader: aiofiles.AsyncBufferedReader, base: aiofiles.AsyncBufferedIOBase, raw: aiofiles.AsyncFileIO
) -> None:
    async for line in reader:
        assert_type(line, bytes)
    assert_type(await reader.read(3), bytes)
    assert_type(await reader.read1(), bytes)
    assert_type(await reader.peek(), bytes)
    assert_type(await reader.readinto(bytearray(3)), int)
    assert_type(await reader.readinto1(memoryview(bytearray(3))), int)
    assert_type(await reader.readlines(), list[bytes])
    assert_type(base.readable(), bool)
    assert_type(await base.write(bytearray(3)), int)
    assert_type(await base.writelines([b"data", memoryview(b"data")]), None)
    assert_type(base.raw, io.FileIO)
    assert_type(base.detach(), io.FileIO)
    assert_type(await raw.readall(), bytes)
    assert_type(await raw.readinto(bytearray(3)), int)

    await base.write("text")  # type: ignore[arg-type]
    await base.peek()  # type: ignore[attr-defined]
    await raw.read1()  # type: ignore[attr-defined]
    await reader.readinto(b"data")  # at run time only: a checker takes bytes for a writable buffer
    print(reader.encoding)  # type: ignore[attr-defined]


async def other_files(spooled: "tempfile.SpooledTemporaryFile[str]") -> None:
    assert_type(await aiofiles.stdin.readline(), str)
    assert_type(await aiofiles.stdin_bytes.readline(), bytes)
    await aiofiles.stdout.write("text")
    await aiofiles.stderr_bytes.write(b"data")
    async for line in aiofiles.stdin:
        assert_type(line, str)
    assert_type(aiofiles.wrap_file(io.StringIO()), aiofiles.AsyncTextIOWrapper)
    assert_type(aiofiles.wrap_file(io.BytesIO()), aiofiles.AsyncBufferedIOBase)
    assert_type(aiofiles.wrap_file(sys.stdin), aiofiles.AsyncTextIOWrapper)
    assert_type(aiofiles.wrap_file(open("f", "rb")), aiofiles.AsyncBufferedReader)
    assert_type(aiofiles.wrap_file(open("f", "rb", 0)), aiofiles.AsyncFileIO)
    assert_type(aiofiles.wrap_file(gzip.open("f"), executor=pool), aiofiles.AsyncBufferedIOBase)
    assert_type(aiofiles.wrap_file(spooled), "aiofiles.AsyncSpooledTemporaryFile[str]")

    await aiofiles.stdout.write(b"data")  # type: ignore[arg-type]
    aiofiles.wrap_file("f")  # type: ignore[call-overload]

    async with aiofiles.wrap_open(gzip.open)("f", "rt", executor=pool) as opened, aiofiles.open("g", "wb") as target:
        assert_type(opened, "aiofiles.AsyncFile[Any]")
        await aiofiles.shutil.copyfileobj(opened, target)
        await aiofiles.shutil.copyfileobj(aiofiles.stdin, io.StringIO(), 3, executor=pool)
        await aiofiles.shutil.copyfileobj(io.BytesIO(), target)
        await aiofiles.shutil.copyfileobj(io.BytesIO(), 3)  # type: ignore[call-overload]
        await aiofiles.shutil.copyfileobj(aiofiles.stdin, target)  # type: ignore[misc]
    aiofiles.wrap_open("f")  # type: ignore[arg-type]


async def functions(entry: "os.PathLike[str]") -> None:
    assert_type(await aiofiles.os.stat("f"), os.stat_result)
    assert_type(await aiofiles.os.stat("f", follow_symlinks=False, executor=pool), os.stat_result)
    assert_type(await aiofiles.os.stat("f", loop=None), os.stat_result)
    assert_type(await aiofiles.os.listdir(loop=None), list[str])
    assert_type(await aiofiles.os.listdir(b"."), list[bytes])
    assert_type(await aiofiles.os.readlink(entry), str)
    assert_type(await aiofiles.os.readlink(b"f", executor=None), bytes)
    assert_type(await aiofiles.os.getcwd(), str)
    assert_type(await aiofiles.os.makedirs("d", exist_ok=True), None)
    assert_type(await aiofiles.os.rename("a", "b"), None)
    assert_type(await aiofiles.os.access("f", aiofiles.os.R_OK), bool)
    assert_type(await aiofiles.os.open("f", aiofiles.os.O_RDONLY | aiofiles.os.O_CREAT), int)
    assert_type(await asyncio.create_task(aiofiles.os.lstat("f")), os.stat_result)
    assert_type(aiofiles.os.fspath(entry), str)
    assert_type(aiofiles.os.getenv("HOME"), "str | None")
    assert_type(aiofiles.os.environ["HOME"], str)
    if sys.platform != "win32":
        assert_type(await aiofiles.os.statvfs("f"), os.statvfs_result)
        assert_type(await aiofiles.os.sendfile(1, 0, 0, 10), int)
    async with aiofiles.os.scandir("d") as found:
        async for each in found:
            assert_type(each.name, str)
            assert_type(await each.is_dir(), bool)
            assert_type(await each.stat(follow_symlinks=False), os.stat_result)
    with await aiofiles.os.scandir("d") as entries:
        assert_type([entry.name for entry in entries], list[str])
    for plain in await aiofiles.os.scandir(b"d"):
        assert_type(plain.path, bytes)
    async for top, folders, names in aiofiles.os.walk(entry, topdown=False):
        assert_type((top, folders, names), tuple[str, list[str], list[str]])

    assert_type(await aiofiles.os.path.exists("f", executor=pool), bool)
    assert_type(await aiofiles.os.path.getmtime("f"), float)
    assert_type(await aiofiles.os.path.abspath(entry), str)
    assert_type(await aiofiles.ospath.realpath(b"f", executor=pool), bytes)
    assert_type(aiofiles.os.path.join(entry, "f"), str)
    assert_type(aiofiles.os.path.splitext(b"f.py"), tuple[bytes, bytes])

    assert_type(await aiofiles.shutil.copy("a", "b"), str)
    assert_type(await aiofiles.shutil.copyfile("a", entry), "os.PathLike[str]")
    assert_type(await aiofiles.shutil.which("python"), "str | None")
    assert_type((await aiofiles.shutil.disk_usage("d")).free, int)
    assert_type(await aiofiles.shutil.rmtree("d", ignore_errors=True), None)
    assert_type(await aiofiles.shutil.make_archive(pathlib.Path("a"), "zip", pathlib.Path("d")), str)
    assert_type(await aiofiles.glob.glob("*.py"), list[str])
    async for match in aiofiles.glob.iglob(b"*.py", recursive=True):
        assert_type(match, bytes)

    @aiofiles.os.wrap
    def work(count: int, *, name: str = "") -> list[str]:
        return [name] * count

    assert_type(await work(3, name="x"), list[str])
    assert_type(await work(3, executor=pool), list[str])

    await work("3")  # type: ignore[call-overload]
    await aiofiles.os.stat()  # type: ignore[call-overload]
    await aiofiles.os.stat("f", follow=False)  # type: ignore[call-overload]
    await aiofiles.os.stat("f", executor="pool")  # type: ignore[call-overload]
    await aiofiles.os.exists("f")  # type: ignore[attr-defined]
    aiofiles.os.remove("f")  # type: ignore[unused-coroutine]
    await aiofiles.os.getenv("HOME")  # type: ignore[misc]
    await aiofiles.os.path.join("d", "f")  # type: ignore[misc]
    await aiofiles.os.path.exist("f")  # type: ignore[attr-defined]
    for name in aiofiles.os.walk("d"):  # type: ignore[attr-defined]
        print(name)


async def paths(path: aiofiles.Path) -> None:
    assert_type(path / "f", aiofiles.Path)
    assert_type(aiofiles.Path("d", "f").parent, aiofiles.Path)
    assert_type(path.name, str)
    assert_type(await path.exists(), bool)
    assert_type(await path.stat(executor=pool), os.stat_result)
    assert_type(await path.read_text("utf-8"), str)
    assert_type(await path.read_bytes(), bytes)
    assert_type(await path.write_text("text"), int)
    assert_type(await path.mkdir(parents=True, exist_ok=True), None)
    assert_type(await path.resolve(), aiofiles.Path)
    assert_type(await path.rename("f"), aiofiles.Path)
    if sys.version_info >= (3, 14):
        assert_type(await path.copy("f", follow_symlinks=False, executor=pool), aiofiles.Path)
        assert_type(await path.move_into(path), aiofiles.Path)
        assert_type(await path.copy(pathlib.Path("f")), aiofiles.Path)
        assert_type(await path.info.exists(), bool)
    assert_type(await aiofiles.Path.cwd(), aiofiles.Path)
    async for child in path.iterdir():
        assert_type(child, aiofiles.Path)
    async for child in path.rglob("*.py", executor=pool):
        assert_type(child, aiofiles.Path)
    async with path.open() as text, path.open("rb") as data:
        assert_type(text, aiofiles.AsyncTextIOWrapper)
        assert_type(data, aiofiles.AsyncBufferedReader)
    assert_type(await path.open("wb", buffering=0), aiofiles.AsyncFileIO)
    await aiofiles.os.stat(path)
    pathlib.Path(path)

    await path.exists("f")  # type: ignore[call-overload]
    await path.exist()  # type: ignore[attr-defined]
    await path.write_text(b"data")  # type: ignore[call-overload]
    await path.parent  # type: ignore[misc]
    path.open("f", "r")  # type: ignore[call-overload]
    for child in path.iterdir():  # type: ignore[attr-defined]
        print(child)


async def temporary() -> None:
    async with aiofiles.tempfile.TemporaryFile() as update, aiofiles.tempfile.TemporaryFile("w+") as text:
        assert_type(update, aiofiles.AsyncBufferedReader)
        assert_type(text, aiofiles.AsyncTextIOWrapper)
    async with aiofiles.tempfile.NamedTemporaryFile("wb", suffix=".x", delete=False, executor=pool) as named:
        assert_type(named, aiofiles.AsyncBufferedIOBase)
        pathlib.Path(named.name)
    async with aiofiles.tempfile.SpooledTemporaryFile(100) as spooled:
        assert_type(await spooled.read1(), bytes)
        assert_type(await spooled.fileno(), int)
        assert_type(await spooled.rollover(), None)
    async with aiofiles.tempfile.SpooledTemporaryFile(mode="w+", encoding="utf-8") as spooled_text:
        assert_type(spooled_text, "aiofiles.AsyncSpooledTemporaryFile[str]")
        assert_type(await spooled_text.readline(), str)
    async with aiofiles.tempfile.TemporaryDirectory(prefix="x", ignore_cleanup_errors=True) as folder:
        assert_type(folder, str)
    directory = await aiofiles.tempfile.TemporaryDirectory()
    assert_type(directory, "aiofiles.AsyncTemporaryDirectory[str]")
    assert_type(directory.name, str)
    await directory.cleanup()
    assert_type(await aiofiles.tempfile.mkstemp(".x"), tuple[int, str])
    async with (
        aiofiles.tempfile.NamedTemporaryFile("w", -1, "utf-8", None, ".x", "p", "d", False) as text,
        aiofiles.tempfile.TemporaryDirectory(".x", "p", "d", None, pool) as folder,
    ):
        assert_type(text, aiofiles.AsyncTextIOWrapper)
        assert_type(folder, str)
    assert_type(await aiofiles.tempfile.gettempdir(), str)

    aiofiles.tempfile.NamedTemporaryFile(delet=False)  # type: ignore[call-overload]
    aiofiles.tempfile.TemporaryDirectory("x", "y", 3)  # type: ignore[type-var]
    await spooled_text.read1()  # type: ignore[misc]
    async with aiofiles.tempfile.TemporaryDirectory() as folder:
        await folder.cleanup()  # type: ignore[attr-defined]


def annotations(
    text: "aiofiles.threadpool.text.AsyncTextIOWrapper",
    reader: "aiofiles.threadpool.binary.AsyncBufferedReader",
    base: "aiofiles.base.AsyncBase[str]",  # installed only
    opening: "aiofiles.base.AiofilesContextManager[aiofiles.AsyncTextIOWrapper]",  # installed only
    path: "aiofiles.pathlib.Path",
    folder: aiofiles.AsyncTemporaryDirectory,
) -> None:
    aiofiles.threadpool.AsyncBufferedIOBase(io.BytesIO())
    assert_type(folder.name, str)
    assert_type(text, aiofiles.AsyncTextIOWrapper)
    assert_type(reader, aiofiles.AsyncBufferedReader)
    assert_type(path, aiofiles.Path)


class Compressed(aiofiles.AsyncBase[bytes]):
    """A class of a user's."""


async def by_module() -> None:  # installed only
    assert_type(await stat("f"), os.stat_result)  # installed only
    assert_type(await aios.stat("f", executor=pool), os.stat_result)  # installed only
    assert_type(await listdir(b"d", executor=pool), list[bytes])  # installed only
    assert_type(await exists("f"), bool)  # installed only
    assert_type(await getsize("f"), int)  # installed only
    assert_type(await wrap(len)("f"), int)  # installed only
    assert_type(await copy("a", "b"), str)  # installed only
    assert_type(await rmtree("d"), None)  # installed only
    assert_type(await Path("f").read_bytes(), bytes)  # installed only
    assert_type(await threadpool_open("f"), AsyncTextIOWrapper)  # installed only
    assert_type(await threadpool_open("f", "rb"), AsyncBufferedReader)  # installed only
    assert_type(await threadpool_open("f", "wb"), AsyncBufferedIOBase)  # installed only
    assert_type(await threadpool_open("f", "wb", 0), AsyncFileIO)  # installed only
    assert_type(sync_open("f"), io.TextIOWrapper)  # installed only
    assert_type(await NamedTemporaryFile(), AsyncBufferedReader)  # installed only
    assert_type(await TemporaryDirectory(), AsyncTemporaryDirectory[str])  # installed only
    assert_type(aiofiles.open("f"), AiofilesContextManager[AsyncTextIOWrapper])  # installed only
    async with scandir("d") as found:  # installed only
        async for each in found:  # installed only
            assert_type(each, AsyncDirEntry[str])  # installed only
    async for match in iglob("*"):  # installed only
        assert_type(match, str)  # installed only
    await stat()  # type: ignore[call-overload]  # installed only
    await exists(3.5)  # type: ignore[call-overload]  # installed only
    await listdir("d", 3)  # type: ignore  # installed only


@delegate_to_executor("read")  # installed only
class Own(AsyncBase[bytes]):  # installed only
    pass  # installed only
