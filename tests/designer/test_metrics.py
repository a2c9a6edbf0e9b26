"""`GET /metrics`: what is counted, who may see it, and that several processes are added up."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from flask import Flask

from engine.host import metrics, metrics_server
from engine.host.settings import Settings

COUNT = "import sys; from engine.host import metrics; metrics.TURNS.labels('live').inc(int(sys.argv[1])); metrics.ENGINE_ACTIVE.labels('a').set(1)"
SHOW = "from engine.host import metrics; print(metrics.exposition().decode())"


def test_this_machine_sees_what_is_counted(app: Flask) -> None:
    client = app.test_client()
    client.get("/healthz")
    answer = client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    text = answer.get_data(as_text=True)
    assert 'callweave_http_requests_total{method="GET",status="200"}' in text
    assert "callweave_sessions_live" in text


def test_another_machine_needs_the_key(app: Flask) -> None:
    client = app.test_client()
    refused = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert refused.status_code == 403
    assert "CALLWEAVE_METRICS_KEY" in refused.get_json()["title"] + refused.get_json().get("detail", "")
    wrong = client.get("/metrics", environ_base={"REMOTE_ADDR": "192.0.2.7"}, headers={"Authorization": "Bearer no"})
    assert wrong.status_code == 403


def test_what_a_proxy_on_this_machine_hands_on_is_not_this_machine(app: Flask) -> None:
    asked = app.test_client().get(
        "/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"}, headers={"X-Forwarded-For": "192.0.2.7"}
    )
    assert asked.status_code == 403


def test_processes_are_added_up_and_dead_ones_are_not_active(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    for number in ("3", "4"):
        subprocess.run([sys.executable, "-c", COUNT, number], env=environment, check=True)
    shown = subprocess.run([sys.executable, "-c", SHOW], env=environment, check=True, capture_output=True, text=True)
    assert 'callweave_turns_total{host="live"} 7.0' in shown.stdout
    assert 'callweave_engine_active{lease="a"}' not in shown.stdout


def test_outside_of_callweave_up_the_values_are_the_process_s_own() -> None:
    metrics.REFUSED_EVENTS.labels("test").inc()
    assert b'callweave_refused_events_total{reason="test"}' in metrics.exposition()


def test_a_machine_without_a_web_process_answers_as_well(tmp_path: Path) -> None:
    serving = metrics_server.server(Settings(data=tmp_path, metrics_listen="127.0.0.1:0"))
    threading.Thread(target=serving.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{serving.server_port}"
    try:
        with urllib.request.urlopen(f"{address}/metrics") as answer:
            assert b"callweave_sessions_live" in answer.read()
        with pytest.raises(urllib.error.HTTPError, match="404"):
            urllib.request.urlopen(f"{address}/")
    finally:
        serving.shutdown()
        serving.server_close()
    assert metrics_server.may_see("192.0.2.7", "Bearer the-key-of-prometheus", "the-key-of-prometheus")
    assert not metrics_server.may_see("192.0.2.7", "Bearer other", "the-key-of-prometheus")
    assert not metrics_server.may_see("192.0.2.7", "", None)
