"""`callweave connector`: the agent beside a customer's systems. It calls the platform; nobody needs to reach it."""
