// The write-off service and the card store alone in a process: routes, keys, rules, events and the durable save as they
// are, but no relay, no ledger, nobody else on the event loop.
import { ReceiptSigner, Receipts, logWithinDefaultMs } from "@scrip/application";
import { openCardStore } from "@scrip/card-store-lmdb";
import { participantId } from "@scrip/domain";
import { apiKeyHash, buildApp, createLogger, Lifecycle } from "@scrip/service-kit";
import { ed25519Signer, sha256Ed25519 } from "@scrip/signing";
import { SystemClock, SystemIdentity } from "@scrip/system";
import { openCallerDirectory, openHolderVault } from "@scrip/vault-lmdb";
import { receiptOrigin, streamStart } from "@scrip/wire";
import { registerWriteOff } from "@scrip/write-off";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { Registry } from "prom-client";
import { answer, serveBench } from "../harness/probe.mjs";
import { program, putCards } from "./cards.mjs";

const [directory = "", codesFile = "", balance = "0", apiKey = ""] = process.argv.slice(2);
const chainId = "scrip.bench/alone";
const { hash } = sha256Ed25519;

const store = await openCardStore({
  directory: `${directory}/cards`,
  chainId,
  shards: 16,
  streamStart: (shard) => ({ epoch: 1, seq: 1, chain: streamStart(hash, chainId, shard) }),
});
const callers = openCallerDirectory({ directory: `${directory}/callers`, chainId });
const vault = openHolderVault({ directory: `${directory}/holders`, chainId });
await callers.add(apiKeyHash(apiKey), {
  participantId: "acceptor",
  role: "ACCEPTOR",
  scope: { programs: "*", participants: "*", holdersAct: true },
});
const codes = readFileSync(codesFile, "utf8").trim().split("\n");
await putCards(store, codes, { balance: Number(balance), hash });

/** What the ledger would have taught this process. @type {import("@scrip/ports").Registry} */
const registry = {
  program: (id) => (id === program.programId ? program : undefined),
  ruling: (id) => (id === program.programId ? program : undefined),
  batch: () => undefined,
  batches: () => [],
  participant: (id) => ({ participantId: id, registeredAtMs: program.effectiveFromMs }),
};

const app = await buildApp({
  api: { title: "Write-offs", version: "0.1.0" },
  callers,
  logger: createLogger({ service: "write-off", level: "warn" }),
  registry: new Registry(),
  lifecycle: new Lifecycle(),
});
const signer = new ReceiptSigner({
  hash,
  logOrigin: chainId,
  signer: ed25519Signer(receiptOrigin(chainId), randomBytes(32)),
  logWithinMs: logWithinDefaultMs,
});
registerWriteOff(app, {
  ports: { store, vault, registry, clock: new SystemClock(), identity: new SystemIdentity(), hash },
  // Nothing is ever committed here; what is asked for is not waited for either.
  finality: { of: () => "ACCEPTED", waitFor: () => Promise.resolve("ACCEPTED") },
  receipts: new Receipts({ signer, outbox: store, hash }),
  firstUse: { registers: false, operator: participantId("operator") },
});

answer("writtenOff", async () => Number((await store.totals()).writtenOff));

const url = await app.listen({ host: "127.0.0.1", port: 0 });
serveBench(url, async () => {
  await app.close();
  await Promise.all([store.close(), callers.close(), vault.close()]);
});
