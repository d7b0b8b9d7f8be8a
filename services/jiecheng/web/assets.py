"""Static files by their plain name: `asset("office.css")` → "/static/office-4F2A….css".

Owns the manifest that the build leaves; never builds anything itself.
"""

from __future__ import annotations

import json
from pathlib import Path

STATIC = Path(__file__).parent / "static"


class AssetsMissing(RuntimeError):
    """The pages were not built; a server without its style sheet is worse than one that does not start."""


class Assets:
    def __init__(self, folder: Path = STATIC) -> None:
        manifest = folder / "manifest.json"
        if not manifest.is_file():
            raise AssetsMissing(
                f"expected the built pages in {folder}, found no manifest.json; run: npm ci && npm run build "
                "in services/jiecheng/web/assets"
            )
        self.folder = folder
        self._names: dict[str, str] = json.loads(manifest.read_text(encoding="utf-8"))

    def url(self, name: str) -> str:
        return f"/static/{self._names[name]}"
