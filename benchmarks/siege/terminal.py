"""Processes that work on the besieged folder: the one that obeys orders (`benchmarks.siege.hand`), and workers; each can be killed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from benchmarks.siege.labels import ROOT


class Hand:
    """The process that changes readings; it can be killed in the middle of an order."""

    def __init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Starts the process."""
        pipe, command = subprocess.PIPE, [sys.executable, "-m", "benchmarks.siege.hand"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, text=True)

    def order(self, do: str, **arguments: Any) -> dict[str, Any]:
        """The answer to an order; {} where the process died meanwhile."""
        assert self.process.stdin is not None and self.process.stdout is not None
        with suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps({"do": do, **arguments}) + "\n")
            self.process.stdin.flush()
            line = self.process.stdout.readline()
            found: dict[str, Any] = json.loads(line) if line.endswith("\n") else {}
            return found
        return {}

    def kill(self) -> None:
        """Ends the process by SIGKILL."""
        self.process.kill()
        self.process.wait()

    def struck(self, later: float, do: str, **arguments: Any) -> dict[str, Any]:
        """The answer to an order during which, `later` seconds on, the process is killed; it stands again afterwards."""
        blow = threading.Timer(later, self.process.kill)
        blow.start()
        answer = self.order(do, **arguments)
        blow.join()
        self.process.wait()
        self.start()
        return answer


def processes_of(folder: Path) -> Iterator[psutil.Process]:
    """Processes that were started with runs below a folder."""
    for process in psutil.process_iter(["pid"]):
        with suppress(psutil.Error):
            if process.pid != os.getpid() and process.environ().get("SSL_RUNS", "").startswith(f"{folder}/"):
                yield process


def kill_worker(folder: Path) -> str:
    """Kills a worker of the folder's: "worker" of one job, or "warm worker"; "" where none is at work."""
    for process in processes_of(folder):
        with suppress(psutil.Error):
            words = process.cmdline()
            if "ssl_core" in words:
                process.kill()
                return "worker" if any(str(folder) in word for word in words) else "warm worker"
    return ""
