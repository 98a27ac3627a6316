"""The street network of this installation, mapped into memory when first asked for; without one, ways are estimated."""

from pathlib import Path
from threading import Lock

import structlog

from matching.errors import NetworkError
from matching.travel.network import Network, load

log = structlog.get_logger()


class Streets:
    """Gives the prepared network (`LINLI_NETWORK`) to whoever draws or measures; None if there is none to use."""

    def __init__(self, path: str | None) -> None:
        self.path = Path(path) if path else None
        self._lock = Lock()
        self._network: Network | None = None
        self._tried = False

    @property
    def network(self) -> Network | None:
        """The network, read at the first call; a file that cannot be used is logged once and estimates take its place."""
        if not self._tried:
            with self._lock:
                self._network = self._read()
                self._tried = True
        return self._network

    def _read(self) -> Network | None:
        if self.path is None or self._tried:
            return self._network
        try:
            return load(self.path)
        except NetworkError as error:
            log.error("network.unusable", error=str(error))  # noqa: TRY400 the sentence says all
            return None
