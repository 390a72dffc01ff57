"""How much slower than on empty roads one drives at which time: tables, learned from drives (docs/decisions/0013)."""
