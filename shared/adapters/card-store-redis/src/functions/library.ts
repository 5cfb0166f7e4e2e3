import { createHash } from "node:crypto";
import { namesLua } from "./names.lua.ts";
import { pointerLua } from "./pointer.lua.ts";
import { saveLua } from "./save.lua.ts";
import { storeLua } from "./store.lua.ts";
import { streamLua } from "./stream.lua.ts";
import { walletsLua } from "./wallets.lua.ts";

/** What the functions are called in the library's code, and whether they only read. */
const functions = {
  save: { reads: false },
  putPointer: { reads: false },
  releasePointer: { reads: false },
  trim: { reads: false },
  addCandidate: { reads: false },
  walletPage: { reads: true },
  gather: { reads: true },
  heads: { reads: true },
  totals: { reads: true },
  begin: { reads: false },
  finish: { reads: false },
  runIdHere: { reads: true },
  open: { reads: false },
  restore: { reads: false },
};

export type FunctionName = keyof typeof functions;

const body = [namesLua, walletsLua, saveLua, pointerLua, streamLua, storeLua].join("");
/**
 * The version of the code is in its names: processes of an older version go on with the functions they know, and nobody
 * ever calls code of another version by accident.
 */
const version = createHash("sha256").update(body).digest("hex").slice(0, 12);

/** What the server knows a function as. */
export const serverName = (name: FunctionName): string => `scrip_${name}_${version}`;

export const libraryName = `scrip_cards_${version}`;

const registrations = Object.entries(functions).map(([name, { reads }]) => {
  const flags = reads ? ", flags = { 'no-writes' }" : "";
  const own = serverName(name as FunctionName);
  return `redis.register_function{ function_name = '${own}', callback = ${name}${flags} }`;
});

/** The library as a server loads it. */
export const libraryCode = `#!lua name=${libraryName}\n${body}\n${registrations.join("\n")}\n`;
