"""A local Asterisk: where it is found, its configuration, and how it is run."""
