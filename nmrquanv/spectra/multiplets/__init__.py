"""Multiplets: lines that belong together, their pattern and couplings, and the journal's line.

Words: a *pattern* is what equal and unequal couplings to spins 1/2 make of one line (``dd``,
``td``); its *partners* are those spins; a *class* is the pattern's name, or ``m`` where the lines
do not determine one. Only first-order patterns are named; a pair of lines that lean towards each
other too much for that is an ``AB`` or stays ``m``.
"""
