"""Ways around a gap: is the walk along streets longer than so many centimetres?"""

from heapq import heappop, heappush

from matching.travel.network.links import Link
from matching.travel.network.model import WALK
from matching.travel.network.noding import Edges


class Walks:
    """The streets that are walked, as neighbours of each vertex; links can be added as they are found."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self.beside: dict[int, list[tuple[int, int]]] = {}
        for tail, head, length, bits in zip(
            edges.tail.tolist(),
            edges.head.tolist(),
            edges.length.tolist(),
            (edges.forth | edges.back).tolist(),
            strict=True,
        ):
            if bits & WALK:
                self._street(tail, head, length)

    def _street(self, a: int, b: int, length: int) -> None:
        self.beside.setdefault(a, []).append((b, length))
        self.beside.setdefault(b, []).append((a, length))

    def add(self, link: Link, gap: int) -> None:
        """Put a link of `gap` centimetres among the streets."""
        for end, rest in self._ends(link):
            self._street(link.vertex, end, gap + rest)

    def longer_than(self, limit: int, link: Link) -> bool:
        """Whether the walk from a link's vertex to its other end takes more than `limit` centimetres along streets."""
        wanted = dict(self._ends(link))
        best = {link.vertex: 0}
        heap = [(0, link.vertex)]
        while heap:
            far, vertex = heappop(heap)
            if far > best[vertex]:
                continue
            if far + wanted.get(vertex, limit + 1) <= limit:
                return False
            for other, length in self.beside.get(vertex, ()):
                total = far + length
                if total <= limit and total < best.get(other, limit + 1):
                    best[other] = total
                    heappush(heap, (total, other))
        return True

    def _ends(self, link: Link) -> list[tuple[int, int]]:
        """Vertices of the edge that a link ends at, and the centimetres from its end to them."""
        length = int(self.edges.length[link.edge])
        along = round(link.share * length)
        return [(int(self.edges.tail[link.edge]), along), (int(self.edges.head[link.edge]), length - along)]
