"""The law as dated data: which provisions exist, what they ask, and how they stand on a day as known on a day."""
