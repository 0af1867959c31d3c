"""Write the constraints anew: what all extras and what builds need, by version and hash.

    pip install uv
    python packaging/constraints.py

``constraints.txt`` has what all extras need, for every platform, ``constraints-build.txt`` what
``packaging/bundle.py`` builds with. PyTorch has builds of its own for each platform, on an index of
its own: it stands by version alone in ``constraints-torch.txt``, which says where each platform
finds it, and what only its CUDA build brings is left out. ``packaging/bootstrap.py app --pinned``
sets the program up by them; by hand it is::

    pip install --no-deps -r packaging/constraints-torch.txt
    pip install --require-hashes --no-deps -r packaging/constraints.txt
    pip install --no-deps .
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HASHED = ROOT / "packaging" / "constraints.txt"
TORCH = ROOT / "packaging" / "constraints-torch.txt"
TOOLS = ROOT / "packaging" / "constraints-build.txt"
APART = re.compile(r"(torch|triton|nvidia-[\w-]+|cuda-[\w-]+)==")
BUILD = (
    *("hatchling", "editables", "pyinstaller", "packaging", "cyclonedx-bom"),
    *("sphinx", "myst-parser", "pipx", "uv"),
)
"""What builds are made and tried with."""

COMMAND = (
    *("uv", "pip", "compile", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-header", "--no-annotate", "--quiet"),
)
ABOUT = (
    "# Made by packaging/constraints.py: what all extras need, with hashes; PyTorch stands apart.\n"
)
ABOUT_BUILD = "# Made by packaging/constraints.py: what bundle.py builds with, with hashes.\n"
ABOUT_TORCH = """\
# Made by packaging/constraints.py. Where each platform finds PyTorch's build for the CPU:
# Linux: pip install -r packaging/constraints-torch.txt --index-url https://download.pytorch.org/whl/cpu
# Windows, macOS: PyPI's own build is the one for the CPU
"""


class ResolveError(Exception):
    """uv found no set of versions; the message is its own."""


def requirements(text: str) -> list[str]:
    """Return the requirements of uv's answer, each with the lines of its hashes."""
    return re.findall(r"^(?=\S)[^#].*(?:\n[ \t]+.*)*", text, flags=re.MULTILINE)


def pins(*texts: str) -> list[str]:
    """Return the requirements of such files without their hashes, each once, for ``pip -c``.

    pip takes a constraint with a hash for a demand that all it installs has one.
    """
    lines = (one.split("\\\n")[0].strip() for text in texts for one in requirements(text))
    return list(dict.fromkeys(lines))


def resolved(*words: str, told: str = "") -> list[str]:
    """Return what uv answers."""
    done = subprocess.run(
        [*COMMAND, *words], cwd=ROOT, input=told, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ResolveError(done.stderr)
    return requirements(done.stdout)


def main() -> int:
    """Ask uv and write the files."""
    try:
        found = resolved("pyproject.toml", "--extra", "all")
        torch = next(one for one in found if one.startswith("torch=="))
        version = re.split(r"[ ;\\]", torch, maxsplit=1)[0]
        HASHED.write_text(ABOUT + "".join(f"{one}\n" for one in found if not APART.match(one)))
        TORCH.write_text(f"{ABOUT_TORCH}{version}\n")
        tools = resolved("-", "-c", str(HASHED), told="\n".join(BUILD))
        TOOLS.write_text(ABOUT_BUILD + "".join(f"{one}\n" for one in tools))
    except ResolveError as error:
        sys.stderr.write(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
