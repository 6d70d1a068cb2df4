"""Parts and lines: which part stops a line, when, for how long, in closed form and day by day."""
