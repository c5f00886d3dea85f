"""The Teams edge: the only room that knows the bot SDK."""

from bot.teams.config import TeamsConfig
from bot.teams.outside import open_outside
from bot.teams.routes import add_teams_routes

__all__ = ["TeamsConfig", "add_teams_routes", "open_outside"]
