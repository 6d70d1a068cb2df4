"""One material in an economy: price, power, and what others could make against need."""
