"""What synthetic spectra are made of; the front door is ``nmrquanv.spectra.simulate``.

``spin_systems`` (quantum mechanics) -> ``molecules``, ``large_systems``, ``side_signals``,
``other_nuclei``, ``wide_lines``, ``partners`` and, as ``blends``, ``unresolved`` couplings and
``exchange`` (what is in the tube: a ``scene``) -> ``instrument``, ``fields``, ``faults``,
``sweeps`` and ``receiver`` (what the spectrometer does) -> ``fid_synthesis`` (the signal) ->
``true_lines`` (what a peak list is compared with). ``acquisitions`` draws the ten kinds of the
benchmark, ``training_mix`` what models learn from, ``training_experiments`` how it is measured.
"""
