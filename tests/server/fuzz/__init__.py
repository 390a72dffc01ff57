"""Generated requests, good and bad, for every operation of the OpenAPI document and as everybody.

`document` what is promised · `cases` what is tried · `aim` how it reaches real objects · `company` whom it reaches ·
`isolation` how each request is undone · `judge` what an answer must be.  The short form runs with all tests; FIELDBEAT_FUZZ=long
tries much more.  What it takes from `tests/server/policy/fixtures.py` (kinds of ids, smallest bodies) is kept complete there.
"""
