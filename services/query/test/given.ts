import type { CardRecord } from "@scrip/ports";
import { buildApp, createLogger, Lifecycle } from "@scrip/service-kit";
import { sha256Ed25519 } from "@scrip/signing";
import { MemoryDisk, MemoryFollowerStore } from "@scrip/testing";
import { Registry } from "prom-client";
import { afterEach, expect, vi } from "vitest";
import { composeQuery, type QueryPorts, type QueryService } from "../src/index.ts";
import { TestCallers } from "./callers.ts";
import { RehearsalLedger } from "./rehearsal-ledger.ts";

const running: QueryService[] = [];
afterEach(async () => {
  for (const query of running.splice(0)) await query.stop();
});

export interface Given {
  readonly ledger?: RehearsalLedger;
  readonly disk?: MemoryDisk;
  readonly ports?: Partial<QueryPorts>;
  /** Not to wait until everything that the ledger has is verified. */
  readonly behind?: true;
}

/** A query service on a ledger in memory, its routes, and the online cards it asks. */
export async function given({
  ledger = new RehearsalLedger(),
  disk = new MemoryDisk(),
  ports = {},
  behind,
}: Given = {}) {
  if (ledger.state.height < 0) await ledger.begin();
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "query", level: "debug", destination });
  const metrics = new Registry();
  const online = { records: new Map<string, CardRecord>(), fault: null as Error | null };
  const store = new MemoryFollowerStore(disk);
  const query = composeQuery({
    ledger,
    store,
    online: {
      card: (cardId) =>
        online.fault === null
          ? Promise.resolve(online.records.get(cardId))
          : Promise.reject(online.fault),
    },
    outbox: null,
    mending: null,
    logWithinMs: 60_000,
    suite: sha256Ed25519,
    chainId: ledger.chain.genesis.chainId,
    policy: ledger.policy,
    logKey: ledger.logKey,
    clock: { nowMs: () => ledger.chain.acts.history.nowMs },
    logger,
    metrics,
    ...ports,
  });
  const callers = new TestCallers();
  const app = await buildApp({
    api: { title: "query", version: "1" },
    callers,
    logger,
    registry: metrics,
    lifecycle: new Lifecycle(),
    readiness: [query.readiness],
  });
  query.registerRoutes(app);
  await query.start();
  running.push(query);

  /** Waits until everything the ledger has is verified. */
  const settled = () =>
    vi.waitFor(() => expect(store.size()).toBe(ledger.state.size), {
      interval: 5,
      timeout: 20_000,
    });
  /** Seals what was acted, and waits until it is verified. */
  const sealed = async () => {
    await ledger.seal();
    await settled();
  };
  if (behind === undefined) await settled();
  return { ledger, disk, store, query, app, callers, online, metrics, lines, settled, sealed };
}
