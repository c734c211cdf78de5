"""What is written to people by mail: queued with the act it tells of, sent afterwards, tried again, shown."""
