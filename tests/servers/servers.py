"""The servers that tests run against, by name: each function starts one and gives the environment variables under which
tests find it. All but the origin serve the files of make_site; aiohttp and Node answer /echo with the body they got."""

import json
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# By full path: aiohttp is a module of Debian's Python, which another python3 first in PATH would not find.
PYTHON = "/usr/bin/python3"


def make_site(folder):
    folder.mkdir()
    (folder / "hello.txt").write_bytes(b"hello\n")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "page.html").write_text("<!DOCTYPE html>\n<title>A page</title>\n" + "<p>Grüße</p>\n" * 1000)
    (folder / "pattern.bin").write_bytes((bytes(range(251)) * 20_000)[:5_000_000])  # as the origin's pattern


def origin(around):
    server = around.start("origin", [sys.executable, HERE / "origin", around.certificates])
    ports = json.loads(server.printed(r"(\{.*\})\n"))
    variables = {"ORIGIN": f"http://127.0.0.1:{ports.pop('plain')}"}
    for name, port in ports.items():
        host = "https://localhost" if name.startswith("tls") else f"http://{'[::1]' if name == 'ipv6' else '127.0.0.1'}"
        variables[f"ORIGIN_{name.upper()}"] = f"{host}:{port}"
    return variables


NGINX = """
{user}
daemon off;
worker_processes 1;
pid {folder}/pid;
error_log stderr warn;
events {{ worker_connections 4096; }}
http {{
  access_log off;
  types {{ text/plain txt; text/html html; }}
  default_type application/octet-stream;
  sendfile on;
  tcp_nopush on;
  keepalive_requests 1000000000;
  keepalive_timeout 60;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  gzip on;
  ssl_certificate {certificates}/server.pem;
  ssl_certificate_key {certificates}/server.key;
  ssl_session_cache shared:tls:1m;
  server {{
    listen 127.0.0.1:{plain} reuseport backlog=4096;
    listen 127.0.0.1:{tls} ssl reuseport backlog=4096;
    root {site};
    location = /small {{ return 200 "hello, world\\n"; }}
  }}
}}
"""


def nginx(around):
    folder = around.folder / "nginx"
    folder.mkdir()
    plain, tls = around.reserve_port(), around.reserve_port()
    configuration = folder / "nginx.conf"
    configuration.write_text(NGINX.format(
        # Workers of a master that is root would be nobody, who may not look into the folder.
        user="user root;" if os.geteuid() == 0 else "",
        folder=folder, certificates=around.certificates, site=around.site, plain=plain, tls=tls))
    around.start("nginx", ["/usr/sbin/nginx", "-e", "stderr", "-p", folder, "-c", configuration])
    return {"NGINX": f"http://127.0.0.1:{plain}", "NGINX_TLS": f"https://localhost:{tls}"}


def http_server(around):
    server = around.start("http_server", [sys.executable, "-u", "-m", "http.server", "--bind", "127.0.0.1",
                                   "--protocol", "HTTP/1.1", "--directory", around.site, "0"])
    return {"HTTP_SERVER": f"http://127.0.0.1:{server.printed(r' port ([0-9]+) ')}"}


def aiohttp(around):
    server = around.start("aiohttp", [PYTHON, HERE / "aiohttp_server.py", around.site])
    return {"AIOHTTP": f"http://127.0.0.1:{server.printed(r'([0-9]+)')}"}


def node(around):
    server = around.start("node", ["node", HERE / "node_server.js", around.site, around.certificates])
    plain, tls = server.printed(r"([0-9]+ [0-9]+)").split()
    return {"NODE": f"http://127.0.0.1:{plain}", "NODE_TLS": f"https://localhost:{tls}"}


def s_server(around):
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-WWW",
               "-cert", around.certificates / "server.pem", "-key", around.certificates / "server.key"]
    server = around.start("s_server", command, cwd=around.site)
    return {"S_SERVER": f"https://localhost:{server.printed(r'ACCEPT .*:([0-9]+)')}"}


SERVERS = {function.__name__: function for function in (origin, nginx, http_server, aiohttp, node, s_server)}
