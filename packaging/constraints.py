"""Write ``constraints.txt`` anew: what all extras need, by version and hash, for every platform.

    pip install uv
    python packaging/constraints.py

PyTorch has builds of its own for each platform, on an index of its own: it stands by version alone
in ``constraints-torch.txt``, which says where each platform finds it, and what only its CUDA build
brings is left out. Both are used like this::

    pip install -r packaging/constraints-torch.txt
    pip install --require-hashes --no-deps -r packaging/constraints.txt
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
HASHED = ROOT / "packaging" / "constraints.txt"
TORCH = ROOT / "packaging" / "constraints-torch.txt"
APART = re.compile(r"(torch|triton|nvidia-[\w-]+|cuda-[\w-]+)==")
COMMAND = (
    *("uv", "pip", "compile", "pyproject.toml", "--extra", "all", "--universal"),
    *("--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate", "--quiet"),
)
ABOUT = (
    "# Made by packaging/constraints.py: what all extras need, with hashes; PyTorch stands apart.\n"
)
ABOUT_TORCH = """\
# Made by packaging/constraints.py. Where each platform finds PyTorch's build for the CPU:
# Linux: pip install -r packaging/constraints-torch.txt --index-url https://download.pytorch.org/whl/cpu
# Windows, macOS: PyPI's own build is the one for the CPU
"""


def requirements(text: str) -> list[str]:
    """Return the requirements of uv's answer, each with the lines of its hashes."""
    return re.findall(r"^(?=\S)[^#].*(?:\n[ \t]+.*)*", text, flags=re.MULTILINE)


def main() -> int:
    """Ask uv and write both files."""
    done = subprocess.run(COMMAND, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.stderr.write(done.stderr)
        return done.returncode
    found = requirements(done.stdout)
    torch = next(one for one in found if one.startswith("torch=="))
    version = re.split(r"[ ;\\]", torch, maxsplit=1)[0]
    HASHED.write_text(ABOUT + "".join(f"{one}\n" for one in found if not APART.match(one)))
    TORCH.write_text(f"{ABOUT_TORCH}{version}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
