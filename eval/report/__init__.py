"""Reports. Folders of finished runs go in; tables, plots, an HTML page, comparisons and gates come out.

Nothing is measured anew. Imports run and what is below it.
"""
