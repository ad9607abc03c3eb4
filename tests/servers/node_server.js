// node_server.js FOLDER CERTIFICATES: serves the folder's files, and /echo, with HTTP and HTTPS on free ports that it
// prints.
"use strict";

const fs = require("fs");
const http = require("http");
const https = require("https");
const path = require("path");
const { pipeline } = require("stream/promises");

const [folder, certificates] = process.argv.slice(2);

const gone = new Set(["ERR_STREAM_PREMATURE_CLOSE", "ECONNRESET", "EPIPE"]);

async function answer(request, response) {
  try {
    if (request.url === "/echo") {
      response.setHeader("Content-Type", request.headers["content-type"] ?? "application/octet-stream");
      await pipeline(request, response);
      return;
    }
    const file = path.join(folder, path.basename(request.url));
    if (!fs.existsSync(file) || !fs.statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("Content-Length", fs.statSync(file).size);
    await pipeline(fs.createReadStream(file), response);
  } catch (error) {
    if (!gone.has(error.code)) throw error; // clients may leave
  }
}

const options = {
  cert: fs.readFileSync(path.join(certificates, "server.pem")),
  key: fs.readFileSync(path.join(certificates, "server.key")),
};
const plain = http.createServer(answer).listen(0, "127.0.0.1", () => {
  const secure = https.createServer(options, answer).listen(0, "127.0.0.1", () => {
    console.log(plain.address().port, secure.address().port);
  });
});
