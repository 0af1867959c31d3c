"""Peak lists in other programs' formats: one module each; ``formats.py`` has a row for each."""
