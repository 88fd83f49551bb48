"""Beyond one process and one disk: schedulers that share the work, and object storage."""
