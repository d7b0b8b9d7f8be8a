"""Nouns, lifecycles as tables, commands and events, errors. Standard library only; imports nothing of the house."""
