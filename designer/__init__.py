"""The designer: the HTTP API, the live socket and the pages in the browser. The engine knows nothing of it."""
