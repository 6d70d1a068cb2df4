"""Trade and production data: what the package ships, what a user loads himself, and the columnar cache between."""
