"""The HTTP service over the library; `summarizer serve` runs it."""
