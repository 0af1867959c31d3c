"""Who teaches the field of a spectrum."""

from nmrquanv.bench.second.hard_kinds import second_spectrum
from nmrquanv.models.finder import find_peaks
from nmrquanv.spectra.presets import PRESETS
from nmrquanv.spectra.scoring import score


def test_half_of_a_line_with_two_crests_is_no_teacher():
    made = second_spectrum("lopsided", 1, 80808)  # each of its lines has two crests, or a knee
    found = find_peaks(made.spectrum, "quanv").passing(PRESETS["all"])
    judged = score(found, made.lines, made.spectrum.axis, made.sigma)
    assert judged.n_right > 70
    assert judged.n_false < 10  # 47 where the crests teach: every line has a false one beside it
