"""The reference, made from the code: what the help says of node types, routes, commands, filters, keys of a file."""
