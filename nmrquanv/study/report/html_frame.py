"""The frame of an HTML report: its style, for light and dark screens and for paper."""

from __future__ import annotations

import html

_STYLE = """
:root { color-scheme: light dark; --ink: #1d2733; --soft: #5b6877; --line: #d8dee6;
  --page: #fbfcfd; --card: #ffffff; --accent: #2f6fbe; --good: #1f7a4d; --bad: #b03a2e;
  --open: #8a6410; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e9ef; --soft: #9aa7b5; --line: #36414d;
  --page: #14191f; --card: #1b222a; --accent: #7db1ee; --good: #63c795; --bad: #f08a7e;
  --open: #dcb45e; } }
body { margin: 0 auto; max-width: 66rem; padding: 2rem 1.2rem 4rem; color: var(--ink);
  background: var(--page); font: 16px/1.5 system-ui, "Segoe UI", "Helvetica Neue", sans-serif; }
h1 { font-size: 1.9rem; margin: 0 0 .4rem; } h2 { font-size: 1.3rem; margin: 0 0 .3rem; }
h3 { font-size: 1rem; margin: 1rem 0 .2rem; } a { color: var(--accent); }
nav { display: flex; flex-wrap: wrap; gap: .3rem 1rem; margin: 1rem 0; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 1.2rem 1.4rem; margin: 1.2rem 0; }
.question { color: var(--soft); font-style: italic; margin: 0 0 .6rem; max-width: 52rem; }
.answer { padding-left: 1.2rem; max-width: 56rem; } .answer li { margin: .25rem 0; }
.answer li:first-child { font-weight: 600; }
.note { color: var(--soft); font-size: .85rem; max-width: 56rem; margin: .35rem 0; }
.warning { border-left: 4px solid var(--open); padding: .4rem .8rem; }
figure { margin: 1rem 0; } figure svg { width: 100%; height: auto; max-width: 60rem; }
figcaption { color: var(--soft); font-size: .88rem; }
.table { overflow-x: auto; margin-top: 1rem; }
table { border-collapse: collapse; font-size: .85rem; font-variant-numeric: tabular-nums;
  min-width: 60%; }
caption { text-align: left; font-weight: 600; padding-bottom: .3rem; font-size: .95rem; }
th, td { text-align: left; padding: .28rem .7rem .28rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; } tbody th { font-weight: 500; } thead th { color: var(--soft); }
.good { color: var(--good); } .bad { color: var(--bad); } .open { color: var(--open); }
pre { overflow-x: auto; font-size: .78rem; color: var(--soft); }
@media print { body { background: none; } section { break-inside: avoid-page; border: 0; } }
"""


def page(title: str, body: str) -> str:
    """Return a whole HTML document that loads nothing from elsewhere."""
    return (
        "<!DOCTYPE html>\n<html lang='en'><head><meta charset='utf-8'>"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>"
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style></head>\n"
        f"<body>\n{body}\n</body></html>\n"
    )
