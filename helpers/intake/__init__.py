"""Data from outside: fetching open sources, taking in files, looking at what arrived."""
