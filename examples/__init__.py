"""What one may start from: gateways, node types, sources, and a whole hospital."""
