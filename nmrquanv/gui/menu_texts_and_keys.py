"""The rows of the table of actions: text, shortcuts, icon, tip of everything that the user can do.

Menus and what needs a document are in ``actions.py``.
"""

from __future__ import annotations

from nmrquanv.gui.action_spec import ActionSpec
from nmrquanv.gui.processing_table import PROCESSING
from nmrquanv.gui.shell.shell_table import SHELL

TABLE: dict[str, ActionSpec] = {
    "open_file": ActionSpec(
        "&Open File…",
        ("Ctrl+O",),
        "open",
        "Open a spectrum: any file of a data set, or a text file",
    ),
    "open_folder": ActionSpec(
        "Open &Folder…", ("Ctrl+Shift+O",), "folder", "Open a Bruker or Varian/Agilent folder"
    ),
    "open_synthetic": ActionSpec(
        "S&ynthetic Spectrum…", ("Ctrl+N",), "synthetic", "Make a spectrum whose lines are known"
    ),
    "import_text": ActionSpec(
        "Im&port Text…",
        (),
        "",
        "Open a text of columns and say what they are: shifts, intensities, unit, decimal mark",
    ),
    "import_peaks": ActionSpec(
        "&Import Peaks…",
        ("Ctrl+Shift+I",),
        "",
        "Put a peak list of another program beside what the finders say; or TopSpin's integrals",
    ),
    "save": ActionSpec(
        "&Save", ("Ctrl+S",), "", "Save the spectrum with all that was done to it, as a document"
    ),
    "save_as": ActionSpec(
        "Save &As…",
        ("Ctrl+Shift+S",),
        "",
        "Save under another name, or several spectra together; choose what the file holds",
    ),
    "save_together": ActionSpec(
        "Save &Together…", ("Ctrl+Alt+S",), "", "Save several spectra in one document file"
    ),
    "remove_from_file": ActionSpec(
        "Re&move from File", (), "", "Take the spectrum out of its file, with the next save"
    ),
    "put_back": ActionSpec(
        "Put Removed &Back", (), "", "Open the spectrum again that was removed from its file"
    ),
    "find_data": ActionSpec(
        "Find the &Data…", (), "", "Find the measured data of a document that has only the trace"
    ),
    "revert": ActionSpec("Re&vert to Saved", (), "", "Go back to what is saved; can be undone"),
    "recover": ActionSpec("Recover &Unsaved…", (), "", "List what a killed program has left"),
    "export": ActionSpec(
        "&Export…",
        ("Ctrl+E",),
        "export",
        "Write peaks or the spectrum in any of many formats, the view as PNG, SVG or PDF",
    ),
    "export_history": ActionSpec(
        "Export &History as Script…",
        (),
        "",
        "Write a Python script that repeats what was done and gives the same peaks",
    ),
    "close": ActionSpec("&Close Spectrum", ("Ctrl+W",), "", "Close the spectrum that is shown"),
    "quit": ActionSpec("&Quit", ("Ctrl+Q",), "", "Close the window"),
    "delete": ActionSpec("&Delete Peaks", ("Del",), "", "Delete the selected peaks"),
    "confirm": ActionSpec(
        "&Confirm Peaks\tSpace", (), "", "Confirm the selected peaks, or take it back"
    ),
    "select_all": ActionSpec("Select &All Peaks", ("Ctrl+A",), "", "Select every peak of the list"),
    "restore": ActionSpec("Restore De&leted Peaks", (), "", "Bring back what was deleted"),
    "copy": ActionSpec("Copy Peak &Table", ("Ctrl+C",), "", "Copy the peak table to the clipboard"),
    "copy_figure": ActionSpec(
        "Copy &Figure", ("Ctrl+Alt+C",), "", "Copy what the plot shows: picture, SVG and PDF"
    ),
    "find": ActionSpec(
        "&Find Peaks", ("Ctrl+F", "F5"), "find", "Find peaks with the chosen finders"
    ),
    "find_in_view": ActionSpec(
        "Find Peaks in &View",
        ("Ctrl+Shift+F",),
        "find_view",
        "Put what is visible on exactly 200 points and give it to the models in one piece",
    ),
    "batch": ActionSpec(
        "Man&y Spectra…",
        ("Ctrl+Shift+B",),
        "",
        "Find peaks in every data set below a folder, with a table of what was found",
    ),
    "twin": ActionSpec(
        "Synthetic &Twin",
        ("Ctrl+Shift+T",),
        "",
        "Simulate this spectrum anew and measure what each finder finds of its lines",
    ),
    "find_multiplets": ActionSpec(
        "Find &Multiplets",
        ("M",),
        "",
        "Group the peaks that are shown into multiplets with class and couplings",
    ),
    "integrate": ActionSpec(
        "&Integrate Signals",
        ("Shift+I",),
        "",
        "Integrate every multiplet that no integral covers yet",
    ),
    "impurities": ActionSpec(
        "&Solvent and Impurities…",
        (),
        "",
        "Say which solvent it is; see which common impurities show all their signals",
    ),
    "journal": ActionSpec(
        "&Journal Text…",
        ("Ctrl+J",),
        "",
        "The multiplets as ACS, RSC, Wiley, a patent or your own template prints them",
    ),
    "report": ActionSpec(
        "&Report Page…",
        ("Ctrl+Shift+E",),
        "",
        "Write figure, insets, tables, journal line and how it was made as a PDF",
    ),
    "published": ActionSpec(
        "Compare with &Published…",
        ("Ctrl+Shift+J",),
        "",
        "Paste a published line and see its signals over the spectrum: found, missing, extra",
    ),
    "add_multiplet": ActionSpec(
        "Multiplet of Selecte&d Peaks",
        ("Shift+J",),
        "",
        "Make one multiplet of the selected peaks; a line may belong to several",
    ),
    "cancel": ActionSpec("&Cancel", (), "stop", "Stop what is running"),
    "zoom_tool": ActionSpec(
        "&Zoom Tool",
        ("Z",),
        "zoom",
        "Drag to zoom into a range, with Ctrl into a box; click a mark to select it",
        True,
        "tool",
    ),
    "pick_tool": ActionSpec(
        "&Pick Tool",
        ("P",),
        "pick",
        "Click to add a peak (Alt: exactly there), drag a mark to move it, drag beside to select",
        True,
        "tool",
    ),
    "integral_tool": ActionSpec(
        "&Integral Tool",
        ("I",),
        "integral",
        "Drag over a signal to integrate it; drag an end of an integral, or all of it",
        True,
        "tool",
    ),
    "multiplet_tool": ActionSpec(
        "&Multiplet Tool",
        ("J",),
        "multiplet",
        "Drag over a signal to make one multiplet of its peaks",
        True,
        "tool",
    ),
    "region_tool": ActionSpec(
        "&Region Tool",
        ("R",),
        "region",
        "Drag over a range in which all peaks are right: retraining learns from it",
        True,
        "tool",
    ),
    "exclude_tool": ActionSpec(
        "E&xclude Tool",
        ("X",),
        "",
        "Drag over a range in which no peaks are listed; its menu takes it back",
        True,
        "tool",
    ),
    "search_tool": ActionSpec(
        "&Search Tool",
        ("Shift+X",),
        "",
        "Drag over a range in which alone peaks are listed; its menu takes it back",
        True,
        "tool",
    ),
    "reference_tool": ActionSpec(
        "Referenc&e Tool",
        ("Shift+R",),
        "reference",
        "Click a line and type its chemical shift",
        True,
        "tool",
    ),
    "rest": ActionSpec("Cancel Tool", ("Esc",), "", "Go back to the zoom tool; select nothing"),
    "retrain": ActionSpec(
        "&Retrain…", ("Ctrl+T",), "retrain", "Teach a model from your corrected, reviewed regions"
    ),
    "models": ActionSpec(
        "&Models…",
        ("Ctrl+Shift+M",),
        "",
        "See what each model learned from; rename, delete, export and import your own",
    ),
    "next_peak": ActionSpec("&Next Peak\tTab", (), "", "Select the next peak to the right"),
    "next_doubt": ActionSpec("Next to Revie&w", ("N",), "", "Go to the next doubtful line"),
    "explain": ActionSpec(
        "Exp&lain…", ("Shift+E",), "", "Say why there is a peak, or why there is none"
    ),
    "previous_doubt": ActionSpec("Previo&us to Review", ("Shift+N",), "", "Go to the one before"),
    "full_view": ActionSpec(
        "&Full View", ("F",), "full", "Show the whole sweep; pressed again, fit the height as well"
    ),
    "fit_height": ActionSpec(
        "Fit Hei&ght",
        ("V",),
        "fit",
        "Let the tallest line in view fill the height (not the solvent's)",
    ),
    "previous_view": ActionSpec(
        "&Previous View", ("Backspace", "Alt+Left"), "previous", "Go back to the view before"
    ),
    "taller": ActionSpec("T&wice as Tall", ("*",), "", "Double the vertical scale"),
    "smaller": ActionSpec("Half as T&all", ("/",), "", "Halve the vertical scale"),
    "show_fid": ActionSpec("Show the FI&D", ("D",), "fid", "Show the FID over time", True),
    "labels": ActionSpec(
        "Chemical &Shifts", (), "", "Write the chemical shifts over the peaks", True
    ),
    "solvents": ActionSpec(
        "Sol&vent Lines", (), "", "Mark where solvent and water are expected", True
    ),
    "threshold_line": ActionSpec(
        "Line &of Least S/N", (), "", "Draw the least S/N as a line whose tag can be dragged", True
    ),
    "fit": ActionSpec(
        "Fit and Resid&ual",
        ("Shift+F",),
        "",
        "Draw the list's lines, alone and together, and what they leave of the trace",
        True,
    ),
    "multiplets": ActionSpec(
        "&Multiplets", (), "", "Draw the multiplets with the trees of their couplings", True
    ),
    "true_lines": ActionSpec(
        "&True Lines", (), "", "Mark the known lines of a synthetic spectrum", True
    ),
    "layer_quanv": ActionSpec("&Quantum Layer", ("Q",), "", "Show what the QuanvNN found", True),
    "layer_cnn": ActionSpec("&CNN Layer", ("W",), "", "Show what the CNN found", True),
    "layer_classical": ActionSpec(
        "C&lassical Layer", ("E",), "", "Show what classical picking found", True
    ),
    "playground": ActionSpec(
        "Quantum &Playground",
        ("Ctrl+Shift+P",),
        "",
        "Search this spectrum with noisy circuits, again and again",
    ),
    "circuit": ActionSpec(
        "C&ircuit",
        ("Ctrl+Shift+C",),
        "circuit",
        "See the model's quantum circuit, and what it makes of the part in view",
    ),
    "study": ActionSpec(
        "Stud&y", ("Ctrl+Shift+U",), "study", "Test the paper's claims: experiments and reports"
    ),
    "next_spectrum": ActionSpec(
        "Next Spectrum", ("Ctrl+Tab", "Ctrl+PgDown"), "", "Show the next open spectrum"
    ),
    "previous_spectrum": ActionSpec(
        "Previous Spectrum", ("Ctrl+Shift+Tab", "Ctrl+PgUp"), "", "Show the one before"
    ),
    "stack": ActionSpec(
        "S&everal Spectra",
        ("Ctrl+Shift+K",),
        "",
        "Lay spectra, or the rows of an arrayed one, over or above each other and compare them",
    ),
    **PROCESSING,
    **SHELL,
}
