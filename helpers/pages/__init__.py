"""What frames the pages of the book: order and reasons, the page for a wrong address, upkeep."""
