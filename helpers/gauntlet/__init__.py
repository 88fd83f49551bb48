"""The input gauntlet: malformed inputs made by code, and what becomes of each."""
