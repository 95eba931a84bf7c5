"""Measurement of summarisers: data sets, systems, metrics, statistics, runs and reports. ``python -m eval --help``."""
