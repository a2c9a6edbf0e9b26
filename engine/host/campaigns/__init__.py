"""Campaigns as they run: who is in them is found, each attempt is started once, and what became of it is learnt.

The rules are pure (`engine/campaigns`); here they meet the databases. One driver for each organisation, under a lease.
"""
