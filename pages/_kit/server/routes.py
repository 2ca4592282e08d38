"""Our own routes beside Streamlit's."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import ssl_core as core
from pages._kit.server import api, exports, first_page, life
from pages._kit.server.guard import MIDDLEWARE
from pages._kit.server.life import lifespan


def health(_: Request) -> JSONResponse:
    """Answers whether torch is loaded, with the version and the number of runs that are queued or at work. POST passes all checks."""
    jobs = sum(run.status.active for run in core.runs(starters=False))
    return JSONResponse({"ready": life.ready.is_set(), "version": core.__version__, "jobs": jobs})


ROUTES = [Route("/api/health", health, methods=["GET", "POST"]), *api.ROUTES, *exports.ROUTES, *first_page.ROUTES]
__all__ = ["MIDDLEWARE", "ROUTES", "lifespan"]
