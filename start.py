"""Sets up and runs Selfsight: `python3 start.py` starts the app, `python3 start.py test` runs every test. Standard library only."""

import argparse
import contextlib
import hashlib
import importlib.util
import ipaddress
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = str(VENV / "bin" / "python")
HERE = ".".join(map(str, sys.version_info[:2]))
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
APP, DEV = ("requirements.txt",), ("requirements.txt", "requirements-dev.txt")
NO_VENV = f"Python {HERE} can't make an environment: install python{HERE}-venv (Debian, Ubuntu), or uv, or virtualenv, and start again."


def refusal(version: tuple = tuple(sys.version_info), platform: str = sys.platform) -> str:
    """Why Selfsight can't run here, as a sentence; "" where it can."""
    if platform.startswith("win"):
        return "Selfsight runs on Linux and macOS. On Windows use WSL: run `wsl --install`, then start it inside Ubuntu."
    if (3, 11) <= tuple(version[:2]) <= (3, 13):
        return ""
    others = [name for name in ("python3.13", "python3.12", "python3.11") if ask(name, "--version")]
    hint = f" Try: {others[0]} {sys.argv[0]}" if others else ""
    return f"Selfsight needs Python 3.11, 3.12 or 3.13. Found {'.'.join(map(str, version[:3]))} ({sys.executable}).{hint}"


def ask(*command: str) -> str:
    """What a command prints; "" where the command can't be run or fails."""
    try:
        return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=True).stdout.decode().strip()
    except (OSError, subprocess.SubprocessError):
        return ""


def ran(*command: str) -> bool:
    """Runs a command whose output the person sees; returns whether its exit status is 0."""
    return subprocess.run(command, cwd=str(ROOT), stdin=subprocess.DEVNULL).returncode == 0


def healthy() -> str:
    """The version of Python in .venv; "" where .venv is missing or incomplete, or was made by another version than it now runs."""
    version = ask(PYTHON, "-c", "import sys; print('.'.join(map(str, sys.version_info[:3])))")
    folder = VENV / "lib" / f"python{version.rpartition('.')[0]}" / "site-packages"
    return version if folder.is_dir() and not refusal(tuple(map(int, version.split(".")))) else ""


def make_environment() -> None:
    """Makes .venv by the first of these that works: Python's own venv, uv, virtualenv."""
    print(f"Making an environment in {VENV}", flush=True)
    uv, virtualenv = shutil.which("uv"), shutil.which("virtualenv")
    ways = [[sys.executable, "-m", "venv"]] if importlib.util.find_spec("ensurepip") else []
    ways += [[*way, "--python", sys.executable] for way in ((uv, "venv"), (virtualenv,)) if way[0]]
    for way in ways:
        shutil.rmtree(str(VENV), ignore_errors=True)
        if ran(*way, str(VENV)) and healthy():
            return
    sys.exit(NO_VENV)


def wants_cpu_build() -> bool:
    """Whether PyTorch's smaller build for machines without an NVIDIA driver fits here and answers within 5 seconds."""
    if sys.platform != "linux" or shutil.which("nvidia-smi") or os.path.exists("/proc/driver/nvidia/version"):
        return False
    probe = f"import urllib.request as u; u.urlopen('{CPU_INDEX}/torch/', timeout=5)"
    try:  # a process of its own: its time-out also covers the look-up of the name, which no time-out of urlopen does
        return subprocess.run([sys.executable, "-c", probe], stderr=subprocess.DEVNULL, timeout=5).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def stamp_of(files: tuple, version: str) -> str:
    """The digest of what .venv must hold: Python's version and the files' bytes. Another digest: something has to be installed."""
    return hashlib.sha256(b"\0".join([version.encode(), *((ROOT / name).read_bytes() for name in (*files, "constraints.txt"))])).hexdigest()


def set_up(files: tuple) -> None:
    """Makes .venv and installs what the files name, unless the stamp says that this is done. A lock lets one start at a time do it."""
    import fcntl  # not on Windows, which `refusal` has excluded

    with open(__file__) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp = VENV / f"{files[-1]}.stamp"
        if stamp.exists() and stamp.read_text() == stamp_of(files, healthy()):
            return
        if not healthy():
            make_environment()
        install(files)
        for names in (files, APP):  # the tests' requirements contain the app's
            (VENV / f"{names[-1]}.stamp").write_text(stamp_of(names, healthy()))


def install(files: tuple) -> None:
    """Prints what will be installed, its size and its folder, then installs it."""
    free = shutil.disk_usage(str(ROOT)).free / 1e9
    print(f"Installing Streamlit, PyTorch and the rest of {' and '.join(files)} into {VENV}")
    print(f"Once, a few minutes: about 3 GB to download, 6.5 GB on disk ({free:.0f} GB are free); less without CUDA.", flush=True)
    pip = [PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check"]
    if not ask(*pip[:3], "--version"):  # uv makes environments without pip
        pip = [shutil.which("uv") or sys.exit(NO_VENV), "pip", "install", "--python", PYTHON]
    pip += ["-c", "constraints.txt"]
    fresh = not list(VENV.glob("lib/*/site-packages/torch"))
    if fresh and wants_cpu_build() and not ran(*pip, "--index-url", CPU_INDEX, "torch", "torchvision"):
        print("PyTorch's CPU build can't be had; going on with the usual one.", flush=True)
    if not ran(*pip, *[word for name in files for word in ("-r", name)]):
        sys.exit("The installation ended early (see above). Start again to go on where it stopped.")


def is_local(host: str) -> bool:
    """Whether an address can be reached from this machine alone."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host == "localhost"


def app_flags(arguments: list, prog: str = "start.py", about: str = __doc__) -> list:
    """The command line's arguments as flags of Streamlit. Beyond this machine, and by a proxy's name, a token guards the app."""
    parser = argparse.ArgumentParser(prog=prog, description=about)
    parser.add_argument("--port", type=int, help="a fixed port; without it the first free one from 8501")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen on; beyond this machine a token is asked for")
    parser.add_argument("--behind", metavar="ADDRESS", help="where a proxy shows the app, as https://hub.example.org/user/you/proxy/8501/")
    asked = parser.parse_args(arguments)
    if asked.port is not None and not 1 <= asked.port <= 65535:
        parser.error(f"--port must be between 1 and 65535. Got {asked.port}.")
    proxy = urlsplit(asked.behind or "")
    if asked.behind is not None and not (proxy.scheme in ("http", "https") and proxy.hostname):
        parser.error(f"--behind must be the whole address, as https://hub.example.org/user/you/proxy/8501/. Got {asked.behind}.")
    allowed = (asked.host, "localhost", *filter(None, [proxy.hostname])) if is_local(asked.host) else ("*",)
    flags = [("allowedHosts", name) for name in dict.fromkeys(allowed)] + [("baseUrlPath", proxy.path.strip("/")), ("port", asked.port)]
    return [word for name, value in [("address", asked.host), *flags] if value for word in (f"--server.{name}", str(value))]


if __name__ == "__main__":
    if refusal():
        sys.exit(refusal())
    testing = sys.argv[1:2] == ["test"]
    words = ["tests/suite.py", *sys.argv[2:]] if testing else ["-m", "streamlit", "run", "app.py", *app_flags(sys.argv[1:])]
    for variable in ("PYTHONHOME", "PYTHONPATH"):  # set for another installation of Python
        os.environ.pop(variable, None)
    set_up(DEV if testing else APP)
    os.chdir(str(ROOT))
    os.execv(PYTHON, [PYTHON, *words])  # replaces this process, so that Ctrl+C and signals reach the new one
