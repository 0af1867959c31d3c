"""What a study says: cells, tables, verdicts, charts, and the report."""
