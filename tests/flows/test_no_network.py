"""The program asks nothing of the network: the whole main job with sockets that refuse."""

from __future__ import annotations

import socket

from PySide6.QtCore import Qt

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
    user.window.actions_by_id["export"].trigger()
    from nmrquanv.gui.dialogs.export import ExportDialog

    dialog = user.dialog(ExportDialog)
    dialog.path.setText(str(tmp_path / "menthol.csv"))
    user.click(dialog.export_button)
    assert (tmp_path / "menthol.csv").exists()
    dialog.close()
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
