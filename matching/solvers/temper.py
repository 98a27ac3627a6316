"""Simulated annealing in two parts: what is served is exchanged while it is hot, then ways are shortened."""

from typing import Protocol


class Heat(Protocol):
    """Temperatures in mean costs of a way; `exchanging` and `patience` are shares of the time."""

    @property
    def hot(self) -> float:
        """At the beginning."""
        ...

    @property
    def warm(self) -> float:
        """When exchanging ends."""
        ...

    @property
    def cold(self) -> float:
        """At the end."""
        ...

    @property
    def exchanging(self) -> float:
        """When exchanging ends at the latest."""
        ...

    @property
    def patience(self) -> float:
        """For so long exchanging goes on without a gain."""
        ...


class Temper:
    """How hot it is, and when exchanging tasks ends; shares are of the time."""

    def __init__(self, settings: Heat, possible: int) -> None:
        self.settings, self.possible = settings, possible
        self.most, self.gained = -1, 0.0
        self.frozen: float | None = None

    def freezes(self, share: float, weight: int) -> bool:
        """Note what is served; True at the moment when exchanging ends."""
        if self.frozen is not None:
            return False
        if weight > self.most:
            self.most, self.gained = weight, share
        over = share >= self.settings.exchanging or share >= self.gained + self.settings.patience
        if over or weight >= self.possible:
            self.frozen = share
        return self.frozen is not None

    def heat(self, share: float) -> float:
        """Temperature in mean costs of a way."""
        chosen = self.settings
        if self.frozen is None:
            return float(chosen.hot * (chosen.warm / chosen.hot) ** (share / chosen.exchanging))
        left = (share - self.frozen) / max(1e-9, 1 - self.frozen)
        return float(chosen.warm * (chosen.cold / chosen.warm) ** left)
