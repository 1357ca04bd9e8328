"""WHICH models may be called: the signed published list, verified, and its entries in force at an instant."""

from app.registry.entry import DataClass, Kind, Origin, RegistryEntry, Score, Standing
from app.registry.registry import InForce, Registry
from app.registry.store import RegistryStore, Witness

__all__ = [
    "DataClass",
    "InForce",
    "Kind",
    "Origin",
    "Registry",
    "RegistryEntry",
    "RegistryStore",
    "Score",
    "Standing",
    "Witness",
]
