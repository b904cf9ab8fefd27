"""The slow twin, one enterprise and one policy at a time: the oracle of the kernel and the explainer."""
