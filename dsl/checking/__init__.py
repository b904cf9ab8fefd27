"""From the texts of a pack to its program, in parts that are kept from one check to the next."""
