"""Running chapters with other values: what every parameter does, and where else it can be done."""
