"""From documents to what later steps work on: sentences with offsets, vectors, near-copies, moments, other stories.

In go ``Document``s, out come ``Sources``, the articles read once. It may import ``ingest`` (for cleaning), ``weights``
and ``language``.
"""
