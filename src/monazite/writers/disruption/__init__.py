"""Answers about disruption: lines, remedies, networks, economies, escalation; as text, data and pages."""
