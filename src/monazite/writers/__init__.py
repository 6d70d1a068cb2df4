"""Answers out: JSON, tables, workbooks, reports, letters. The numbers come from the core."""
