"""Data sets. A file of rows, or the name of a published set, goes in; Examples come out.

Words and sentences are counted in one way for everyone; what a set is like (its card) and what two sets share are told
here. Of eval it imports only ``eval.types``.
"""
