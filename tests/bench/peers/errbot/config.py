"""Errbot as the benchmark starts it: its Slack backend over Socket Mode, one plugin, and its own default for everything else."""

import logging
import os

from slack_sdk import WebClient
from slack_sdk.web.base_client import BaseClient

# The backend has no setting for the API's address, so the client's default is another one.
BaseClient.__init__.__defaults__ = tuple(
    os.environ["PEER_SLACK_API"] if default == BaseClient.BASE_URL else default
    for default in BaseClient.__init__.__defaults__
)

# Asked once, for links to messages; the simulated workspace does not know it.
WebClient.team_info = lambda self, **_: {"ok": True, "team": {"id": "T0SIMULATED", "domain": "simulated"}}

BACKEND = "SlackV3"
BOT_IDENTITY = {"token": os.environ["PEER_BOT_TOKEN"], "app_token": os.environ["PEER_APP_TOKEN"]}
BOT_ADMINS = ("@nobody",)
BOT_DATA_DIR = os.environ["PEER_FOLDER"]
BOT_EXTRA_PLUGIN_DIR = os.path.join(os.path.dirname(__file__), "plugins")
BOT_LOG_FILE = None
BOT_LOG_LEVEL = logging.WARNING
