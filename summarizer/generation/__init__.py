"""Whatever writes: one contract (``base``), one string to choose by (``registry``), one module a kind of model.

In goes a prompt or a passage, out comes text as it is written, with what it cost. It may import ``reading`` (for
lengths) and ``weights``, and does not know what a summary is.
"""
