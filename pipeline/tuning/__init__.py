"""What exporters cost and need: list prices here, measurements and advice beside them."""
