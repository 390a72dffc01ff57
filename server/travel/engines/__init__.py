"""Road engines over HTTP: what each is asked, and what of its answers is believed."""
