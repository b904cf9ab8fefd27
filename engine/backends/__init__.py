"""Other places than one process's memory to run a program in; each is an extra."""
