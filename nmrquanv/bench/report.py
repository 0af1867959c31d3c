"""The benchmark as Markdown that can stand in a README."""

from __future__ import annotations

from nmrquanv.bench.aims import SOURCE, above_peers, aims, best_peer
from nmrquanv.bench.markdown_tables import interval, number, table
from nmrquanv.bench.measure import Benchmark, ModelResult
from nmrquanv.bench.pair_spectra import NEAR_FWHM, SNR
from nmrquanv.bench.second.second_report import second_markdown
from nmrquanv.bench.seed_groups import MACRO
from nmrquanv.finders import CLASSICAL


def markdown(benchmark: Benchmark) -> str:
    """Return all tables that the measured parts fill, each with its heading."""
    sections = (
        _accuracy(benchmark),
        _precision(benchmark),
        _differences(benchmark),
        _peers(benchmark),
        _seeds(benchmark),
        _pairs(benchmark),
        _reliability(benchmark),
        _noise(benchmark),
        second_markdown({n: r.second for n, r in benchmark.models.items() if r.second}),
        _seconds(benchmark),
        _aims(benchmark),
    )
    return "\n\n".join(section for section in sections if section) + "\n"


def _having_kinds(benchmark: Benchmark) -> dict[str, ModelResult]:
    return {name: r for name, r in benchmark.models.items() if r.kinds}


def _accuracy(benchmark: Benchmark) -> str:
    models = _having_kinds(benchmark)
    if not models:
        return ""
    kinds = benchmark.plan.kinds
    rows = [[kind, *(interval(r.kinds[kind].f1) for r in models.values())] for kind in kinds]
    rows.append(["**macro**", *(interval(r.macro_f1) for r in models.values())])
    errors = [number(r.error_fwhm, 4) for r in models.values()]
    rows.append(["error of clean lines, FWHM", *errors])
    text = (
        f"F1 with 95 % bootstrap interval, {benchmark.plan.spectra} spectra of each kind,"
        f" preset '{benchmark.plan.preset}':\n\n"
    )
    return text + table(["kind", *models], rows)


def _precision(benchmark: Benchmark) -> str:
    models = _having_kinds(benchmark)
    if not models:
        return ""
    rows = []
    for kind in benchmark.plan.kinds:
        cells = [kind, str(next(iter(models.values())).kinds[kind].lines)]
        for result in models.values():
            own = result.kinds[kind]
            numbers = (number(own.precision), number(own.recall), number(own.error_fwhm, 4))
            cells.append(" / ".join(numbers))
        rows.append(cells)
    text = "Precision / recall / error of clean lines in FWHM, all spectra of a kind together:\n\n"
    return text + table(["kind", "lines", *models], rows)


def _differences(benchmark: Benchmark) -> str:
    if not benchmark.differences:
        return ""
    head = ["kind", *(f"{d.first} − {d.second}" for d in benchmark.differences)]
    rows = [
        [kind, *(interval(d.f1[kind], is_signed=True) for d in benchmark.differences)]
        for kind in (*benchmark.plan.kinds, MACRO)
    ]
    return "Difference of F1 on the same spectra, with 95 % bootstrap interval:\n\n" + table(
        head, rows
    )


def _peers(benchmark: Benchmark) -> str:
    models = _having_kinds(benchmark)
    if not models:
        return ""
    rows = []
    for kind in benchmark.plan.kinds:
        name, f1 = best_peer(kind)
        cells = [kind, f"{name} {f1:.2f}"]
        for result in models.values():
            own = result.kinds[kind].f1
            is_above = own.low > f1
            cells.append(f"{own.value - f1:+.3f}{' (lower limit above)' if is_above else ''}")
        rows.append(cells)
    said = []
    for name, result in models.items():
        above, below = above_peers(result)
        rest = f"; not for {', '.join(below)}" if below else ""
        said.append(f"{name}: lower limit above every peer for {len(above)} kinds{rest}.")
    text = f"F1 minus that of the best peer (peers: {SOURCE}):\n\n"
    return text + table(["kind", "best peer", *models], rows) + "\n\n" + "\n".join(said)


