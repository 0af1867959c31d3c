"""Make ``build/nmrquanv.ico`` and ``build/nmrquanv.icns`` of the program's icon.

    python packaging/icons.py

Both are containers of PNGs: an ICO has a table of sizes and places, an ICNS a type for each size.
"""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "resources" / "icons" / "nmrquanv.svg"
ICO_SIZES = (16, 24, 32, 48, 64, 128, 256)
ICNS_TYPES = {b"icp4": 16, b"icp5": 32, b"icp6": 64, b"ic07": 128, b"ic08": 256, b"ic09": 512}


def drawn(sizes: list[int]) -> dict[int, bytes]:
    """Draw the icon as PNGs by their size in pixels."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication(["icons"])  # kept: painting asks it
    drawing = SOURCE.read_text("utf-8").replace("currentColor", "#2b5797")
    svg, pictures = QSvgRenderer(drawing.encode()), {}
    for size in sizes:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        svg.render(painter, QRectF(0, 0, size, size))
        painter.end()
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")
        pictures[size] = bytes(buffer.data())
    del application
    return pictures


def ico(pictures: dict[int, bytes]) -> bytes:
    """Return an ICO of PNGs."""
    start = 6 + 16 * len(pictures)
    head, body = struct.pack("<HHH", 0, 1, len(pictures)), b""
    for size, png in pictures.items():
        side = size % 256  # 0 stands for 256
        head += struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(png), start + len(body))
        body += png
    return head + body


def icns(pictures: dict[bytes, bytes]) -> bytes:
    """Return an ICNS of PNGs by their types."""
    body = b"".join(struct.pack(">4sI", kind, 8 + len(png)) + png for kind, png in pictures.items())
    return struct.pack(">4sI", b"icns", 8 + len(body)) + body


def main() -> int:
    """Write both."""
    target = ROOT / "build"
    target.mkdir(exist_ok=True)
    pictures = drawn(sorted({*ICO_SIZES, *ICNS_TYPES.values()}))
    (target / "nmrquanv.ico").write_bytes(ico({size: pictures[size] for size in ICO_SIZES}))
    by_kind = {kind: pictures[size] for kind, size in ICNS_TYPES.items()}
    (target / "nmrquanv.icns").write_bytes(icns(by_kind))
    return 0


if __name__ == "__main__":
    sys.exit(main())
