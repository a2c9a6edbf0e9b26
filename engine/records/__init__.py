"""Records: what an organisation's systems know of its people, and what becomes of each version that comes in.

Pure: how a row is checked, whether it says anything new, whom it is about, and who may see which of its fields. Keeping
them is `store/records.py`, taking them in by batches `host/ingest.py`.
"""
