"""How Sphinx builds these pages: ``python packaging/bundle.py docs``."""

from nmrquanv.version import __version__

project = "nmrquanv"
author = "The nmrquanv developers"
release = __version__
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
myst_heading_anchors = 2
autodoc_typehints = "none"  # the docstrings say shapes and units
napoleon_use_ivar = True
html_theme = "alabaster"
