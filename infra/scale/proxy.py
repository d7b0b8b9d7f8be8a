"""A round-robin proxy for the test: every connection to the next replica that answers. In earnest it is Caddy or nginx."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import sys
from collections.abc import Iterator

CHUNK = 65536


class Proxy:
    def __init__(self, ports: list[int]) -> None:
        self._count = len(ports)
        self._next: Iterator[int] = itertools.cycle(ports)

    async def serve(self, port: int) -> None:
        server = await asyncio.start_server(self.handle, "127.0.0.1", port)
        async with server:
            await server.serve_forever()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Bytes in both directions until either side ends; no replica at all: the connection is closed without a word."""
        try:
            replica = await self.connect()
            if replica:
                await asyncio.gather(pump(reader, replica[1]), pump(replica[0], writer))
        finally:
            writer.close()

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter] | None:
        for _ in range(self._count):
            with contextlib.suppress(OSError):
                return await asyncio.open_connection("127.0.0.1", next(self._next))
        return None


async def pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:  # one side has gone; the other must hear of it
        pass
    finally:
        with contextlib.suppress(OSError):
            writer.close()


if __name__ == "__main__":
    own, *replicas = map(int, sys.argv[1:])
    asyncio.run(Proxy(replicas).serve(own))
