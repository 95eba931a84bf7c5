"""Training on a user's own pairs: generators, and the judge that ships with the library.

In go articles with summaries or marked claims, out come weights. It may import the whole library but its command line.
"""
