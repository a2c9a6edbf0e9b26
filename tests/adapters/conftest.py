"""What the adapters' tests need: espeak-ng, which must be there in CI and may be missing at home."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from engine.adapters.speech import SpeechConfig


@pytest.fixture
def speech_config(tmp_path: Path) -> SpeechConfig:
    if shutil.which("espeak-ng") is None:
        if os.environ.get("CI"):
            pytest.fail("espeak-ng is not installed")
        pytest.skip("espeak-ng is not installed: apt-get install espeak-ng")
    return SpeechConfig(folder=tmp_path / "prompts", recordings=tmp_path / "recordings")
