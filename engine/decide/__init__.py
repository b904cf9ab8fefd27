"""What follows from matching: offers, exclusive groups, and allocation under limits."""
