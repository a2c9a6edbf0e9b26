"""What an operator does with tenants, from the command line."""
