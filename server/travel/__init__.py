"""How long it takes between places: one port, filled by a great-circle estimate or, later, by road engines."""
