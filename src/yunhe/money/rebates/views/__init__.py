"""Pages of rebates: console and portal."""
