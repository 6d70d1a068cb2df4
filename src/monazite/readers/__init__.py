"""Files in: laws, cases, catalogues, reference tables. Every fault is found, with its place."""
