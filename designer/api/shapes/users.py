"""Users, how they come in, and what they are signed in with."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class ReachedShape(BaseModel):
    csrf: str | None
    next: str | None
    tenants: list[str]
    secret: str | None
    address: str | None
    recovery_codes: list[str]


class WayShape(BaseModel):
    id: str
    name: str


class WaysShape(BaseModel):
    openid: list[WayShape]
    mail: bool
    hours: int
    began: bool


class LinkShape(BaseModel):
    kind: str
    tenant: str
    login: str
    name: str
    shortest: int
    ends_at: datetime


class MadeLinkShape(BaseModel):
    link: str
    kind: str
    ends_at: datetime
    mailed: bool


class UserShape(BaseModel):
    id: str
    login: str
    name: str
    role: str
    language: str | None
    state: str
    second_factor: bool
    sessions: int
    created_at: datetime
    signed_in_at: datetime | None


class UsersShape(BaseModel):
    items: list[UserShape]
    next: str | None


class InvitedShape(UserShape):
    link: str
    ends_at: datetime
    mailed: bool


class UserSessionShape(BaseModel):
    id: str
    way: str
    address: str
    software: str
    created_at: datetime
    seen_at: datetime
    ends_at: datetime
    current: bool


class UserSessionsShape(BaseModel):
    items: list[UserSessionShape]


class LinkedShape(BaseModel):
    id: str
    name: str
    linked: bool


class GoThereShape(BaseModel):
    address: str


class AccountShape(BaseModel):
    id: str
    tenant: str
    login: str
    name: str
    role: str
    language: str | None
    has_password: bool
    password_at: datetime | None
    shortest: int
    second_factor: bool
    second_factor_required: bool
    recovery_codes: int
    openid: list[str]
    providers: list[LinkedShape]


class SetUpShape(BaseModel):
    secret: str
    address: str


class RecoveryCodesShape(BaseModel):
    recovery_codes: list[str]


class SignInRulesShape(BaseModel):
    second_factor_required: bool
