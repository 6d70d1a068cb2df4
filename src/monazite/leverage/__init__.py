"""Leverage: who depends on whom, in which goods, at which stage, and how robust that statement is. Pure measures."""
