# Everything by two commands: `make run` and `make test`. Each does all its set-up itself, on a fresh Debian or Ubuntu.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export CALLWEAVE_TELEPHONY := $(or $(TELEPHONY),$(CALLWEAVE_TELEPHONY))

.PHONY: run test install install-dev hospital lock prove bench clean

run: install            ## the designer on http://127.0.0.1:8080 and a telephone system; TELEPHONY=simulated needs no Asterisk
	@exec $(BIN)/callweave up

install:                ## all that `make run` needs: packages, .venv, the front end, Asterisk
	@$(PYTHON) deploy/setup run

install-dev:            ## all that `make test` needs besides: SIPp, Chromium, the checkers
	@$(PYTHON) deploy/setup test

test: install-dev       ## what CI runs
	@$(BIN)/python -m tests.suite

hospital: install-dev   ## three weeks of a hospital on a real Asterisk in some minutes; ARGS="--threads 60 --seed 3"
	@$(BIN)/python -m examples.hospital run $(ARGS)

prove: install-dev      ## full-size proofs; make prove NAME=calls runs one
	@$(BIN)/python -m tests.prove $(NAME)

bench: install-dev      ## benchmarks; make bench NAME=followup10 runs one, without NAME they are listed
	@$(BIN)/python -m bench $(NAME)

lock:                   ## after a change of dependencies in pyproject.toml: write the locked files again
	@$(PYTHON) deploy/setup lock

clean:                  ## remove what install made in this folder (not the data, not the cache)
	rm -rf $(VENV) frontend/node_modules frontend/dist
