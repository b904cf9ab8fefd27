"""The HTTP service: routes that parse, call a use case and return a schema."""
