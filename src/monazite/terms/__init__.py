"""The words everything else is written in: truth values, intervals, days, facts, faults. No rules."""
