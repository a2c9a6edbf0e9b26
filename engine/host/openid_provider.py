"""An OpenID Connect provider as the settings name it: who it is, and what its word makes of somebody."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


class OpenIdProvider(BaseModel):
    """One provider; whoever it sends belongs to `tenant`.

    Without `new_users` only those come in whom it has sent before, or (`link_by_email`) whose login is the address that
    it has verified. `roles` maps values of the claim `role_claim` to roles, the first that fits, at each sign-in;
    `role` is that of whom none fits. Without it nobody new comes in whom none fits.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    issuer: str = Field(pattern=r"^https?://\S+$")
    client_id: str = Field(min_length=1)
    client_secret: str | None = None
    name: str = Field("", max_length=80)
    tenant: str = "main"
    scope: str = "openid email profile"
    new_users: bool = False
    link_by_email: bool = False
    role: str | None = None
    role_claim: str | None = None
    roles: dict[str, str] = {}
    ca_file: str | None = None


def _named(providers: dict[str, OpenIdProvider]) -> dict[str, OpenIdProvider]:
    for name in providers:
        if not re.fullmatch(r"[a-z][a-z0-9-]{0,39}", name):
            raise ValueError(f"not a provider's name: {name!r} (a lower-case letter, then letters, digits and -)")
    return providers


Providers = Annotated[dict[str, OpenIdProvider], AfterValidator(_named)]
"""Providers by the name that stands in their addresses."""
