"""Names, types, the intermediate representation, and the way from the author's tree to it."""
