"""Small problems solved to the proven best by CP-SAT, from a model that shares nothing with the planner."""
