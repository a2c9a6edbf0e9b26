"""`python -m callweave`."""

from callweave.cli import main

main()
