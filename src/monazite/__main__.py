"""`python -m monazite` is `monazite`."""

from monazite.cli import main

main()
