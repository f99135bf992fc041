"""What partners owe and are owed: double entry, open items, credit."""
