"""A run. A Dataset, names of systems and names of metrics go in; a folder of outputs, scores and figures comes out.

A kill at any moment leaves a folder that the same command goes on with. Imports data, systems, metrics and statistics.
"""
