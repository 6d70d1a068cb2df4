"""Long sentences for a terminal."""

import textwrap

WIDTH = 110


def wrapped(line: str) -> list[str]:
    """A line in lines of at most WIDTH, the later ones further in than the first.

    >>> wrapped("  so it is")
    ['  so it is']
    """
    if len(line) <= WIDTH:
        return [line.rstrip()]
    indent = " " * (len(line) - len(line.lstrip()) + 2)
    return textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_on_hyphens=False)
