"""Whole archives: which articles tell one story, and a run that summarises them, on one machine or on many.

In goes a folder or file of articles, out comes a file with a summary a line; what is done is in a ledger, so that a
run that was killed goes on. It may import the whole library but the command line.
"""
