"""Files, read and written. The only place that knows vendors' formats.

``read(path)`` gives a ``DataSet`` or raises ``FormatError``; ``outline(path)`` says all of it but
the numbers; ``data_sets(path)`` lists what a folder holds.
"""

from nmrquanv.io.reading import data_sets, outline, read

__all__ = ["data_sets", "outline", "read"]
