"""Where an order is served from: split among warehouses, dispatched to dealers."""
