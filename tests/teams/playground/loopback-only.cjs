// Loaded before the Playground (node --require): a server that names no address listens on every
// interface, and this one takes no password. Here it listens on this machine alone.
"use strict";
const { Server } = require("node:net");

const HOST = "127.0.0.1";
const listen = Server.prototype.listen;

Server.prototype.listen = function (first, ...rest) {
  if (first && typeof first === "object" && first.port !== undefined) {
    return listen.call(this, { ...first, host: HOST }, ...rest);
  }
  if (typeof first === "number" || /^\d+$/.test(String(first))) {
    const others = typeof rest[0] === "string" ? rest.slice(1) : rest;
    return listen.call(this, first, HOST, ...others);
  }
  return listen.call(this, first, ...rest);
};
