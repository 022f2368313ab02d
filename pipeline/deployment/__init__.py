"""What an operator has and no function: the template's parts, packages, layers, and what deploys them."""
