"""The scale form from plain processes on this machine: many loans, processes killed on the way, and what must hold at the end."""
