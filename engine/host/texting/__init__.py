"""Texts and mail at the host: the ledger of what leaves, and the way of what comes in to whom it is meant for."""
