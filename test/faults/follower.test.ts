import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { composeQuery } from "@scrip/query";
import { createLogger } from "@scrip/service-kit";
import { MemoryDisk, MemoryFollowerStore } from "@scrip/testing";
import { cardIdOfCode, formatCardId, parseCode, type WriteOffAnswer } from "@scrip/wire";
import { Registry } from "prom-client";
import { afterEach, expect, it } from "vitest";
import { must, startSystem, stocked, until, type System } from "../stage/embedded-system.ts";
import { differences, forgeSale } from "../stage/lies.ts";

const places: string[] = [];
let running: System | null = null;
afterEach(async () => {
  await running?.stop();
  running = null;
  for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true });
});

async function start(place: string): Promise<System> {
  running = await startSystem(place);
  return running;
}

function newPlace(): string {
  const place = mkdtempSync(join(tmpdir(), "scrip-follower-"));
  places.push(place);
  return place;
}

async function sell({ post, keys }: System, code: string) {
  const body = { acceptor: "store-1", amount: 10, tenders: [{ code }] };
  const url = "/v1/write-offs?waitFor=committed&timeoutMs=20000";
  return await post(url, { key: keys.acceptor, body });
}

it("a copy made from nothing knows all again: batches, proofs, and which cards wait for an operator", async () => {
  const place = newPlace();
  let system = await start(place);
  const { batchId, codes } = await stocked(system, {
    programId: "gold",
    count: 30,
    faceValue: 1_000,
  });
  const [first = "", second = "", third = ""] = codes;
  const sold = must(await sell(system, third)).json<WriteOffAnswer>();
  const ids = [first, second].map((code) => {
    const secret = parseCode(code);
    if (secret === null) throw new Error("no code");
    return cardIdOfCode(system.adapters.suite.hash, secret);
  });
  // One card was refused an event and reconciled, another one still waits.
  const diverged = async () =>
    must(await system.get("/v1/ledger/status")).json<{ divergedCards: number }>().divergedCards;
  for (const cardId of ids) await forgeSale(system, [cardId], 5);
  await until(async () => (await diverged()) === 2);
  const [one, two] = ids;
  if (one === undefined || two === undefined) throw new Error("two cards");
  const order = { key: system.keys.operator, body: { to: "LEDGER" } };
  must(await system.post(`/v1/cards/${formatCardId(one)}/reconcile`, order));
  must(await sell(system, first));
  await system.stop();
  rmSync(join(place, "follower"), { recursive: true });

  system = await start(place);
  await until(async () => (await system.get("/readyz")).statusCode === 200);
  await until(async () => (await diverged()) === 1);
  const card = await system.adapters.cards.card(one);
  expect(card?.card.standing.status).toBe("ACTIVE");
  must(await sell(system, first));
  expect((await sell(system, second)).statusCode).toBe(423);
  expect(await differences(system)).toEqual([two]);
  must(await system.get(`/v1/events/${sold.eventId}/proof`));
  expect(must(await system.get(`/v1/batches/${batchId}`, system.keys.issuer)).json()).toMatchObject(
    {
      status: "GENERATED",
    },
  );
});

it("is rebuilt beside one that serves, and takes over from it", async () => {
  const system = await start(newPlace());
  const { codes } = await stocked(system, { programId: "gold", count: 20, faceValue: 1_000 });
  for (const code of codes) must(await sell(system, code));
  const { adapters } = system;
  const ledger = slow(adapters.ledger);
  const store = new MemoryFollowerStore(new MemoryDisk());
  const other = composeQuery({
    ledger,
    store,
    online: adapters.cards,
    outbox: null,
    mending: null,
    logWithinMs: 60_000,
    suite: adapters.suite,
    chainId: adapters.log.name,
    policy: adapters.policy,
    logKey: adapters.log,
    clock: adapters.clock,
    logger: createLogger({ service: "query", level: "silent" }),
    metrics: new Registry(),
  });
  await other.start();
  try {
    // While it is being made the first one serves, and the ledger grows.
    await until(() => store.size() > 0);
    expect(await other.readiness.check()).toMatch(/catching up, \d+ entries to go/);
    const sold = must(await sell(system, codes[0] ?? "")).json<WriteOffAnswer>();
    expect(await other.readiness.check()).toMatch(/catching up/);
    ledger.hurry();
    await other.untilCaughtUp();
    await until(() => store.size() === adapters.follower.size());
    expect(await other.readiness.check()).toBeUndefined();
    expect(await other.finality.of(sold.eventId.slice("evt_".length))).toBe("COMMITTED");
    expect(other.registry.program("gold" as never)?.version).toBe(1);
    for (let index = 0; index < store.size(); index += 1)
      expect(store.entry(index)).toEqual(adapters.follower.entry(index));
    expect(store.meta()).toEqual(adapters.follower.meta());
  } finally {
    await other.stop();
  }
});

/** A ledger that gives one block every now and then, until it is to hurry. */
function slow(ledger: System["adapters"]["ledger"]) {
  let hurried = false;
  const { promise, resolve: hurry } = withResolvers();
  return {
    submit: ledger.submit.bind(ledger),
    head: ledger.head.bind(ledger),
    checkpoint: ledger.checkpoint.bind(ledger),
    onProgress: ledger.onProgress.bind(ledger),
    close: ledger.close.bind(ledger),
    blocks: async (fromIndex: number, limit: number) => {
      if (hurried) return await ledger.blocks(fromIndex, limit);
      await new Promise((resolve) => setTimeout(resolve, 20));
      // It is asked for more until it hurries: the last block is kept back.
      const blocks = await ledger.blocks(fromIndex, 2);
      if (blocks.length > 1) return blocks.slice(0, 1);
      await promise;
      return blocks;
    },
    hurry: () => {
      hurried = true;
      hurry();
    },
  };
}

function withResolvers(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => (resolve = settle));
  return { promise, resolve };
}
