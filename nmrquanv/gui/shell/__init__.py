"""What every desktop program has: commands found by name, keys of one's own, layout, help."""
