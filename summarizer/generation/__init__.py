"""Whatever writes: one contract (``base``), one string to choose by (``registry``), one module a backend."""
