"""What pytest looks for doctests in."""

collect_ignore = ["full_disk.py"]  # a program that imports the one beside it, as when it is run
