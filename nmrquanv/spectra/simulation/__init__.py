"""What synthetic spectra are made of; the front door is ``nmrquanv.spectra.simulate``.

``spin_systems`` (quantum mechanics) -> ``molecules``, ``side_signals``, ``other_nuclei`` (what
is in the tube: a ``scene``) -> ``instrument`` and ``faults`` (what the magnet and receiver do)
-> ``fid_synthesis`` (the signal) -> ``true_lines`` (what a peak list is compared with).
``experiments`` draws the ten kinds of the benchmark, ``training_mix`` what models learn from.
"""
