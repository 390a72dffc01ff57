"""Who may do what, tried for every operation of the OpenAPI document.

A new operation appears here by itself.  Where the test cannot guess how to call it, it fails and says what to add to
`fixtures.py`: a body, a query, or how to make the object that an id names (`objects.py`).
"""
