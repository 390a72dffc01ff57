"""Our own OSRM on this machine: its programs from a wheel, a graph from an extract, and the server as a supervised child."""
