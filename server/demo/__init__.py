"""A made-up regional supplier around real towns, seeded and dated relative to today, to try Fieldbeat with."""
