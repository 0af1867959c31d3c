"""The report of a study: one HTML file that needs nothing else, JSON, and a table of all runs."""

from __future__ import annotations

import csv
import html
import io
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from nmrquanv.guarded import plain
from nmrquanv.progress import words
from nmrquanv.study.data.datasets import PRESET_VERSION, PRESETS
from nmrquanv.study.report import charts as figures
from nmrquanv.study.report.digests import code_digest
from nmrquanv.study.report.html_frame import page
from nmrquanv.study.report.summary import Summary, Table
from nmrquanv.study.running.results import Results
from nmrquanv.study.running.specs import STUDY_VERSION, RunSpec
from nmrquanv.study.running.tiers import Tier
from nmrquanv.version import __version__
from nmrquanv.writing import write_whole

HTML, JSON, CSV, FIGURES = "report.html", "report.json", "runs.csv", "figures"
_PACKAGES = ("numpy", "scipy", "torch", "pennylane", "matplotlib", "distributed")


@dataclass(frozen=True, slots=True)
class Study:
    """All that a report is made of.

    Parameters
    ----------
    tier : Tier
    summaries : tuple of Summary
    specs : tuple of RunSpec
        The runs that belong to it, finished or not.
    results : Results
    failed : mapping
        Key -> why, of this session's failed runs.
    evaluation : str
        How circuits were evaluated, in words.
    """

    tier: Tier
    summaries: tuple[Summary, ...]
    specs: tuple[RunSpec, ...]
    results: Results
    failed: Mapping[str, str]
    evaluation: str = "exactly, on the unitary"


def write_report(folder: Path, study: Study) -> Path:
    """Write ``report.html``, ``report.json``, ``runs.csv`` and the figures; return the HTML's path.

    Raises
    ------
    OSError
        The folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    drawn = _drawn(study.summaries)
    if drawn:
        (folder / FIGURES).mkdir(exist_ok=True)
    for name, text in drawn.items():
        write_whole(folder / FIGURES / f"{name}.svg", text.encode("utf-8"))
    content = to_dict(study)
    write_whole(
        folder / JSON,
        (json.dumps(plain(content), indent=1, allow_nan=False) + "\n").encode("utf-8"),
    )
    write_whole(folder / CSV, runs_csv(study.specs, study.results).encode("utf-8"))
    text = page("What the study found", _body(study, content, drawn))
    write_whole(folder / HTML, text.encode("utf-8"))
    return folder / HTML


def to_dict(study: Study) -> dict[str, Any]:
    """Return the report as JSON values: answers, tables, configuration, versions, data."""
    finished = study.results.all()
    return {
        "program": f"nmrquanv {__version__}",
        "study_version": STUDY_VERSION,
        "preset_version": PRESET_VERSION,
        "tier": study.tier.to_dict(),
        "evaluation": study.evaluation,
        "runs": {
            "wanted": len(study.specs),
            "finished": len(finished),
            "failed": dict(study.failed),
            "core_seconds": round(sum(float(r.get("seconds") or 0) for r in finished)),
        },
        "seeds": sorted({s.seed for s in study.specs}),
        "presets": {name: asdict(preset) for name, preset in PRESETS.items()},
        "versions": _versions(finished),
        "machines": sorted({str(r["machine"]) for r in finished if r.get("machine")}),
        "data_hash": _hashes(finished),
        "code_hash": code_digest(),
        "experiments": [
            {
                "name": s.name,
                "question": s.question,
                "answer": list(s.answer),
                "notes": list(s.notes),
                "tables": [asdict(t) for t in s.tables],
                "points": [asdict(p) for p in s.points],
            }
            for s in study.summaries
        ],
    }


def runs_csv(specs: Iterable[RunSpec], results: Results) -> str:
    """Return one line for each finished run and checkpoint: its spec and all its figures."""
    rows = []
    for spec in specs:
        result = results.get(spec)
        if result is None:
            continue
        spec_cells = {k: _flat(v) for k, v in result["spec"].items()}
        about = {
            "key": result.get("key", ""),
            "seconds": result.get("seconds"),
            "test_data": result.get("data_hash", {}).get("test", ""),
            "training_data": result.get("data_hash", {}).get("training", ""),
        }
        for checkpoint, measured in result["metrics"].items():
            rows.append({**about, "checkpoint": checkpoint, **spec_cells, **measured})
    columns = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO()
    table = csv.DictWriter(written, columns, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def _flat(value: Any) -> Any:
    """Return a cell: nested values as JSON."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, dict | list | tuple) else value


def _drawn(summaries: Sequence[Summary]) -> dict[str, str]:
    """Return the figures as SVG by name; none without matplotlib."""
    if not figures.can_draw():
        return {}
    return {
        f"{s.name}-{number}": figures.svg(figure)
        for s in summaries
        for number, figure in enumerate(s.figures, 1)
        if any(one.x for panel in figure.panels for one in panel.series)
    }


