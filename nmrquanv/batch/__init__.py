"""Many spectra in one run: planned, searched by several processes, recorded, gone on with.

Each result is one file in the output folder. What was done is recorded as it is done, so that the
same command goes on after any end; order and number of processes change nothing.
"""
