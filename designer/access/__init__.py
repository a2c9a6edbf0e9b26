"""Who may come in, and under which conditions: keys, cookie sessions, CSRF, limits, headers."""
