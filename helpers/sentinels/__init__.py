"""Plausibility sentinels: loud warnings that name the likely mistake, and never change a number."""

from helpers.sentinels.alarm import Alarm, AlarmCard, announce
from helpers.sentinels.watch import watch

__all__ = ["Alarm", "AlarmCard", "announce", "watch"]
