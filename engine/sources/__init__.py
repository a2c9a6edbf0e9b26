"""Where records come from: systems that are read, systems that send, and what is asked of them live.

The same code runs beside a hospital's system (`callweave connector run`) and in the platform. A kind of source is a
folder: `config.py` says how it is set up, `adapter.py` reads, listens or asks, `translate.py` (pure) makes plain rows
of what came. `mapping.py` makes records of rows; `keeping.py` puts them on the disk before anybody is told that they
came.
"""
