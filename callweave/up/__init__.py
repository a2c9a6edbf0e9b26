"""`callweave up`: start every process in order, keep them running, stop them all."""
