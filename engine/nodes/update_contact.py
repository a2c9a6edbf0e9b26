"""Update contact: fields of the person whom the session is about get new values."""

from __future__ import annotations

from engine.updating import Update


class UpdateContact(Update):
    """Gives fields of the contact new values."""

    type, label, of = "update_contact", "Update the contact", "contact"
    help = "Such as another number, the language spoken, a remark. Templates after it see the new values."