def _seeds(benchmark: Benchmark) -> str:
    if not benchmark.seeds:
        return ""
    groups, pairs = benchmark.seeds, benchmark.seed_differences
    head = ["kind"]
    head += [f"{name} ({len(group.seeds)} seeds)" for name, group in groups.items()]
    head += [f"{d.first} − {d.second} ({len(d.seeds)} seeds)" for d in pairs]
    rows = []
    for kind in (*benchmark.plan.kinds, MACRO):
        cells = [kind, *(interval(group.f1[kind]) for group in groups.values())]
        cells += [interval(d.f1[kind].difference, is_signed=True) for d in pairs]
        rows.append(cells)
    return "Mean F1 over seeds of the training, with 95 % t-interval:\n\n" + table(head, rows)


def _pairs(benchmark: Benchmark) -> str:
    rows = []
    for name, result in benchmark.models.items():
        for own in result.pairs:
            two = (own.two, own.two_equal, own.two_unequal)
            one = (own.one, own.one_lorentz, own.one_voigt, own.one_lopsided)
            rows.append([name, f"{own.separation:g}", *(interval(c) for c in (*two, *one))])
    if not rows:
        return ""
    sites = next(r.pairs[0].pairs for r in benchmark.models.values() if r.pairs)
    head = ["finder", "FWHM apart", "two, pair", "1:1", "1:3", "one, single"]
    head += ["Lorentzian", "Voigt", "lopsided field"]
    text = (
        f"Close pairs, mixed one to one with single lines as wide as the pair, S/N {SNR:.0f}:"
        f" P(two found, both within {NEAR_FWHM:g} FWHM | pair) and P(one found | single), with"
        f" Wilson's 95 % interval ({sites} pairs of each distance):\n\n"
    )
    return text + table(head, rows)


def _reliability(benchmark: Benchmark) -> str:
    found = {n: r.calibration for n, r in benchmark.models.items() if r.calibration is not None}
    if not found:
        return ""
    rows = [["all", *(f"{c.overall.error:.3f}" for c in found.values())]]
    rows.append(["all that are shown", *(f"{c.shown.error:.3f}" for c in found.values())])
    rows += [
        [kind, *(f"{c.kinds[kind].error:.3f}" for c in found.values())]
        for kind in benchmark.plan.kinds
    ]
    text = "Expected calibration error of the confidence, all candidates:\n\n"
    text += table(["kind", *found], rows)
    for name, calibration in found.items():
        curve = calibration.overall.curve
        text += f"\n\nReliability of {name}: said, right, how many:\n\n"
        text += table(
            ["confidence", *(f"{said:.2f}" for said, _, _ in curve)],
            [
                ["right", *(f"{was:.2f}" for _, was, _ in curve)],
                ["peaks", *(str(n) for _, _, n in curve)],
            ],
        )
    return text


def _noise(benchmark: Benchmark) -> str:
    models = {name: r.noise for name, r in benchmark.models.items() if r.noise}
    if not models:
        return ""
    rows = []
    for i, row in enumerate(next(iter(models.values()))):
        cells = [row.condition, f"{row.windows:,.0f}"]
        for noise in models.values():
            own = noise[i]
            cells.append(f"{own.per_1000:.2f} (at most {own.upper:.2f})")
        rows.append(cells)
    text = (
        "False peaks in 1,000 windows of 200 points of nothing but noise, with the 95 % upper limit"
        " (Poisson):\n\n"
    )
    return text + table(["noise", "windows", *models], rows)


def _seconds(benchmark: Benchmark) -> str:
    taken = {n: r.timing for n, r in benchmark.models.items() if r.timing}
    if not taken:
        return ""
    one = next(iter(taken.values()))
    rows = [
        [name, f"{t.median:.3f}", f"{t.percentile_95:.3f}", f"{t.longest:.3f}"]
        for name, t in taken.items()
    ]
    text = (
        "Seconds a spectrum once loaded, refinement included, on one core,"
        f" {one.spectra} spectra of all kinds, one after the other; other programs kept"
        f" {number(one.load, 1)} cores busy just before:\n\n"
    )
    return text + table(["finder", "median", "95th percentile", "longest"], rows)


def _aims(benchmark: Benchmark) -> str:
    reached = {name: aims(result) for name, result in benchmark.models.items()}
    rows = [
        [
            name,
            aim.what,
            f"{'≥' if aim.is_least else '≤'} {aim.limit:g}",
            f"{aim.reached:.4g}",
            ("yes" if aim.is_met else "**no**") + (f" ({aim.remark})" if aim.remark else ""),
        ]
        for name, own in reached.items()
        if name != CLASSICAL
        for aim in own
    ]
    if not rows:
        return ""
    return "Aims:\n\n" + table(["finder", "aim", "limit", "reached", "met"], rows)
