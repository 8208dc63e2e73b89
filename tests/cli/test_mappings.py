"""suggest, save-mapping, mappings and drop-mapping, and a submission that is read with what was saved."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from tests.cli.command import run
