"""Exports by month, foretold from what was known, and scored."""
