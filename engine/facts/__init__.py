"""The facts of a population: typed columns, and the reading of them from CSV, Parquet and Arrow."""
