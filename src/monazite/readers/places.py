"""Where the project's own data stand: `regimes/`, `reference/`, `examples/`.

Installed, they lie inside the package; in a checkout they lie at the top of the repository.
"""

from pathlib import Path

import monazite


def find_data(name: str) -> Path:
    """The folder of that name: in the package first, else at the top of the repository.

    Raises
    ------
    FileNotFoundError where neither holds it
    """
    package = Path(next(iter(monazite.__path__)))
    for folder in (package / name, package.parent.parent / name):
        if folder.is_dir():
            return folder
    raise FileNotFoundError(f"no folder '{name}' in {package} nor in {package.parent.parent}")
