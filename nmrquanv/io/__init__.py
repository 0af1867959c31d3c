"""Files, read and written. The only place that knows vendors' formats."""
