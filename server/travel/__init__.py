"""How long it takes between places: one port, filled by an estimate or by road engines, kept in the database (docs/decisions/0011)."""
