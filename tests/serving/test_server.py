"""``nmrquanv mcp`` as a client of the protocol sees it, in a process of its own."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters

ROOT = Path(__file__).resolve().parents[2]
WITHOUT_NETWORK = """
import socket, sys
tried_to = sys.argv.pop(1)
def refuse(event, arguments):
    if event.startswith(("socket.connect", "socket.bind", "socket.get", "socket.send")):
        with open(tried_to, "a") as tried:
            tried.write(f"{event} {arguments}\\n")
        raise OSError("no network here")
sys.addaudithook(refuse)
try:
    socket.create_connection(("127.0.0.1", 9), 1)
except OSError as error:
    assert "no network here" in str(error)
from nmrquanv.cli import main
sys.exit(main())
"""
"""Runs our command where every way to another computer is refused, and written down."""


async def asked(parameters: StdioServerParameters, path: str) -> dict[str, object]:
    """Ask one server everything."""
    async with Client(parameters) as client:
        tools = (await client.list_tools()).tools
        picked = await client.call_tool("pick", {"path": path, "model": "classical"})
        refused = await client.call_tool("info", {"path": "/"})
        return {
            "tools": {tool.name: tool.annotations for tool in tools},
            "picked": json.loads(picked.content[0].text),
            "refused": (refused.is_error, refused.content[0].text),
        }


@pytest.mark.slow
def test_a_client_lists_and_asks_the_tools(examples: Path, tmp_path: Path) -> None:
    record = tmp_path / "audit.jsonl"
    words = ["-m", "nmrquanv", "mcp", str(examples), "--audit", str(record)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parameters = StdioServerParameters(command=sys.executable, args=words, env=environment)
    path = str(examples / "bruker_dept135_caryophyllene_oxide" / "12")
    told = asyncio.run(asked(parameters, path))
    assert set(told["tools"]) == {"folders", "info", "read", "pick"}
    assert all(hints.read_only_hint for hints in told["tools"].values())
    assert len(told["picked"]["peaks"]) > 10
    is_error, why = told["refused"]
    assert is_error
    assert "is not in a folder that may be read" in why
    outcomes = [json.loads(line)["outcome"] for line in record.read_text().splitlines()]
    assert outcomes == ["answered", "asked", "answered", "asked", "refused"]


@pytest.mark.slow
def test_no_network_is_used(examples: Path, tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    words = ["-c", WITHOUT_NETWORK, str(tried), "mcp", str(examples)]
    words += ["--audit", str(tmp_path / "audit.jsonl")]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parameters = StdioServerParameters(command=sys.executable, args=words, env=environment)
    path = str(examples / "bruker_dept135_caryophyllene_oxide" / "12")
    told = asyncio.run(asked(parameters, path))
    assert len(told["picked"]["peaks"]) > 10
    assert len(tried.read_text().splitlines()) == 1  # the one that shows that it would be seen


def test_a_folder_that_is_none_is_told(run_command, tmp_path: Path) -> None:
    code, _, err = run_command("mcp", tmp_path / "nothing")
    assert code == 2
    assert "is not a folder" in err
