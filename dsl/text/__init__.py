"""Sources, spans, quantities and diagnostics: what every later phase speaks about."""
