"""The command line: ``summarizer`` and its commands, one module a group.

In go files, folders and URLs, out come summaries on stdout, notes on stderr and an exit code. It may import everything
in the library and is imported by nothing in it; what is heavy is imported by the command that needs it.
"""
