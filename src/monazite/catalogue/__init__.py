"""What is in a product, from where, worth what: parts, structure, content, and their roll-up."""
