"""The whole book as one PDF: pages put together, printed by a browser, and given bookmarks."""
