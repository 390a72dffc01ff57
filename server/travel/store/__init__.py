"""Travel times that were asked for, kept in the database: one compressed matrix for each rep."""
