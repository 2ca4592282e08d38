"""A visitor without a browser: speaks to the app as Streamlit's own page does, over a websocket, and measures how long screens take."""

from __future__ import annotations

import time
from contextlib import suppress
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 60.0  # seconds for a screen
BIGGEST = 64 * 2**20  # bytes of a message
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN  # this pass gave way to another; the screen isn't there yet
FRAGMENT = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY


class Visitor:
    """One tab. `faults` holds what a screen showed as an error of the program's."""

    def __init__(self, address: str) -> None:
        self.address, self.faults = address, list[str]()
        self.timers: dict[str, float] = {}  # part of the screen that refreshes itself -> seconds between
        self.messages = 0
        self._page = ""
        self._query = ""

    def __enter__(self) -> Self:
        where = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self.socket: ClientConnection = connect(
            where, subprotocols=[Subprotocol("streamlit")], max_size=BIGGEST, origin=Origin(self.address), proxy=None
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(OSError):
            self.socket.close()

    def open(self, page: str, query: str = "") -> float:
        """Opens a screen; seconds until it stood."""
        self._page, self._query, self.timers = page, query, {}
        return self._ask()

    def refresh(self, part: str) -> float:
        """Has a part of the screen drawn anew, as its timer does; seconds until it stood."""
        return self._ask(part)

    def _ask(self, part: str = "") -> float:
        began = time.perf_counter()
        said = BackMsg()
        said.rerun_script.query_string, said.rerun_script.page_name = self._query, self._page
        if part:
            said.rerun_script.fragment_id, said.rerun_script.is_auto_rerun = part, True
        self.socket.send(said.SerializeToString())
        while not self._finished(ForwardMsg.FromString(self._next(began)), part):
            pass
        return time.perf_counter() - began

    def _next(self, began: float) -> bytes:
        message = self.socket.recv(timeout=max(0.1, PATIENCE - (time.perf_counter() - began)))
        assert isinstance(message, bytes)
        self.messages += 1
        return message

    def _finished(self, message: ForwardMsg, part: str) -> bool:
        """Takes note of a message; whether the screen, or the part that was asked for, stands."""
        kind = message.WhichOneof("type")
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            self.faults.append(f"{self._page}: {message.delta.new_element.exception.type}")
        if kind == "page_not_found":
            self.faults.append(f"{self._page}: not found")
        if kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        if kind == "auto_rerun":
            self.timers[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        if kind == "stop_auto_rerun":
            self.timers.pop(message.stop_auto_rerun.fragment_id, None)
        if kind != "script_finished" or message.script_finished == EARLY:
            return False
        return message.script_finished != FRAGMENT or bool(part)
