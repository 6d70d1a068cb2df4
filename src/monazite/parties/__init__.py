"""Who the parties are, and which dated list names them."""
