"""Where the program's own files lie, and how it is called: in a checkout, or installed from a wheel. These files are only ever read."""

from __future__ import annotations

import os
import site
import sysconfig

from ssl_core.system.version import NAME, PYPROJECT, said_in

BESIDE = PYPROJECT.parent  # the folder that holds ssl_core
CHECKOUT = bool(said_in(PYPROJECT))
TREE = BESIDE if CHECKOUT else BESIDE / NAME  # app.py, pages/ and assets/; setup.py puts them into the folder selfsight of a wheel
STARTER = TREE / "assets" / "starter"
RESULTS = TREE / "docs" / "results.csv"  # methods measured side by side, by benchmarks/results.py
COMMAND = "python -m ssl_core" if CHECKOUT else NAME  # begins a command line
START = "python3 start.py" if CHECKOUT else NAME  # starts the app


def python_path() -> dict[str, str]:
    """PYTHONPATH of a child that imports this program; {} where Python finds it without, since site-packages in front hides the library."""
    if str(BESIDE) in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), site.getusersitepackages()}:
        return {}
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(BESIDE), os.environ.get("PYTHONPATH")]))}
