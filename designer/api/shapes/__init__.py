"""What the API's answers look like, for its document. Requests are checked by models beside their routes."""
