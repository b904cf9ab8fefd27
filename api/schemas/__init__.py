"""What goes over the wire, as pydantic models; money and other decimals are texts, so that no reader rounds them."""
