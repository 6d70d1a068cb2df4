"""Pictures drawn by a process of their own, while this one explains the answers that stand around them.

The drawing engine takes as long as the explanations and keeps other threads waiting; a second process does not.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO, Any

_DRAW = "import json, sys, vl_convert; json.dump([vl_convert.vegalite_to_svg(s) for s in json.load(sys.stdin)], sys.stdout)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A chart to be drawn: its specification, what a screen reader says, a prefix for ids unique on the page."""

    spec: Mapping[str, Any]
    title: str
    ident: str


class Drawing:
    """Pictures on their way; `raw` waits for them."""

    def __init__(self, pictures: Sequence[Picture]) -> None:
        self.pictures = tuple(pictures)
        self._out: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed when it was read
        self._child: subprocess.Popen[bytes] | None = None
        self._drawn: list[str] = []
        if self.pictures:
            with tempfile.TemporaryFile("w+", encoding="utf-8") as given:
                json.dump([dict(picture.spec) for picture in self.pictures], given)
                given.seek(0)
                command = [sys.executable, "-X", "utf8", "-c", _DRAW]
                self._child = subprocess.Popen(command, stdin=given, stdout=self._out, stderr=subprocess.PIPE)

    def raw(self) -> list[str]:
        """The pictures as the engine draws them, in order.

        Raises
        ------
        RuntimeError with what the engine said, where it could not draw
        """
        if self._child is None:
            return self._drawn
        _, said = self._child.communicate()
        if self._child.returncode:
            raise RuntimeError(f"the charts could not be drawn: {said.decode(errors='replace')[-2000:]}")
        self._out.seek(0)
        self._drawn = json.load(self._out)
        self._out.close()
        self._child = None
        return self._drawn
