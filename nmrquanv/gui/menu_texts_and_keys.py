"""The table of actions: text, tip, shortcuts and icon of everything that the user can do.

Menus and what needs a document are in ``actions.py``.
"""

from __future__ import annotations

from nmrquanv.gui.action_spec import ActionSpec
from nmrquanv.gui.shell.shell_table import SHELL

TABLE: dict[str, ActionSpec] = {
    "open_file": ActionSpec(
        "&Open File…",
        "Open a spectrum: any file of a data set, or a text file",
        ("Ctrl+O",),
        "open",
    ),
    "open_folder": ActionSpec(
        "Open &Folder…", "Open a Bruker or Varian/Agilent folder", ("Ctrl+Shift+O",), "folder"
    ),
    "open_synthetic": ActionSpec(
        "S&ynthetic Spectrum…", "Make a spectrum whose lines are known", ("Ctrl+N",), "synthetic"
    ),
    "import_text": ActionSpec(
        "Im&port Text…",
        "Open a text of columns and say what they are: shifts, intensities, unit, decimal mark",
    ),
    "import_peaks": ActionSpec(
        "&Import Peaks…",
        "Put a peak list of another program beside what the finders say; or TopSpin's integrals",
        ("Ctrl+Shift+I",),
    ),
    "save": ActionSpec(
        "&Save", "Save the spectrum with all that was done to it, as a document", ("Ctrl+S",)
    ),
    "save_as": ActionSpec(
        "Save &As…",
        "Save under another name, or several spectra together; choose what the file holds",
        ("Ctrl+Shift+S",),
    ),
    "save_together": ActionSpec(
        "Save &Together…", "Save several spectra in one document file", ("Ctrl+Alt+S",)
    ),
    "remove_from_file": ActionSpec(
        "Re&move from File", "Take the spectrum out of its file, with the next save"
    ),
    "put_back": ActionSpec(
        "Put Removed &Back", "Open the spectrum again that was removed from its file"
    ),
    "find_data": ActionSpec(
        "Find the &Data…", "Find the measured data of a document that has only the trace"
    ),
    "revert": ActionSpec("Re&vert to Saved", "Go back to what is saved; can be undone"),
    "recover": ActionSpec("Recover &Unsaved…", "List what a killed program has left"),
    "export": ActionSpec(
        "&Export…",
        "Write peaks or the spectrum in any of many formats, the view as PNG, SVG or PDF",
        ("Ctrl+E",),
        "export",
    ),
    "export_history": ActionSpec(
        "Export &History as Script…",
        "Write a Python script that repeats what was done and gives the same peaks",
    ),
    "close": ActionSpec("&Close Spectrum", "Close the spectrum that is shown", ("Ctrl+W",)),
    "quit": ActionSpec("&Quit", "Close the window", ("Ctrl+Q",)),
    "delete": ActionSpec("&Delete Peaks", "Delete the selected peaks", ("Del",)),
    "confirm": ActionSpec("&Confirm Peaks\tSpace", "Confirm the selected peaks, or take it back"),
    "select_all": ActionSpec("Select &All Peaks", "Select every peak of the list", ("Ctrl+A",)),
    "restore": ActionSpec("Restore De&leted Peaks", "Bring back what was deleted"),
    "copy": ActionSpec("Copy Peak &Table", "Copy the peak table to the clipboard", ("Ctrl+C",)),
    "copy_figure": ActionSpec(
        "Copy &Figure", "Copy what the plot shows: picture, SVG and PDF", ("Ctrl+Alt+C",)
    ),
    "find": ActionSpec(
        "&Find Peaks", "Find peaks with the chosen finders", ("Ctrl+F", "F5"), "find"
    ),
    "find_in_view": ActionSpec(
        "Find Peaks in &View",
        "Put what is visible on exactly 200 points and give it to the models in one piece",
        ("Ctrl+Shift+F",),
        "find_view",
    ),
    "batch": ActionSpec(
        "Man&y Spectra…",
        "Find peaks in every data set below a folder, with a table of what was found",
        ("Ctrl+Shift+B",),
    ),
    "twin": ActionSpec(
        "Synthetic &Twin",
        "Simulate this spectrum anew and measure what each finder finds of its lines",
        ("Ctrl+Shift+T",),
    ),
    "find_multiplets": ActionSpec(
        "Find &Multiplets",
        "Group the peaks that are shown into multiplets with class and couplings",
        ("M",),
    ),
    "integrate": ActionSpec(
        "&Integrate Signals", "Integrate every multiplet that no integral covers yet", ("Shift+I",)
    ),
    "impurities": ActionSpec(
        "&Solvent and Impurities…",
        "Say which solvent it is; see which common impurities show all their signals",
    ),
    "journal": ActionSpec(
        "&Journal Text…",
        "The multiplets as ACS, RSC, Wiley, a patent or your own template prints them",
        ("Ctrl+J",),
    ),
    "report": ActionSpec(
        "&Report Page…",
        "Write figure, insets, tables, journal line and how it was made as a PDF",
        ("Ctrl+Shift+E",),
    ),
    "published": ActionSpec(
        "Compare with &Published…",
        "Paste a published line and see its signals over the spectrum: found, missing, extra",
        ("Ctrl+Shift+J",),
    ),
    "add_multiplet": ActionSpec(
        "Multiplet of Selecte&d Peaks",
        "Make one multiplet of the selected peaks; a line may belong to several",
        ("Shift+J",),
    ),
    "cancel": ActionSpec("&Cancel", "Stop what is running", icon="stop"),
    "zoom_tool": ActionSpec(
        "&Zoom Tool",
        "Drag to zoom into a range, with Ctrl into a box; click a mark to select it",
        ("Z",),
        "zoom",
        group="tool",
    ),
    "pick_tool": ActionSpec(
        "&Pick Tool",
        "Click to add a peak (Shift: exactly there), drag a mark to move it, drag beside to select",
        ("P",),
        "pick",
        group="tool",
    ),
    "integral_tool": ActionSpec(
        "&Integral Tool",
        "Drag over a signal to integrate it; drag an end of an integral, or all of it",
        ("I",),
        "integral",
        group="tool",
    ),
    "multiplet_tool": ActionSpec(
        "&Multiplet Tool",
        "Drag over a signal to make one multiplet of its peaks",
        ("J",),
        "multiplet",
        group="tool",
    ),
    "region_tool": ActionSpec(
        "&Region Tool",
        "Drag over a range in which all peaks are right: retraining learns from it",
        ("R",),
        "region",
        group="tool",
    ),
    "exclude_tool": ActionSpec(
        "E&xclude Tool",
        "Drag over a range in which no peaks are listed; its menu takes it back",
        ("X",),
        group="tool",
    ),
    "search_tool": ActionSpec(
        "&Search Tool",
        "Drag over a range in which alone peaks are listed; its menu takes it back",
        ("Shift+X",),
        group="tool",
    ),
    "reference_tool": ActionSpec(
        "Referenc&e Tool",
        "Click a line and type its chemical shift",
        ("Shift+R",),
        "reference",
        group="tool",
    ),
    "rest": ActionSpec("Cancel Tool", "Go back to the zoom tool; select nothing", ("Esc",)),
    "retrain": ActionSpec(
        "&Retrain…", "Teach a model from your corrected, reviewed regions", ("Ctrl+T",), "retrain"
    ),
    "models": ActionSpec(
        "&Models…",
        "See what each model learned from; rename, delete, export and import your own",
        ("Ctrl+Shift+M",),
    ),
    "next_peak": ActionSpec("&Next Peak\tTab", "Select the next peak to the right"),
    "next_doubt": ActionSpec("Next to Revie&w", "Go to the next doubtful line", ("N",)),
    "explain": ActionSpec(
        "Exp&lain…", "Say why there is a peak, or why there is none", ("Shift+E",)
    ),
    "previous_doubt": ActionSpec("Previo&us to Review", "Go to the one before", ("Shift+N",)),
    "full_view": ActionSpec(
        "&Full View", "Show the whole sweep; pressed again, fit the height as well", ("F",), "full"
    ),
    "fit_height": ActionSpec(
        "Fit Hei&ght",
        "Let the tallest line in view fill the height (not the solvent's)",
        ("V",),
        "fit",
    ),
    "previous_view": ActionSpec(
        "&Previous View", "Go back to the view before", ("Backspace", "Alt+Left"), "previous"
    ),
    "taller": ActionSpec("T&wice as Tall", "Double the vertical scale", ("*",)),
    "smaller": ActionSpec("Half as T&all", "Halve the vertical scale", ("/",)),
    "show_fid": ActionSpec(
        "Show the FI&D", "Show the FID over time", ("D",), "fid", is_checkable=True
    ),
    "labels": ActionSpec(
        "Chemical &Shifts", "Write the chemical shifts over the peaks", is_checkable=True
    ),
    "solvents": ActionSpec(
        "Sol&vent Lines", "Mark where solvent and water are expected", is_checkable=True
    ),
    "threshold_line": ActionSpec(
        "Line &of Least S/N",
        "Draw the least S/N as a line whose tag can be dragged",
        is_checkable=True,
    ),
    "fit": ActionSpec(
        "Fit and Resid&ual",
        "Draw the list's lines, alone and together, and what they leave of the trace",
        ("Shift+F",),
        is_checkable=True,
    ),
    "multiplets": ActionSpec(
        "&Multiplets", "Draw the multiplets with the trees of their couplings", is_checkable=True
    ),
    "true_lines": ActionSpec(
        "&True Lines", "Mark the known lines of a synthetic spectrum", is_checkable=True
    ),
    "layer_quanv": ActionSpec(
        "&Quantum Layer", "Show what the QuanvNN found", ("Q",), is_checkable=True
    ),
    "layer_cnn": ActionSpec("&CNN Layer", "Show what the CNN found", ("W",), is_checkable=True),
    "layer_classical": ActionSpec(
        "C&lassical Layer", "Show what classical picking found", ("E",), is_checkable=True
    ),
    "playground": ActionSpec(
        "Quantum &Playground",
        "Search this spectrum with noisy circuits, again and again",
        ("Ctrl+Shift+P",),
    ),
    "circuit": ActionSpec(
        "C&ircuit",
        "See the model's quantum circuit, and what it makes of the part in view",
        ("Ctrl+Shift+C",),
        "circuit",
    ),
    "study": ActionSpec(
        "Stud&y", "Test the paper's claims: experiments and reports", ("Ctrl+Shift+U",), "study"
    ),
    "next_spectrum": ActionSpec(
        "Next Spectrum", "Show the next open spectrum", ("Ctrl+Tab", "Ctrl+PgDown")
    ),
    "previous_spectrum": ActionSpec(
        "Previous Spectrum", "Show the one before", ("Ctrl+Shift+Tab", "Ctrl+PgUp")
    ),
    "stack": ActionSpec(
        "S&everal Spectra",
        "Lay spectra, or the rows of an arrayed one, over or above each other and compare them",
        ("Ctrl+Shift+K",),
    ),
    "reference_offers": ActionSpec(
        "Re&ference by Solvent…", "Offer the lines of solvent, TMS or DSS to reference by"
    ),
    "save_recipe": ActionSpec(
        "Save Recip&e…", "Save the processing steps as a file, for other spectra"
    ),
    "load_recipe": ActionSpec("L&oad Recipe…", "Process this spectrum by a recipe that was saved"),
    "apply_recipe": ActionSpec(
        "&Use Recipe on Others…", "Process other open spectra by the recipe of this one"
    ),
    "use_on_others": ActionSpec(
        "Use Re&gions on Others…",
        "Use thresholds, searched and excluded regions and integrals on other open spectra too",
    ),
    "axis_ppm": ActionSpec("A&xis in ppm", "Number the axis by chemical shift", group="axis_unit"),
    "axis_hz": ActionSpec(
        "Axis in Hz", "Number the axis by frequency, from 0 ppm", group="axis_unit"
    ),
    "axis_points": ActionSpec(
        "Axis in Points", "Number the axis by the points of the spectrum", group="axis_unit"
    ),
    **SHELL,
}
