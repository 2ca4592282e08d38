"""A visitor without a browser: a websocket client with Streamlit's protocol, which measures how long screens take."""

from __future__ import annotations

import time
from contextlib import ExitStack, suppress
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

PATIENCE = 60.0  # seconds for a screen
BIGGEST = 64 * 2**20  # bytes of a message
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN  # this run of the script was replaced by another, which ends later
FRAGMENT = ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY


class Visitor:
    """One tab. `faults` lists the exceptions that screens showed."""

    def __init__(self, address: str) -> None:
        self.address, self.faults = address, list[str]()
        self.timers: dict[str, float] = {}  # fragment that refreshes itself -> seconds between two runs
        self.messages = 0
        self._page = ""
        self._query = ""

    def __enter__(self) -> Self:
        where = self.address.replace("http", "ws", 1) + "/_stcore/stream"
        self._stack = ExitStack()
        self.socket: ClientConnection = self._stack.enter_context(
            connect(where, subprotocols=[Subprotocol("streamlit")], max_size=BIGGEST, origin=Origin(self.address), proxy=None)
        )
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        with suppress(OSError):
            self._stack.close()

    def open(self, page: str, query: str = "") -> float:
        """Opens a screen; seconds until its script has ended."""
        self._page, self._query, self.timers = page, query, {}
        return self._ask()

    def refresh(self, part: str) -> float:
        """Runs a fragment of the screen again, as its timer does; seconds until it has ended."""
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
        """Reads a message of the server; whether the screen's script, or the fragment that was asked for, has ended."""
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
