"""A run that takes changes and re-does only what each of them needs."""
