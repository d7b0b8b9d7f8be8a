"""Measures what a step, a page and a relay cost, each figure beside a bare commit on the same database in the same run.

`make bench` runs all of it, `make bench ONLY=step` one bench, `make bench SCALE=0.1` with a tenth of the sizes.
"""
