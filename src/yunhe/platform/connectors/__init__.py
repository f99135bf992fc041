"""Other systems behind one small interface each: breaker, outgoing messages, health."""
