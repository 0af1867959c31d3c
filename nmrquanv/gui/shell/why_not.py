"""Why a command cannot be used now, in a sentence."""

from __future__ import annotations

_NO_SPECTRUM = "open a spectrum first"
_NOT_SEARCHED = "this finder has not searched the spectrum yet"
_WITHOUT_SPECTRUM = {
    "<undo>": "nothing was done yet",
    "<redo>": "nothing was undone",
    "put_back": "nothing was removed from a file",
    "find_data": "no spectrum lacks its measured data",
    "remove_from_file": "no file with several spectra is open",
}
_WITH_SPECTRUM = {
    **_WITHOUT_SPECTRUM,
    "find": "a search is running",
    "find_in_view": "a search is running",
    "restore": "no peak was deleted",
    "true_lines": "only synthetic spectra have known lines",
    "layer_quanv": _NOT_SEARCHED,
    "layer_cnn": _NOT_SEARCHED,
    "layer_classical": _NOT_SEARCHED,
    "show_fid": "the data set has no FID",
    "find_data": "the spectrum has its measured data",
    "remove_from_file": "the spectrum shares no file with others",
}


def why_not(name: str, *, has_spectrum: bool) -> str:
    """Return why an action that is greyed out cannot be used.

    Parameters
    ----------
    name : str
        Its id; ``<undo>`` and ``<redo>`` are those of the document.
    has_spectrum : bool
        Whether one is shown.
    """
    if has_spectrum:
        return _WITH_SPECTRUM.get(name, "not possible now")
    return _WITHOUT_SPECTRUM.get(name, _NO_SPECTRUM)
