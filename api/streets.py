"""The street network of this installation, mapped into memory when first asked for; without one, ways are estimated."""

from pathlib import Path
from threading import Lock

import structlog

from matching.errors import NetworkError
from matching.travel.network import Network, load

log = structlog.get_logger()

Stamp = tuple[int, int, int] | None


class Streets:
    """Gives the prepared network (`LINLI_NETWORK`) to whoever draws or measures; None if there is none to use.

    A file that has been replaced since is mapped anew: a city may be prepared again while Linli runs.
    """

    def __init__(self, path: str | Path | None) -> None:
        self.path = Path(path) if path else None
        self._lock = Lock()
        self._stamp: Stamp = None
        self._network: Network | None = None
        self._error: NetworkError | None = None

    @property
    def network(self) -> Network | None:
        """The network; a file that cannot be used is logged once and estimates take its place."""
        return None if self.path is None else self._look(self.path)

    @property
    def reason(self) -> str | None:
        """Why there is no network although one was named; None if there is one, or none was named."""
        return str(self._error) if self.network is None and self._error else None

    def required(self) -> Network:
        """The network.

        Raises:
            NetworkError: there is none to use; says why.
        """
        network = self.network
        if network is None:
            raise self._error or NetworkError("No street network is named (LINLI_NETWORK)")
        return network

    def _look(self, path: Path) -> Network | None:
        with self._lock:
            stamp = _stamp(path)
            known = self._network is not None or self._error is not None
            if not known or stamp != self._stamp:
                self._read(path)
                self._stamp = stamp
            return self._network

    def _read(self, path: Path) -> None:
        try:
            self._network, self._error = load(path), None
        except NetworkError as error:
            log.error("network.unusable", error=str(error))  # noqa: TRY400 the sentence says all
            self._network, self._error = None, error


def _stamp(path: Path) -> Stamp:
    """What changes when a file is replaced; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
