"""Values: what the engine reads, asks, answers and spends. No clock, no dice, no disk, no network."""
