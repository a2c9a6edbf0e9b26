"""Several parties together: dials, rooms, supervisors; whatever carries their sound."""

from engine.adapters.parties.parties import Parties

__all__ = ["Parties"]
