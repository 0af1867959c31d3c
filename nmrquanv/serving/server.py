"""The questions of :mod:`nmrquanv.serving.mcp_tools` by the Model Context Protocol, on stdio."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nmrquanv.errors import NmrQuanvError
from nmrquanv.finders import QUANV
from nmrquanv.serving.mcp_tools import Answer, Questions
from nmrquanv.version import __version__

_INSTRUCTIONS = (
    "Finds peaks in one-dimensional NMR spectra. Ask folders first: only what lies in them can be"
    " read, and nothing can be written. Shifts are in ppm and fall from left to right."
)


def serve(questions: Questions) -> None:
    """Answer on standard input and output until the input ends."""
    server_of(questions).run("stdio")


def server_of(questions: Questions) -> Any:
    """Return the server: an ``mcp.server.MCPServer`` with four read-only tools."""
    from mcp.server import MCPServer
    from mcp.types import ToolAnnotations

    server = MCPServer(
        "nmrquanv", instructions=_INSTRUCTIONS, version=__version__, log_level="ERROR"
    )
    read_only = ToolAnnotations(read_only_hint=True, open_world_hint=False, idempotent_hint=True)
    for tool in _offered(questions):
        server.tool(annotations=read_only)(tool)
    return server


def _offered(questions: Questions) -> list[Callable[..., Answer]]:
    """Return the functions as they are offered; their docstrings are what a client is shown."""

    def folders() -> dict[str, Any]:
        """List the folders that may be read, and the NMR data sets in them."""
        return _told(questions.folders)

    def info(path: str) -> dict[str, Any]:
        """Describe a data set: vendor, nucleus, frequency, solvent, title, points, processing."""
        return _told(lambda: questions.info(path))

    def read(
        path: str, high_ppm: float | None = None, low_ppm: float | None = None, points: int = 1000
    ) -> dict[str, Any]:
        """Read the processed spectrum between two shifts (ppm), at most 4000 points."""
        return _told(lambda: questions.read(path, high_ppm, low_ppm, points))

    def pick(
        path: str,
        model: str = QUANV,
        high_ppm: float | None = None,
        low_ppm: float | None = None,
    ) -> dict[str, Any]:
        """Find the peaks of a data set with quanv, cnn or classical, everywhere or in a region."""
        return _told(lambda: questions.pick(path, model, high_ppm, low_ppm))

    return [folders, info, read, pick]


def _told(work: Callable[[], Answer]) -> Answer:
    """Turn an error that a user can mend into one that the client is told as it is."""
    from mcp.server.mcpserver.exceptions import ToolError

    try:
        return work()
    except NmrQuanvError as error:
        raise ToolError(str(error)) from error
