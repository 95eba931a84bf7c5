"""The HTTP service over the library; its routes arrive with the service itself."""
