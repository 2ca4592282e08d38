"""Downloads one file: continued where an earlier try ended, verified by its checksum, then renamed. Standard library only.

Bytes received so far are kept in the same folder as `NAME.part`, so that a stopped or broken download loses nothing.
"""

from __future__ import annotations

import contextlib
import hashlib
import ipaddress
import re
import shutil
import time
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse
from pathlib import Path
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from ssl_core.settings import SettingsError
from ssl_core.system.addresses import File, megabytes

Tell = Callable[[str, int, int], object]  # stage in words, bytes done, bytes in all; may raise to stop the work
PATIENCE = 20.0  # seconds without a byte after which a connection counts as broken
WAITS = (0.25, 1, 2, 4, 8)  # seconds before each retry; a try that brought bytes starts again with the first
POLL = 0.25  # seconds between two reports while waiting
PIECE = 2**17  # bytes a read
MORE = 2  # times its published size that a file may have: a server could send without end
SPARE = 2**24  # bytes of the disk that stay free
LOCAL = "127.0.0.1"


class ConnectionBroken(Exception):
    """A connection that ended before the file did: worth another try."""


def download(file: File, home: Path, tell: Tell) -> Path:
    """Downloads a file into the folder `home`; its path. A file that is there already isn't requested again.

    Raises:
        SettingsError: the file can't be had; the sentence gives the reason and a remedy.
    """
    done, part = home / file.name, home / f"{file.name}.part"
    if done.exists():
        return done
    home.mkdir(parents=True, exist_ok=True)
    _check_room(file, part)
    if _size(part) < file.size or not right(part, file.sum):
        _get_all(file, part, tell)
    tell("checking", file.size, file.size)
    if not right(part, file.sum):
        part.unlink()
        raise SettingsError(
            f"What '{file.address}' sent is not what was published: its checksum is wrong, so it was deleted. "
            "Fetch it again; if that stays so, the file has changed there."
        )
    part.replace(done)
    return done


def right(path: Path, wanted: str) -> bool:
    """Whether a file has the checksum `wanted`: "md5:" or "sha256:", then the first digits or all."""
    kind, _, digits = wanted.partition(":")
    with open(path, "rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.new(kind, usedforsecurity=False)).hexdigest().startswith(digits)


def _check_room(file: File, part: Path) -> None:
    rest, free = file.size - _size(part), shutil.disk_usage(part.parent).free
    if rest + SPARE > free:
        raise SettingsError(
            f"'{file.name}' still needs {megabytes(rest)}, and '{part.parent}' has {megabytes(free)} free. "
            "Make room, or choose another folder with SSL_DATA."
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _get_all(file: File, part: Path, tell: Tell) -> None:
    """Retries a broken connection after each of `WAITS`, only once while no byte has come; a try that brought bytes resets the count."""
    tries = 0
    while True:
        before = _size(part)
        try:
            return _get(file, part, tell)
        except ConnectionBroken as error:
            came = _size(part)
            tries = 1 if came > before else tries + 1
            if tries > (len(WAITS) if came else 1):
                raise SettingsError(_gave_up(file, came, error)) from None
        _wait(WAITS[tries - 1], lambda came=came: tell("waiting for the network", came, file.size))  # type: ignore[misc]


def _gave_up(file: File, came: int, error: ConnectionBroken) -> str:
    if not came:
        return f"'{file.address}' can't be reached ({error}). Is there a network? Try again later."
    kept = f"{megabytes(came)} of {megabytes(file.size)}"
    return f"'{file.name}' broke off after {kept} ({error}). What came is kept: fetch it again, and it goes on from there."


def _wait(seconds: float, tell: Callable[[], object]) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        tell()
        time.sleep(min(POLL, max(0.0, until - time.monotonic())))


def _get(file: File, part: Path, tell: Tell) -> None:
    """One connection: the rest of the file, or the whole file where the server ignores Range. Raises ConnectionBroken."""
    have = _size(part)
    with _opened(file, have, part) as answer:
        if have and not (answer.status == 206 and answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")):
            have = 0
        length = answer.headers.get("Content-Length")
        total = have + int(length) if length else None
        with open(part, "ab" if have else "wb") as out:
            while piece := _read(answer):
                out.write(piece)
                have += len(piece)
                if have > MORE * file.size + PIECE:
                    raise SettingsError(f"'{file.address}' sends more than {MORE} times the {megabytes(file.size)} that were published.")
                tell("downloading", have, total or file.size)
    if total is not None and have < total:
        raise ConnectionBroken("the connection ended early")


def _opened(file: File, have: int, part: Path) -> HTTPResponse:
    headers = {"User-Agent": "selfsight", "Accept-Encoding": "identity"} | ({"Range": f"bytes={have}-"} if have else {})
    check_address(file.address, file.address)
    try:
        answer: HTTPResponse = OPENER.open(Request(file.address, headers=headers), timeout=PATIENCE)
        return answer
    except HTTPError as error:
        error.close()
        if error.code == 416:  # the file there is no longer than our part, which isn't the published file: another version
            part.unlink(missing_ok=True)
            raise ConnectionBroken("it has changed there") from None
        if error.code in (408, 425, 429) or error.code >= 500:
            raise ConnectionBroken(f"it answers {error.code} {error.reason}") from None
        raise SettingsError(f"'{file.address}' answers {error.code} {error.reason}: it isn't there any more.") from None
    except (OSError, HTTPException) as error:  # no route, no such host, a break inside TLS
        raise ConnectionBroken(_reason(error)) from None


def _read(answer: IO[bytes]) -> bytes:
    try:
        return answer.read1(PIECE)  # type: ignore[attr-defined, no-any-return]
    except (OSError, HTTPException) as error:
        raise ConnectionBroken(_reason(error)) from None


def _reason(error: Exception) -> str:
    reason = getattr(error, "reason", error)
    return re.sub(r"^\[[^]]*\]\s*", "", str(getattr(reason, "strerror", None) or reason)).lower() or type(error).__name__


def check_address(address: str, asked: str) -> None:
    """Allows https to a public host, and 127.0.0.1 where `asked` is there too, as in tests. Raises SettingsError for any other address."""
    there = urlsplit(address)
    if there.hostname == LOCAL and urlsplit(asked).hostname == LOCAL:
        return
    if there.scheme != "https" or not there.hostname or _private(there.hostname):
        raise SettingsError(f"'{asked}' leads to '{address[:200]}'. Only https to a public address is followed.")


def _private(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith((".localhost", ".local"))


class _Careful(HTTPRedirectHandler):
    """Follows at most 5 redirects, each only where `check_address` allows it."""

    max_redirections = 5

    def redirect_request(self, req: Request, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Request | None:
        with contextlib.closing(fp):
            check_address(newurl, req.full_url)
        return super().redirect_request(req, fp, code, msg, headers, newurl)


OPENER = build_opener(_Careful)
