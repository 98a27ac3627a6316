"""Street networks: read once from an OpenStreetMap extract, kept as arrays, asked for ways, tables and circles."""

from matching.travel.network.model import Arcs, Facts, Network
from matching.travel.network.store import load, save

__all__ = ["Arcs", "Facts", "Network", "load", "save"]
