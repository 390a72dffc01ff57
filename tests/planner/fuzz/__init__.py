"""Thousands of random problems of all features: `make fuzz-planner`."""
