"""The command doctor: what is there of all that the program needs, for somebody who asks for help. Runs where packages are missing too."""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import runpy
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from ssl_core.system.origin import BESIDE, CHECKOUT, COMMAND, START, TREE, python_path
from ssl_core.system.reach import PORT, reach
from ssl_core.system.roots import cache_root, data_root, runs_root
from ssl_core.system.version import NAME, __version__

if TYPE_CHECKING:
    from ssl_core.cli.base import Commands

ABOUT = "say what is there (versions, device, disk, folders, address) and what is missing"
ROOTS = {"runs": ("SSL_RUNS", runs_root), "cache": ("SSL_CACHE", cache_root), "data": ("SSL_DATA", data_root)}
LEAST = 0.5  # GB of disk for runs and caches: pictures of a small data set, decoded, and some checkpoints
PATIENCE = 180  # seconds to load torch in, on a disk that hasn't read it yet
AGAIN = f"Start {START}, which installs what is missing." if CHECKOUT else f"Install {NAME} again: pip install --force-reinstall {NAME}."
# torch may crash the process that loads it: another one does, and prints a line before and one after it loads modules of ours
TORCH = """
import json, torch
print(json.dumps({"version": torch.__version__}), flush=True)
from ssl_core.backbones.torchvision import weights_found
from ssl_core.training.device import pick_device
device = pick_device("auto").type
name = torch.cuda.get_device_name() if device == "cuda" else ""
print(json.dumps({"device": device, "name": name, "weights": weights_found()}))
"""


class Finding(NamedTuple):
    """One line of the report; `fault` is what stops the program, with the remedy."""

    name: str
    words: str
    facts: Any
    fault: str = ""


def add_commands(commands: Commands) -> None:
    """Adds doctor, for the list of commands; `doctor_command` reads its flags."""
    commands.add_parser("doctor", help=ABOUT, add_help=False)


def doctor_command(argv: list[str]) -> int:
    """Prints what was found, faults last; exit status 1 where something that the program can't do without is missing."""
    parser = argparse.ArgumentParser(prog=f"{COMMAND} doctor", description=f"{ABOUT[:1].upper()}{ABOUT[1:]}.")
    parser.add_argument("--port", type=int, default=PORT, help=f"the app's port; {PORT} if not said")
    parser.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    asked = parser.parse_args(argv)
    if not 1 <= asked.port <= 65535:
        parser.error(f"--port must be between 1 and 65535. Got {asked.port}.")
    found = [own_files(), python(), packages(), *torch_and_weights(), *folders(), machine(), address(asked.port)]
    faults = [finding.fault for finding in found if finding.fault]
    if asked.json:
        print(json.dumps({**{finding.name: finding.facts for finding in found}, "faults": faults}))
    else:
        lines = [finding.words for finding in found] + [f"Fault: {fault}" for fault in faults]
        print("\n".join([*lines, "" if faults else "Nothing is missing."]).rstrip())
    return 1 if faults else 0


def own_files() -> Finding:
    """The version, where the program lies, and whether its own files are complete."""
    lost = [name for name in ("start.py", "app.py", "pages/main.py", "assets/starter/order.json") if not (TREE / name).is_file()]
    how = "a checkout in" if CHECKOUT else "installed in"
    fault = f"{', '.join(lost)} of Selfsight's own files are not in '{TREE}'. {AGAIN}" if lost else ""
    return Finding("selfsight", f"Selfsight {__version__}, {how} {BESIDE}", {"version": __version__, "folder": str(BESIDE)}, fault)


def python() -> Finding:
    """This Python and its system, with the refusal of start.py where it is another than the program needs."""
    version, system = platform.python_version(), platform.platform()
    fault = runpy.run_path(str(TREE / "start.py"))["refusal"]() if (TREE / "start.py").is_file() else ""
    facts = {"version": version, "executable": sys.executable, "system": system}
    return Finding("python", f"Python {version} ({sys.executable}) on {system}", facts, fault)


