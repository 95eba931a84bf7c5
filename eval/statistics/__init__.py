"""Statistics. Arrays of scores go in, one figure an example; intervals, p-values and classification measures come out.

Knows nothing of summaries or files, and imports nothing else of eval.
"""
