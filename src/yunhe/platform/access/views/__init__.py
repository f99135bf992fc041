"""Pages of accounts and roles, API tokens, and the explanation of what one sees."""
