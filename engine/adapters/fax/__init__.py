"""Faxes: documents made into the pages that a fax machine takes, and back."""

from engine.adapters.fax.pages import DocumentRefused, Pages, to_pdf, to_tiff

__all__ = ["DocumentRefused", "Pages", "to_pdf", "to_tiff"]
