"""Work done aside: in a child process while this one goes on, where the system can fork; else when it is asked for.

Drawing the charts of a report takes as long as explaining its answers, and needs none of them.

>>> aside(lambda: 2 + 2, fork=False)()
4
"""

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

T = TypeVar("T")


def aside(work: Callable[[], T], *, fork: bool) -> Callable[[], T]:
    """Start the work and return a function that waits for its result.

    A child that fails says nothing; the work is then done again here, so that its error is seen where it is
    asked for.
    """
    if not fork or "fork" not in multiprocessing.get_all_start_methods():
        return work
    context = multiprocessing.get_context("fork")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_send, args=(work, theirs), daemon=True)
    child.start()
    theirs.close()

    def wait() -> T:
        try:
            result: T = ours.recv()
        except EOFError:
            return work()
        finally:
            ours.close()
            child.join()
        return result

    return wait


def _send(work: Callable[[], object], to: Connection) -> None:
    to.send(work())
    to.close()
