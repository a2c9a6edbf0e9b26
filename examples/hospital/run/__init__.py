"""Three weeks of the hospital on a whole copy of Callweave, by a clock that jumps to whatever happens next."""
