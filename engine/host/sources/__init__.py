"""Sources in the platform: what connectors bring is taken in, what flows ask goes to its source, and the platform's own
sources are read and listened to."""
