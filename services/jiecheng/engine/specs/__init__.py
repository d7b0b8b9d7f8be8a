"""The library's task specs with our behaviour; each module says which of the library's faults it stands in for."""
