"""What is in the outbox leaves: gateways, and who drives them."""
