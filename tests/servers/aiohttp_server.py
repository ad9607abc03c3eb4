"""aiohttp_server.py FOLDER: serves the folder's files, and /echo, on a free port that it prints."""

import socket
import sys

from aiohttp import web


async def echo(request):
    return web.Response(body=await request.read(), content_type=request.content_type)


def main(folder):
    app = web.Application(client_max_size=1 << 30)
    app.router.add_post("/echo", echo)
    app.router.add_static("/", folder)
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    print(listener.getsockname()[1], flush=True)
    web.run_app(app, sock=listener, access_log=None, print=None)


main(sys.argv[1])
