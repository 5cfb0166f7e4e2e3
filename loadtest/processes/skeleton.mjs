// What any such service pays at least: HTTP, a schema check, and one durable compare-and-put in the store library that
// the product uses. No keys of operations, no events, no rules beyond "enough left".
import Fastify from "fastify";
import { open } from "lmdb";
import { readFileSync } from "node:fs";
import { writeOffBody } from "@scrip/wire";
import { answer, serveBench } from "../harness/probe.mjs";

const [directory = "", codesFile = "", balance = "0"] = process.argv.slice(2);

// Without overlapping syncs a put resolves only after it was synced to disk; the driver lets puts of many callers
// share one commit.
const cards = open({
  path: directory,
  encoding: "binary",
  useVersions: true,
  overlappingSync: false,
});

const codes = readFileSync(codesFile, "utf8").trim().split("\n");
await Promise.all(codes.map((code) => cards.put(code, bytesOf(BigInt(balance)), 1)));

const app = Fastify({
  ajv: { customOptions: { coerceTypes: false, removeAdditional: false, useDefaults: false } },
});
const response = {
  type: "object",
  required: ["balance", "version"],
  properties: { balance: { type: "integer" }, version: { type: "integer" } },
};

app.post(
  "/v1/write-offs",
  { schema: { body: writeOffBody, response: { 200: response } } },
  async (request, reply) => {
    const { amount, tenders } = /** @type {any} */ (request.body);
    const { code } = tenders[0];
    for (;;) {
      const card = cards.getEntry(code);
      if (card === undefined) return await reply.code(404).send({ code: "CARD_NOT_FOUND" });
      const left = balanceOf(card.value) - BigInt(amount);
      if (left < 0n) return await reply.code(409).send({ code: "BALANCE_INSUFFICIENT" });
      const version = (card.version ?? 0) + 1;
      if (await cards.put(code, bytesOf(left), version, version - 1))
        return { balance: Number(left), version };
    }
  },
);

answer("writtenOff", () => {
  let left = 0n;
  for (const { value } of cards.getRange()) left += balanceOf(value);
  return Number(BigInt(balance) * BigInt(codes.length) - left);
});

const url = await app.listen({ host: "127.0.0.1", port: 0 });
serveBench(url, async () => {
  await app.close();
  await cards.close();
});

/** @param {bigint} value */
function bytesOf(value) {
  const bytes = Buffer.allocUnsafe(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

/** @param {Buffer} bytes */
function balanceOf(bytes) {
  return bytes.readBigInt64BE();
}
