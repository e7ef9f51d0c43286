"""Repeatable random numbers: every draw has a name, and the same seed and name always give the same number."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeVar

_STANDARD = NormalDist()
_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Draws:
    """Draws are independent of each other and of their order, so an additional draw changes none of the others."""

    key: str

    def within(self, *parts: object) -> "Draws":
        return Draws("|".join((self.key, *map(str, parts))))

    def uniform(self, name: object, low: float = 0.0, high: float = 1.0) -> float:
        """Strictly between `low` and `high`."""
        digest = hashlib.blake2b(f"{self.key}|{name}".encode(), digest_size=6).digest()
        return low + (high - low) * (int.from_bytes(digest, "big") + 0.5) / 2**48

    def normal(self, name: object) -> float:
        """Standard normal, cut at three sigma, so that no simulated month is unrealistic."""
        return min(3.0, max(-3.0, _STANDARD.inv_cdf(self.uniform(name))))

    def whole(self, name: object, low: int, high: int) -> int:
        """`low` and `high` included."""
        return low + int(self.uniform(name) * (high - low + 1))

    def happens(self, name: object, chance: float) -> bool:
        return self.uniform(name) < chance

    def choose(self, name: object, weights: Mapping[_Thing, float]) -> _Thing:
        left = self.uniform(name) * sum(weights.values())
        for thing, weight in weights.items():
            left -= weight
            if left < 0:
                return thing
        return thing
