import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommittedRegistry } from "@scrip/application";
import { openCardStore } from "@scrip/card-store-lmdb";
import { defaultLimits } from "@scrip/domain";
import { amount, opId, participantId, programId, shardOf, unit, type Card } from "@scrip/domain";
import type { CardStore, Outbox, Role, Scope } from "@scrip/ports";
import { apiKeyHash, buildApp, createLogger, Lifecycle } from "@scrip/service-kit";
import { sha256Ed25519 } from "@scrip/signing";
import { SystemIdentity } from "@scrip/system";
import { FixedClock, MemoryCallerDirectory, storeGiven, testReceipts } from "@scrip/testing";
import { openHolderVault } from "@scrip/vault-lmdb";
import {
  bindingCommitment,
  cardIdOfCode,
  codeAt,
  formatCardId,
  formatCode,
  toHex,
} from "@scrip/wire";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { Registry as Metrics } from "prom-client";
import { afterEach } from "vitest";
import { registerBinding, type BindingPorts } from "../../src/index.ts";

const { hash } = sha256Ed25519;
const chainId = "scrip.example/binding";
const everything: Scope = { programs: "*", participants: "*", holdersAct: true };

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** The binding service over embedded stores in a directory of its own, with two COMMITTED programs. */
export async function given(
  wrap: (store: CardStore) => CardStore = (store) => store,
): Promise<Given> {
  const directory = await mkdtemp(join(tmpdir(), "scrip-binding-"));
  opened.push(() => rm(directory, { recursive: true }));
  const place = (name: string) => ({ directory: join(directory, name), chainId });
  const streamStart = storeGiven.suiteStart;
  const store = await openCardStore({ ...place("cards"), shards: 4, streamStart });
  opened.push(() => store.close());
  const vault = openHolderVault(place("holders"));
  opened.push(() => vault.close());
  const clock = new FixedClock();
  const registry = committed(clock.nowMs());
  const callers = new MemoryCallerDirectory();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const app = await buildApp({
    api: { title: "binding", version: "1" },
    callers,
    logger: createLogger({ service: "binding", level: "trace", destination }),
    registry: new Metrics(),
    lifecycle: new Lifecycle(),
  });
  const ports = {
    store: wrap(store),
    vault,
    registry,
    clock,
    identity: new SystemIdentity(),
    hash,
  };
  // No ledger runs here: what is saved stays ACCEPTED.
  const finality: BindingPorts["finality"] = {
    of: () => Promise.resolve("ACCEPTED"),
    waitFor: () => Promise.resolve("ACCEPTED"),
  };
  registerBinding(app, { ports, finality, receipts: testReceipts(store, chainId) });
  opened.push(() => app.close());
  return new Given({ app, store, clock, callers, ports, lines });
}

function committed(atMs: number): CommittedRegistry {
  const registry = new CommittedRegistry();
  for (const [id, kind, counts] of [
    ["gold", "GIFT_CARD", "CNY"],
    ["points", "POINTS", "PTS"],
  ] as const) {
    const actor = participantId("acme");
    const terms = { issuer: actor, refundWindowDays: 30, showBalance: false };
    registry.apply({
      type: "ProgramCreated",
      atMs,
      actor,
      opId: opId(toHex(hash(new TextEncoder().encode(id)))),
      program: {
        ...terms,
        programId: programId(id),
        version: 1,
        kind,
        unit: unit(counts),
        ...defaultLimits,
        effectiveFromMs: atMs,
      },
    });
  }
  return registry;
}

interface Parts {
  readonly app: FastifyInstance;
  readonly store: CardStore & Outbox;
  readonly clock: FixedClock;
  readonly callers: MemoryCallerDirectory;
  readonly ports: BindingPorts["ports"];
  readonly lines: readonly string[];
}

export interface Call {
  readonly key?: string;
  readonly idempotencyKey?: string | null;
  readonly body?: unknown;
}

let made = 0;

export class Given {
  readonly parts: Parts;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** A new API key. */
  async keyOf(role: Role, scope: Partial<Scope> = {}): Promise<string> {
    const key = `sk_${role}_${(made += 1)}`;
    const caller = { participantId: role.toLowerCase(), role, scope: { ...everything, ...scope } };
    await this.parts.callers.add(apiKeyHash(key), caller);
    return key;
  }

  async bind(call: Call): Promise<LightMyRequestResponse> {
    const { key, body, idempotencyKey = `key ${(made += 1)}` } = call;
    return await this.parts.app.inject({
      method: "POST",
      url: "/v1/bindings",
      headers: {
        "content-type": "application/json",
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(idempotencyKey === null ? {} : { "idempotency-key": idempotencyKey }),
      },
      payload: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  async wallet(holder: string, key?: string, query = ""): Promise<LightMyRequestResponse> {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    const url = `/v1/wallets/${encodeURIComponent(holder)}${query}`;
    return await this.parts.app.inject({ method: "GET", url, headers });
  }

  /** A card as it reached a consumer, saved as it stands; in a wallet when a holder is named. */
  async card(as: Partial<Card> = {}, holder?: string): Promise<{ id: string; code: string }> {
    const { clock, ports, store } = this.parts;
    const code = codeAt(hash, hash(new TextEncoder().encode("stock")), (made += 1));
    const cardId = cardIdOfCode(hash, code);
    const nowMs = clock.nowMs();
    const times = { generatedAtMs: nowMs, lastAtMs: nowMs, expiresAtMs: null };
    const amounts = { balance: amount(100), held: amount(0), faceValue: amount(100) };
    const card = storeGiven.fullCard(cardId, { programVersion: 1, ...times, ...amounts, ...as });
    const shard = shardOf(cardId, store.shards);
    if (holder === undefined) {
      await store.save(storeGiven.birth(storeGiven.recordOf(card), shard));
    } else {
      const identity = await this.identityOf(holder);
      const { walletId, salt } = identity;
      await store.addWalletCandidate({ walletId, cardId });
      const commitment = bindingCommitment(ports.hash, salt, card.programId);
      const binding = { kind: "BOUND", holder: commitment } as const;
      const record = storeGiven.recordOf({ ...card, binding });
      await store.save(storeGiven.birth({ ...record, walletId }, shard));
    }
    return { id: formatCardId(cardId), code: formatCode(code) };
  }

  async identityOf(holder: string) {
    const { identity, vault } = this.parts.ports;
    const random = (count: number) => toHex(identity.randomBytes(count));
    return await vault.identify(holder, { walletId: random(20), salt: random(32) });
  }
}
