"""What partners order: cart, submission with credit and stock, confirmation, shipment, receipt."""
