"""What people type, as a pattern of the database: nothing in it is a wildcard."""


def containing(text: str) -> str:
    """For (I)LIKE: whatever has this text in it."""
    return "%" + text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%"
