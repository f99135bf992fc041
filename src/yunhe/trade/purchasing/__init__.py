"""Orders that another company's system fulfils: pushed as purchase orders, answered, reconciled."""
