"""The benchmark: generated packs over generated populations, beside polars in the same process on the same data."""
