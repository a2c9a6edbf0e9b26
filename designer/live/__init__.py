"""The live socket: what sessions do, as it happens."""
