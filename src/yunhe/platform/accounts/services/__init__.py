"""Use cases of accounts: signing in, second factor, tokens, profile, accounts made by others."""
