"""Running what a report says again, years later, and describing it for other programs."""
