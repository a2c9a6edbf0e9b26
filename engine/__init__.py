"""The engine of Callweave: flows, sessions, and the hosts that run them. It never imports the designer."""

__version__ = "0.1.0"
