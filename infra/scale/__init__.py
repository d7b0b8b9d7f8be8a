"""The scale form on this machine, of processes or of containers: many loans, processes killed on the way, what must hold in the end."""