def _versions(finished: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    """Return the versions that runs were made with, and those of this report."""
    found: dict[str, set[str]] = {"python": {platform.python_version()}}
    for name in _PACKAGES:
        try:
            found[name] = {version(name)}
        except PackageNotFoundError:
            continue
    for result in finished:
        for name, value in result.get("versions", {}).items():
            found.setdefault(name, set()).add(str(value))
    return {name: sorted(values) for name, values in sorted(found.items())}


def _hashes(finished: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the hash of each test set by what it was made of."""
    found = {}
    for result in finished:
        spec = result["spec"]
        changes = ", ".join(f"{name} {value:g}" for name, value in spec["preset_changes"])
        label = spec["preset"] + (f" ({changes})" if changes else "")
        found[label] = str(result.get("data_hash", {}).get("test", ""))
    return dict(sorted(found.items()))


def _body(study: Study, content: Mapping[str, Any], drawn: Mapping[str, str]) -> str:
    links = "".join(f'<a href="#{s.name}">{_safe(s.name)}</a>' for s in study.summaries)
    runs = content["runs"]
    done = f"{runs['finished']} of {runs['wanted']} runs have finished"
    parts = [
        "<header><h1>The paper, reproduced and questioned</h1>",
        "<p>The claims of <a href='https://arxiv.org/abs/2512.13125'>arXiv 2512.13125</a> on"
        " quanvolutional networks that find peaks, tested with our reconstruction of its models and"
        f" data. Tier <b>{_safe(study.tier.name)}</b>; {done},"
        f" {words(runs['core_seconds'])} of one core in all; circuits evaluated"
        f" {_safe(study.evaluation)}.</p>",
        f"<nav>{links}<a href='#configuration'>configuration</a></nav></header>",
    ]
    if not study.tier.can_judge:
        parts.append(
            "<p class='warning'>This tier trains far too briefly to judge anything: it shows that"
            " everything runs. The standard tier judges.</p>"
        )
    parts += [_section(s, drawn) for s in study.summaries]
    parts.append(_configuration(study, content))
    return "\n".join(parts)


def _section(summary: Summary, drawn: Mapping[str, str]) -> str:
    answer = "".join(f"<li>{_safe(sentence)}</li>" for sentence in summary.answer)
    parts = [
        f"<section id='{summary.name}'><h2>{_safe(summary.name)}</h2>",
        f"<p class='question'>{_safe(summary.question)}</p>",
        f"<ul class='answer'>{answer}</ul>" if answer else "<p>No run has finished yet.</p>",
    ]
    for number, figure in enumerate(summary.figures, 1):
        image = drawn.get(f"{summary.name}-{number}")
        if image:
            caption = f"<figcaption>{_safe(figure.caption)}</figcaption>"
            parts.append(f"<figure>{image}{caption}</figure>")
    if summary.figures and not figures.can_draw():
        parts.append("<p class='note'>Figures need matplotlib: pip install 'nmrquanv[study]'.</p>")
    parts += [_table(table) for table in summary.tables]
    parts += [f"<p class='note'>{_safe(note)}</p>" for note in summary.notes]
    return "\n".join([*parts, "</section>"])


def _table(table: Table) -> str:
    head = "".join(f"<th>{_safe(c)}</th>" for c in table.columns)
    rows = "".join(
        "<tr>" + "".join(_cell(c, i) for i, c in enumerate(row)) + "</tr>" for row in table.rows
    )
    note = f"<p class='note'>{_safe(table.note)}</p>" if table.note else ""
    return (
        f"<div class='table'><table><caption>{_safe(table.title)}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}"
    )


def _cell(value: Any, place: int) -> str:
    text = "–" if value is None else f"{value:.3f}" if isinstance(value, float) else str(value)
    tag = "th" if place == 0 else "td"
    word = next((w for w in _VERDICTS if text.startswith(w)), "")
    return (
        f"<{tag}{_VERDICTS[word]}>{_safe(text)}</{tag}>"
        if word
        else f"<{tag}>{_safe(text)}</{tag}>"
    )


_VERDICTS = {
    "reproduced": " class='good'",
    "not reproduced": " class='bad'",
    "reversed": " class='bad'",
    "undecided": " class='open'",
    "cannot be compared": " class='open'",
}


def _configuration(study: Study, content: Mapping[str, Any]) -> str:
    shown = {
        name: content[name]
        for name in (
            "tier",
            "seeds",
            "presets",
            "versions",
            "machines",
            "data_hash",
            "code_hash",
            "evaluation",
        )
    }
    blocks = "".join(
        f"<h3>{_safe(name.replace('_', ' '))}</h3><pre>{_safe(json.dumps(value, indent=1))}</pre>"
        for name, value in shown.items()
    )
    failed = "".join(
        f"<li><code>{_safe(k)}</code> {_safe(v)}</li>" for k, v in study.failed.items()
    )
    told = f"<h3>failed runs</h3><ul>{failed}</ul>" if failed else ""
    return (
        "<section id='configuration'><h2>Configuration</h2><p>Every number of every run is in"
        " <code>runs.csv</code> and <code>report.json</code> beside this page. Adam, rate 0.001"
        " falling along a cosine, batch 32, no weight decay; data, weights and order are seeded."
        f"</p>{told}<details><summary>Sizes, seeds, presets, versions, data</summary>{blocks}"
        "</details></section>"
    )


def _safe(text: object) -> str:
    return html.escape(str(text), quote=False)
