"""From the articles of one story to the sentences and key points of a summary.

In go ``Sources`` and a generator, out come checked sentences and key points. It may import ``selection``,
``generation`` and ``verification``, and whatever those may.
"""
