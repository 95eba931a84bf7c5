"""What is worth telling: salience, agreement of words, novelty, what has moved, and what may be quoted or shortened.

In go sentences and their vectors, out come weights, choices and shorter sentences. It may import ``reading`` and
``language``, and writes nothing itself.
"""
