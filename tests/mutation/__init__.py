"""Mutation testing of the code that judges plans: `make mutate` (docs/mutation.md)."""
