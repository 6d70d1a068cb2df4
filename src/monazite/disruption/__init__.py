"""What happens downstream, day by day: parts and lines, the lag of licences, and what follows from them."""
