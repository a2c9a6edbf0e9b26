"""The only folder that talks to the outside."""
