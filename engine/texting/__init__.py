"""Texts on their way through a short message centre: alphabets, parts, receipts, words that stop. Pure."""
