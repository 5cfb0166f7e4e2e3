import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openCardStore } from "@scrip/card-store-lmdb";
import { participantId } from "@scrip/domain";
import type { BatchVault, CallerDirectory, CardStore, Outbox, Role, Scope } from "@scrip/ports";
import { apiKeyHash, buildApp, createLogger, Lifecycle } from "@scrip/service-kit";
import { sha256Ed25519 } from "@scrip/signing";
import { FixedClock, MemoryCallerDirectory, storeGiven, testReceipts } from "@scrip/testing";
import { openBatchVault, openHolderVault } from "@scrip/vault-lmdb";
import { SystemIdentity } from "@scrip/system";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { Registry as Metrics } from "prom-client";
import { afterEach } from "vitest";
import { registerIssuance, type IssuanceService } from "../../src/index.ts";
import { InstantLedger } from "@scrip/testing";

const chainId = "scrip.example/issuance";
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
  readonly wrapVault?: (vault: BatchVault) => BatchVault;
  readonly wrapCallers?: (callers: CallerDirectory) => CallerDirectory;
}

/** The issuance service over embedded stores in a directory of its own, and a ledger that takes everything at once. */
export async function given(wishes: Wishes = {}): Promise<Given> {
  const directory = await mkdtemp(join(tmpdir(), "scrip-issuance-"));
  opened.push(() => rm(directory, { recursive: true }));
  const place = (name: string) => ({ directory: join(directory, name), chainId });
  const streamStart = storeGiven.suiteStart;
  const store = await openCardStore({ ...place("cards"), shards: 4, streamStart });
  opened.push(() => store.close());
  const vault = openHolderVault(place("holders"));
  opened.push(() => vault.close());
  const batchVault = await openBatchVault(place("batches"));
  opened.push(() => batchVault.close());

  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "issuance", level: "trace", destination });
  const ledger = new InstantLedger(store);
  const clock = new FixedClock();
  const callers = new MemoryCallerDirectory();
  const app = await buildApp({
    api: { title: "issuance", version: "1" },
    callers,
    logger,
    registry: new Metrics(),
    lifecycle: new Lifecycle(),
  });
  const seen = wishes.wrap?.(store) ?? store;
  const { registry } = ledger;
  const identity = new SystemIdentity();
  const service = registerIssuance(app, {
    ports: { store: seen, vault, registry, clock, identity, hash: sha256Ed25519.hash },
    batchVault: wishes.wrapVault?.(batchVault) ?? batchVault,
    callers: wishes.wrapCallers?.(callers) ?? callers,
    finality: ledger,
    receipts: testReceipts(seen, chainId),
    firstUse: { registers: wishes.registers ?? true, operator: participantId("operator") },
    logger,
  });
  opened.push(() => app.close());
  opened.push(() => service.stop());
  return new Given({ app, service, store, batchVault, ledger, clock, callers, lines, directory });
}

interface Parts {
  readonly app: FastifyInstance;
  readonly service: IssuanceService;
  readonly store: CardStore & Outbox;
  readonly batchVault: BatchVault;
  readonly ledger: InstantLedger;
  readonly clock: FixedClock;
  readonly callers: MemoryCallerDirectory;
  /** What was logged. */
  readonly lines: readonly string[];
  readonly directory: string;
}

export interface Call {
  readonly key?: string;
  readonly idempotencyKey?: string | null;
  readonly body?: unknown;
  readonly contentType?: string;
}

let keys = 0;

export class Given {
  readonly parts: Parts;
  #apiKeys = 0;

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
    return await this.parts.app.inject({
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

  async get(
    url: string,
    key?: string,
    method: "GET" | "HEAD" = "GET",
  ): Promise<LightMyRequestResponse> {
    const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
    return await this.parts.app.inject({ method, url, headers });
  }

  /** How many events were saved so far. */
  async eventCount(): Promise<number> {
    const { store } = this.parts;
    const streams = Array.from({ length: store.streams }, (_, shard) => store.nextSeq(shard));
    return (await Promise.all(streams)).reduce((sum, next) => sum + next, 0);
  }

  /** Every byte that is stored, file by file. */
  async files(): Promise<Buffer[]> {
    const names = await readdir(this.parts.directory, { recursive: true, withFileTypes: true });
    const paths = names.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
    return await Promise.all(paths.map((path) => readFile(path)));
  }
}

/** The same port with some of its methods replaced. */
export const replacing = <Port extends object>(port: Port, methods: Partial<Port>): Port =>
  new Proxy(port, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
