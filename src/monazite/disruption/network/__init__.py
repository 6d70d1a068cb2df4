"""Industries and firms that ship to one another: day by day with permissions on links, and a structural index."""
