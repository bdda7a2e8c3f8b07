"""Measurements, as ratios inside one run; `make bench` prints each beside its goal. No part of the tests."""
