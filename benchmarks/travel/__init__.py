"""Road times: cold from our own OSRM, read from the store, a new account, and how much room they take."""
