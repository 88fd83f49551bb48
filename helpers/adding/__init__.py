"""Adding a reader's own product: looking at its files, asking, trying, and writing the entry."""
