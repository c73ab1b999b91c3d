"""Concurrency: takes rows or single part numbers through the whole way, within the budget."""

from bulkmatch.run.engine import Engine
from bulkmatch.run.world import World

__all__ = ["Engine", "World"]
