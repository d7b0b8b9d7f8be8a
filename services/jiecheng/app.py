"""The web application as uvicorn starts it: `uvicorn --factory jiecheng.app:create_app`. Settings in, application out."""

from __future__ import annotations

from fastapi import FastAPI


def create_app() -> FastAPI:
    app = FastAPI(title="街程", openapi_url=None)

    @app.get("/healthz")
    def healthy() -> dict[str, bool]:
        return {"ok": True}

    return app
