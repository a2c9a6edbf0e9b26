"""The other side: telephones that are answered as the story says, and a provider of texts with patients behind it."""
