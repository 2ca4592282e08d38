"""Our own addresses beside Streamlit's, and what happens when the app starts and ends."""

from __future__ import annotations

import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import ssl_core as core
from pages._kit import served
from pages._kit.guard import MIDDLEWARE

VERSION = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def health(_: Request) -> JSONResponse:
    """Says that the app answers, which version it is, and how many runs are queued or at work."""
    return JSONResponse({"ready": True, "version": VERSION, "jobs": sum(run.status.active for run in core.runs(starters=False))})


@asynccontextmanager
async def lifespan(_: Any) -> AsyncIterator[None]:
    """What the app does at its start and its end."""
    yield


ROUTES = [Route("/api/health", health), *served.ROUTES]
__all__ = ["MIDDLEWARE", "ROUTES", "lifespan"]