def packages() -> Finding:
    """The packages that the program needs, by the list that it was installed with."""
    try:
        asked = (BESIDE / "requirements.txt").read_text(encoding="utf-8").split() if CHECKOUT else metadata.requires(NAME) or []
    except (OSError, metadata.PackageNotFoundError):
        asked = []
    names = [found[0] for line in asked if "extra ==" not in line and (found := re.match(r"[\w.-]+", line))]
    there = {name: version for name in names if (version := installed(name))}
    missing = sorted(set(names) - set(there))
    fault = f"{', '.join(missing)} {'is' if len(missing) == 1 else 'are'} not installed. {AGAIN}" if missing else ""
    words = ", ".join(f"{name} {version}" for name, version in there.items())
    return Finding("packages", f"Packages: {words or 'none'}", {"installed": there, "missing": missing}, fault)


def installed(package: str) -> str:
    """The version of an installed package, "" where there is none."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def torch_and_weights() -> list[Finding]:
    """PyTorch with the device that it trains on, and networks whose ImageNet weights are here; both from a process of its own."""
    told, fault = probed() if installed("torch") else ({}, "")
    device = " ".join(filter(None, [told.get("device", ""), told.get("name", "")]))
    words = f"PyTorch {told.get('version', 'is not here')}{f', trains on {device}' if device else ''}"
    facts = {"version": told.get("version", ""), "device": told.get("device", ""), "name": told.get("name", "")}
    weights = told.get("weights", [])
    here = ", ".join(weights) if weights else f"none here ('{COMMAND} fetch imagenet:mobilenet_v2' downloads one, to compare with)"
    return [Finding("torch", words, facts, fault), Finding("weights", f"ImageNet's weights: {here}", weights)]


def probed() -> tuple[dict[str, Any], str]:
    """What a process that loads torch says of it, and the fault that ended it."""
    env = {**os.environ, **python_path()}
    command = [sys.executable, "-P", "-W", "ignore", "-c", TORCH]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE, env=env)
    except subprocess.TimeoutExpired:
        return {}, f"PyTorch did not load within {PATIENCE} s. Wait for what keeps the disk busy to end, and ask again."
    told: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        told |= json.loads(line)
    reason = (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1][:300]
    what = f"PyTorch {installed('torch')} can't be loaded" if not told else "Selfsight can't be loaded"
    return told, f"{what} ({reason}). {AGAIN}" if done.returncode else ""


def folders() -> list[Finding]:
    """The folders of runs, caches and data, with the room on their disks."""
    try:
        return [folder(name, variable, root().absolute()) for name, (variable, root) in ROOTS.items()]
    except ModuleNotFoundError:  # platformdirs, which `packages` names
        return []


def folder(name: str, variable: str, path: Path) -> Finding:
    """One folder: where it is, or would be made, what is free there, and whether it can be written."""
    there = next(place for place in (path, *path.parents) if place.exists())
    free, writable = shutil.disk_usage(there).free / 1e9, there.is_dir() and os.access(there, os.W_OK)
    fault = ""
    if name != "data" and not writable:  # data are only read, but for downloads
        fault = f"'{path}' can't be written. Choose another folder with {variable}."
    elif name != "data" and free < LEAST:
        fault = f"The disk of '{path}' has {free:.1f} GB free; {LEAST} are needed. Make room, or choose another folder with {variable}."
    words = f"{name[:1].upper()}{name[1:]}: {path} ({variable}), {free:.1f} GB free{'' if writable else ', read-only'}"
    return Finding(name, words, {"folder": str(path), "free_gb": round(free, 1), "writable": writable, "there": path.is_dir()}, fault)


def machine() -> Finding:
    """Cores that this process may use, and memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30 if hasattr(os, "sysconf") else 0.0
    words = f"{cores} {'core' if cores == 1 else 'cores'}, {memory:.1f} GiB of memory"
    return Finding("machine", words, {"cores": cores, "memory_gib": round(memory, 1)})


def address(port: int) -> Finding:
    """Whether a browser of this machine reaches the app at a port, and who answers there now."""
    found = reach(port)
    who = {
        "selfsight": f"Selfsight {found.version or '(which asks for its token)'} answers at {found.address}",
        "another program": f"{found.address} belongs to another program: without --port the app takes the next free port",
        "nobody": f"{found.address} is free for the app, and a browser of this machine reaches it",
    }
    words = " ".join([f"{who[found.by] if found.open else f'{found.address} is closed'}.", *found.remarks])
    blocked = f"What listens on {found.address} can't be reached from this machine. Let Python through its firewall."
    return Finding("address", words, found._asdict(), "" if found.open else blocked)
