"""What lies in an analysis cube, and from which state of its inputs it was made."""
