"""Use cases that the command line and HTTP share; nothing here knows either."""
