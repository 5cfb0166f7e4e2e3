import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Turns, type OperationPorts } from "@scrip/application";
import { openCardStore } from "@scrip/card-store-lmdb";
import { participantId } from "@scrip/domain";
import type { CardStore, Outbox, Role, Scope } from "@scrip/ports";
import { apiKeyHash, buildApp, createLogger, Lifecycle } from "@scrip/service-kit";
import { sha256Ed25519 } from "@scrip/signing";
import { SystemIdentity } from "@scrip/system";
import {
  FixedClock,
  InstantLedger,
  MemoryCallerDirectory,
  storeGiven,
  testReceipts,
} from "@scrip/testing";
import { openHolderVault } from "@scrip/vault-lmdb";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { Registry as Metrics } from "prom-client";
import { afterEach } from "vitest";
import { registerWriteOff } from "../../src/index.ts";

const chainId = "scrip.example/write-off";
const everything: Scope = { programs: "*", participants: "*", holdersAct: true };

const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

export interface Wishes {
  /** False: participants are registered by an operator only. */
  readonly registers?: boolean;
  /** What the service sees in place of the store. */
  readonly wrap?: (store: CardStore & Outbox) => CardStore & Outbox;
  /** Processes that serve side by side over the same store: they share no turns. */
  readonly processes?: number;
}

/** The write-off service over embedded stores in a directory of its own, and a ledger that takes everything at once. */
export async function given(wishes: Wishes = {}): Promise<Given> {
  const directory = await mkdtemp(join(tmpdir(), "scrip-write-off-"));
  opened.push(() => rm(directory, { recursive: true }));
  const place = (name: string) => ({ directory: join(directory, name), chainId });
  const streamStart = storeGiven.suiteStart;
  const store = await openCardStore({ ...place("cards"), shards: 4, streamStart });
  opened.push(() => store.close());
  const vault = openHolderVault(place("holders"));
  opened.push(() => vault.close());
  const ledger = new InstantLedger(store);
  const clock = new FixedClock();
  const { registry } = ledger;
  const { hash } = sha256Ed25519;
  const identity = new SystemIdentity();
  const ports = { store: wishes.wrap?.(store) ?? store, vault, registry, clock, identity, hash };
  const receipts = testReceipts(ports.store, chainId);
  const callers = new MemoryCallerDirectory();
  const lines: string[] = [];
  const apps: FastifyInstance[] = [];
  for (let nth = 0; nth < (wishes.processes ?? 1); nth += 1) {
    const destination = { write: (line: string) => void lines.push(line) };
    const app = await buildApp({
      api: { title: "write-off", version: "1" },
      callers,
      logger: createLogger({ service: "write-off", level: "trace", destination }),
      registry: new Metrics(),
      lifecycle: new Lifecycle(),
    });
    const firstUse = { registers: wishes.registers ?? true, operator: participantId("operator") };
    registerWriteOff(app, { ports, finality: ledger, receipts, firstUse });
    opened.push(() => app.close());
    apps.push(app);
  }
  return new Given({ apps, store, ledger, clock, callers, ports: { ...ports, store }, lines });
}

interface Parts {
  readonly apps: readonly FastifyInstance[];
  readonly store: CardStore & Outbox;
  readonly ledger: InstantLedger;
  readonly clock: FixedClock;
  readonly callers: MemoryCallerDirectory;
  readonly ports: OperationPorts;
  readonly lines: readonly string[];
}

export interface Call {
  readonly key?: string;
  readonly idempotencyKey?: string | null;
  readonly body?: unknown;
  readonly contentType?: string;
}

/** An operation's answer as it is once its event is COMMITTED. */
export const committed = (answer: { readonly eventId: string }): object => ({
  ...answer,
  finality: "COMMITTED",
  receipt: null,
  proof: `/v1/events/${answer.eventId}/proof`,
});

let keys = 0;

export class Given {
  readonly parts: Parts;
  readonly turns = new Turns();
  #apiKeys = 0;
  #calls = 0;

  constructor(parts: Parts) {
    this.parts = parts;
  }

  /** A new API key. */
  async keyOf(role: Role, scope: Partial<Scope> = {}, owner = role.toLowerCase()): Promise<string> {
    const key = `sk_${role}_${(this.#apiKeys += 1)}`;
    const caller = { participantId: owner, role, scope: { ...everything, ...scope } };
    await this.parts.callers.add(apiKeyHash(key), caller);
    return key;
  }

  async post(url: string, call: Call): Promise<LightMyRequestResponse> {
    const { key, body, idempotencyKey = `key ${(keys += 1)}`, contentType } = call;
    return await this.#app().inject({
      method: "POST",
      url,
      headers: {
        "content-type": contentType ?? "application/json",
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(idempotencyKey === null ? {} : { "idempotency-key": idempotencyKey }),
      },
      payload: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body),
    });
  }

  async get(url: string, key?: string): Promise<LightMyRequestResponse> {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    return await this.#app().inject({ method: "GET", url, headers });
  }

  /** How many events were saved so far. */
  async eventCount(): Promise<number> {
    const { store } = this.parts;
    const streams = Array.from({ length: store.streams }, (_, shard) => store.nextSeq(shard));
    return (await Promise.all(streams)).reduce((sum, next) => sum + next, 0);
  }

  /** One process after the other. */
  #app(): FastifyInstance {
    const app = this.parts.apps[(this.#calls += 1) % this.parts.apps.length];
    if (app === undefined) throw new Error("no process");
    return app;
  }
}
