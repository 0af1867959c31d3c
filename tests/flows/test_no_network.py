"""The program asks nothing of the network: the whole main job with sockets that refuse."""

from __future__ import annotations

import socket

from PySide6.QtCore import Qt

from nmrquanv.gui.dialogs.export import ExportDialog
from tests.flows.peak_user import confirmed, saved_as

CTRL = Qt.KeyboardModifier.ControlModifier


def test_open_find_edit_and_export_open_no_connection(user, menthol, monkeypatch, tmp_path) -> None:
    tried: list[object] = []

    def refuse(self, address, *rest) -> None:
        # what a process says to itself through a file is no network
        if self.family != getattr(socket, "AF_UNIX", None):
            tried.append(address)
            raise OSError(f"no network: {address}")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: tried.append(a) or [])
    document = user.open(menthol)
    user.choose_finders("classical")
    user.find()
    user.press(Qt.Key.Key_M)
    assert document.multiplets
    confirmed(user, document.shown_peaks().peaks[0].id)
    user.press(Qt.Key.Key_E, CTRL)
    dialog = user.dialog(ExportDialog)
    dialog.path.selectAll()
    user.qtbot.keyClicks(dialog.path, str(tmp_path / "menthol.csv"))
    user.click(dialog.export_button)
    assert (tmp_path / "menthol.csv").exists()
    user.qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    saved_as(user, tmp_path / "menthol.nmrq")
    assert tried == []


def test_the_package_imports_no_client_of_the_network() -> None:
    """Qt's network module and the standard clients are not loaded by the window."""
    import subprocess
    import sys

    program = (
        "import nmrquanv.gui.app, sys;"
        "print(sorted({'http.client', 'urllib.request', 'requests', 'PySide6.QtNetwork',"
        " 'ftplib', 'smtplib'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"
