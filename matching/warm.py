"""`python -m matching.warm`: compile the search now, once for an installation, rather than in the first solve."""

import sys
from threading import Thread

from matching.solvers.portfolio.engines import COMPILED, compile_engine, compiled


def warm() -> tuple[str, ...]:
    """Compile what is not compiled yet, side by side; returns the engines that were."""
    new = tuple(engine for engine in COMPILED if not compiled(engine))
    if new:
        sys.stdout.write("Compiling the search, once for this installation (half a minute)\n")
        sys.stdout.flush()
    threads = [Thread(target=compile_engine, args=(engine,)) for engine in new]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return new


if __name__ == "__main__":
    warm()
