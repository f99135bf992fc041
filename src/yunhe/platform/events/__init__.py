"""What happened, told to whoever listens: transactional outbox, handlers, signed webhooks."""
