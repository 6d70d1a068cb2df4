"""Files of disruption: tables of flows, scenarios."""
