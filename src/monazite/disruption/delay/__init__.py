"""How long a licence takes: lags, states of the world, controls, and fits to what was counted."""
