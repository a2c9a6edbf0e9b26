"""`callweave flow`: a flow in a file checked, tested and compared, without a server."""
