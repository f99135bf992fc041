"""Pages of delivery planning. They serve headquarters and dealers alike: each sees its own places."""
