"""The cheapest remedy: extra stock, second sources and substitutes, beside doing nothing."""
