"""Parts of the orders benchmark."""
