"""The only package that imports OR-Tools; no solver index leaves it.

cover   minimum set cover by CP-SAT
"""
