"""What authors of nodes and embedders import; the command line lives beside it."""
