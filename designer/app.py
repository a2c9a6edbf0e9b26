"""The web application: API, live socket, pages and health, put together."""

from __future__ import annotations

import inspect
from datetime import timedelta
from pathlib import Path

from flask import Flask, current_app, request
from flask_openapi3 import APIBlueprint, Info, OpenAPI

from designer import counted, pages, problems
from designer.access import headers, limits, rates
from designer.access.gate import require_right
from designer.access.hosts import KnownHosts
from designer.access.identity import require_identity
from designer.access.proxy import TrustedProxy
from designer.access.secret import cookie_secret
from designer.api import (
    account,
    api_keys,
    assets,
    audit,
    browser_phones,
    calendars,
    calls,
    campaign_people,
    campaign_running,
    campaigns,
    conferences,
    connector_line,
    connectors,
    contacts,
    do_not_contact,
    docs,
    drafts,
    fax_pages,
    faxes,
    figures,
    flow_sharing,
    flow_states,
    flows,
    gateways,
    in_flight,
    inbound,
    kept_drafts,
    linked_openid,
    lists,
    me,
    merging,
    messages,
    node_types,
    numbers,
    openid,
    outbox,
    previews,
    privacy,
    prompt_changes,
    prompt_recording,
    prompt_reviews,
    record_exports,
    record_tables,
    record_triggers,
    record_types,
    recordings,
    records,
    rehearsals,
    scenario_runs,
    scenarios,
    sessions,
    shared,
    sign_in,
    simulated_calls,
    simulations,
    source_in,
    sources,
    speech,
    starts,
    tasks,
    text_routes,
    translations,
    trials,
    trigger_plans,
    triggers,
    trunks,
    users,
    versions,
    workbench,
)
from designer.bodies import JsonRequest
from designer.health import health
from designer.help import help_pages
from designer.live.socket import install as install_live
from designer.parts import Parts
from designer.problems import Problem
from engine import __version__
from engine.faults import Fault
from engine.host.settings import PROJECT, Settings

GUARDED = (
    node_types, in_flight, flow_states, flows, drafts, versions, kept_drafts, triggers, trigger_plans, starts,
    sessions, scenarios,
    simulations, calls, simulated_calls, me, assets, calendars, record_types, records, record_exports, contacts,
    record_triggers,
    record_tables, prompt_changes, prompt_reviews, privacy, merging, scenario_runs, trials, browser_phones,
    translations,
    gateways, text_routes, outbox, trunks, numbers, recordings, conferences, faxes, prompt_recording,
    speech, fax_pages, previews,
    messages, tasks, figures, do_not_contact, campaigns, campaign_running, campaign_people, lists, rehearsals,
    source_in, sources, connectors, workbench, users, account, linked_openid,
    api_keys, audit, flow_sharing,
)  # fmt: skip


def create_app(settings: Settings, *, pages_folder: Path | None = None, live_queue: bool = True) -> Flask:
    """The application for these settings; its databases must be migrated.

    Without `live_queue` the live socket hears this process alone.
    """
    app = OpenAPI(
        "designer",
        info=Info(title="Callweave", version=__version__),
        security_schemes={
            "key": {"type": "http", "scheme": "bearer"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "callweave"},
        },
        validation_error_status=422,
        validation_error_callback=problems.invalid,
        doc_ui=False,
        static_folder=None,
    )
    app.request_class = JsonRequest
    app.url_map.strict_slashes = False
    app.extensions["callweave"] = Parts(settings)
    app.config.update(
        SECRET_KEY=cookie_secret(settings.data),
        SESSION_COOKIE_NAME="callweave",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.trusted_proxy is not None,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=settings.session_hours),
        PAGES=pages_folder or PROJECT / "frontend" / "dist",
        HELP=PROJECT / "build" / "help",
    )
    headers.install(app, https=settings.trusted_proxy is not None)
    problems.install(app)
    limits.install(app, settings.redis_address)
    rates.install(app, per_key=settings.rate_per_key, per_address=settings.rate_per_address)
    app.before_request(_known_parameters)
    for module in GUARDED:
        _guard(module.api)
        app.register_api(module.api)
    app.register_api(sign_in.door)
    app.register_api(openid.door)
    app.register_api(inbound.api)
    app.register_api(shared.api)
    app.register_api(source_in.door)
    app.register_api(connector_line.api)
    app.register_blueprint(browser_phones.line)
    app.register_blueprint(docs.docs)
    app.register_blueprint(health)
    counted.install(app)
    app.register_blueprint(help_pages)
    app.register_blueprint(pages.pages)
    install_live(app, settings, queue=live_queue)
    app.wsgi_app = KnownHosts(app, settings)  # type: ignore[method-assign]
    if settings.trusted_proxy is not None:
        app.wsgi_app = TrustedProxy(app.wsgi_app, settings.trusted_proxy)  # type: ignore[method-assign]
    return app


def _guard(api: APIBlueprint) -> None:
    if require_identity not in api.before_request_funcs.get(None, []):
        api.before_request(require_identity)
        api.before_request(require_right)


def _known_parameters() -> None:
    """Refuse query parameters of routes that take none."""
    if not request.args or not request.path.startswith("/api/") or request.endpoint is None:
        return
    view = current_app.view_functions[request.endpoint]
    if "query" not in inspect.signature(view).parameters:
        unknown = [Fault(name, "is not known here") for name in request.args]
        raise Problem(422, "The request does not fit.", errors=unknown)
