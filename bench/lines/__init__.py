"""What `bench calls` needs: one Asterisk for all contestants, a bare application, callers."""
