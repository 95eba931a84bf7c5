"""From the articles of one story, read and weighed, to the sentences and points of a summary.

In go ``Sources`` and a generator, out come checked sentences and key points. It may import selection, generation and
verification, and whatever those may.
"""
