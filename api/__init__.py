"""The rims: the command line and the HTTP service, and the use cases that both share."""
