import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { CardId } from "@scrip/domain";
import { cardIdOfCode, formatCardId, parseCode, type WriteOffAnswer } from "@scrip/wire";
import { afterEach, describe, expect, it } from "vitest";
import { differences, forgeSale } from "../stage/lies.ts";
import { must, scrip, startSystem, stocked, until, type System } from "../stage/embedded-system.ts";

const places: string[] = [];
let running: System | null = null;
afterEach(async () => {
  await stop();
  for (const place of places.splice(0)) rmSync(place, { recursive: true, force: true });
});

function newPlace(): string {
  const place = mkdtempSync(join(tmpdir(), "scrip-rebuild-"));
  places.push(place);
  return place;
}

async function start(place: string): Promise<System> {
  running = await startSystem(place);
  return running;
}

async function stop(): Promise<void> {
  await running?.stop();
  running = null;
}

const rebuild = (place: string) => scrip("rebuild-store", "--data", place);

const main = join(import.meta.dirname, "..", "..", "services", "cli", "src", "main.ts");

/** Begins a rebuild in a process of its own and kills it some time after a moment. @returns whether it was still at it */
async function killedWhen(place: string, isNow: () => boolean, laterMs: number): Promise<boolean> {
  const node = ["--conditions=source", "--import", "tsx", main, "rebuild-store", "--data", place];
  const child = spawn(process.execPath, node, { stdio: "ignore" });
  const closed = once(child, "close");
  while (child.exitCode === null && !isNow()) await wait(1);
  await wait(laterMs);
  child.kill("SIGKILL");
  await closed;
  return child.signalCode === "SIGKILL";
}

const saleOf = (code: string, amount: number) => ({
  acceptor: "store-1",
  amount,
  tenders: [{ code }],
});

const sell = ({ post, keys }: System, sale: object, name?: string) =>
  post("/v1/write-offs?waitFor=committed&timeoutMs=20000", {
    key: keys.acceptor,
    body: sale,
    ...(name === undefined ? {} : { name }),
  });

/** A year in small: cards sold from, given back to and bound, lots granted and spent. @returns codes of the cards */
async function lived(system: System): Promise<readonly string[]> {
  const { post, keys } = system;
  const { codes } = await stocked(system, { programId: "gold", count: 40, faceValue: 1_000 });
  const program = { programId: "points", kind: "POINTS", unit: "PTS", issuer: "acme" };
  const terms = { refundWindowDays: 90, showBalance: false };
  must(await post("/v1/programs", { key: keys.issuer, body: { ...program, ...terms } }));
  for (const [at, code] of codes.entries()) {
    const sold = must(await sell(system, saleOf(code, 10 + at))).json<WriteOffAnswer>();
    if (at % 3 === 0) {
      const url = `/v1/write-offs/${sold.operation.id}/refund`;
      must(await post(url, { key: keys.acceptor, body: { amount: 5 } }));
    }
    if (at % 4 === 0) {
      const body = { code, holder: `holder ${at % 8}` };
      must(await post("/v1/bindings", { key: keys.issuer, body }));
    }
    const grant = { programId: "points", holder: `holder ${at % 8}`, amount: 20 + at };
    must(await post("/v1/points-grants", { key: keys.issuer, body: grant }));
  }
  for (let at = 0; at < 8; at += 1) {
    const tenders = [{ wallet: `holder ${at}`, programId: "points" }];
    const body = { acceptor: "store-1", amount: 60, unit: "PTS", tenders };
    const sold = must(await sell(system, body)).json<WriteOffAnswer>();
    if (at % 2 === 1) continue;
    const url = `/v1/write-offs/${sold.operation.id}/refund`;
    must(await post(url, { key: keys.acceptor, body: { amount: 7 } }));
  }
  return codes;
}

describe("scrip rebuild-store", () => {
  it("makes a store that is equal, record by record, and goes on in the next epoch", async () => {
    const place = newPlace();
    let system = await start(place);
    const codes = await lived(system);
    const [, code = "", , other = ""] = codes;
    const sale = saleOf(code, 33);
    const sold = must(await sell(system, sale, "once")).json<WriteOffAnswer>();
    const busy = await rebuild(place);
    expect([busy.code, busy.err]).toEqual([
      1,
      expect.stringMatching(/has it open.*stop the system/),
    ]);
    await stop();

    const { out, err, code: exit } = await rebuild(place);
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toContain("proven equal");
    expect(out).toContain("epoch       2 is open");
    expect(readdirSync(place).filter((name) => name.startsWith("cards")).length).toBe(2);

    system = await start(place);
    expect(await differences(system)).toEqual([]);
    const trims = await Promise.all(
      Array.from({ length: 17 }, (_, shard) => system.adapters.cards.trimPoint(shard)),
    );
    expect(new Set(trims.map(({ epoch }) => epoch))).toEqual(new Set([2]));
    // The key is known, and what it did; what the caller said beside it is not.
    const again = await sell(system, sale, "once");
    expect(again.headers["idempotency-replayed"]).toBe("true");
    expect(again.json<WriteOffAnswer>().eventId).toBe(sold.eventId);
    expect(again.json<WriteOffAnswer>().operation).toEqual({ ...sold.operation, reference: null });
    const url = `/v1/write-offs/${sold.operation.id}/refund`;
    must(await system.post(url, { key: system.keys.acceptor, body: { amount: 3 } }));
    const next = must(await sell(system, saleOf(other, 1))).json<WriteOffAnswer>();
    expect(next.finality).toBe("COMMITTED");
    const holder = must(await system.get("/v1/wallets/holder%200", system.keys.issuer));
    expect(holder.json()).toMatchObject({ balances: expect.arrayContaining([expect.anything()]) });
    await until(async () => (await differences(system)).length === 0);
    await stop();
    const sound = await scrip("status", "--deep", "--data", place);
    expect([sound.out.split("\n").at(-1), sound.code]).toEqual(["sound", 0]);
  });

  it("heals a store that was put back from an older copy: refused at start, then in order", async () => {
    const place = newPlace();
    let system = await start(place);
    const { codes } = await stocked(system, { programId: "gold", count: 3, faceValue: 1_000 });
    const [code = "", other = ""] = codes;
    must(await sell(system, saleOf(code, 100)));
    await stop();
    const copy = join(newPlace(), "cards");
    cpSync(join(place, "cards"), copy, { recursive: true });
    system = await start(place);
    const newer = must(
      await sell(system, saleOf(code, 50), "after the copy"),
    ).json<WriteOffAnswer>();
    await stop();
    rmSync(join(place, "cards"), { recursive: true });
    cpSync(copy, join(place, "cards"), { recursive: true });

    await expect(startSystem(place)).rejects.toThrow(
      /not one history: .*the store is an old copy.*scrip rebuild-store/,
    );
    const { out, err, code: exit } = await rebuild(place);
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toMatch(/cards: 2 the same, 1 differ, 0 only on the ledger/);
    system = await start(place);
    const again = await sell(system, saleOf(code, 50), "after the copy");
    expect(again.json<WriteOffAnswer>().eventId).toBe(newer.eventId);
    const sold = must(await sell(system, saleOf(code, 1))).json<WriteOffAnswer>();
    expect(sold.balances).toMatchObject([{ balance: 849 }]);
    must(await sell(system, saleOf(other, 1)));
    await stop();

    // The copy once more, under a newer epoch: it can never write again.
    rmSync(join(place, "cards"), { recursive: true });
    cpSync(copy, join(place, "cards"), { recursive: true });
    await expect(startSystem(place)).rejects.toThrow(/scrip rebuild-store/);
    expect((await rebuild(place)).out).toContain("epoch       3 is open");
    system = await start(place);
    must(await sell(system, saleOf(code, 1)));
  });

  it("brings what only the old store has onto the ledger first", async () => {
    const place = newPlace();
    let system = await start(place);
    const { codes } = await stocked(system, { programId: "gold", count: 2, faceValue: 1_000 });
    const [code = ""] = codes;
    must(await sell(system, saleOf(code, 100)));
    const ledgerBefore = newPlace();
    await stop();
    // What the ledger gets from here on is taken back from it, and its validators forget it too.
    for (const part of ["ledger", "follower"])
      cpSync(join(place, part), join(ledgerBefore, part), { recursive: true });
    const cards = join(newPlace(), "cards");
    system = await start(place);
    const { hash } = system.adapters.suite;
    const secret = parseCode(code);
    if (secret === null) throw new Error("no code");
    const lie = await forgeSale(system, [cardIdOfCode(hash, secret)], 5);
    // Copied at once: the event waits in the outbox of the copy, unless the ledger was quicker.
    cpSync(join(place, "cards"), cards, { recursive: true });
    await until(async () => system.lines.some((line) => line.includes(lie)));
    await stop();
    for (const part of ["ledger", "follower", "cards"])
      rmSync(join(place, part), { recursive: true });
    for (const part of ["ledger", "follower"])
      cpSync(join(ledgerBefore, part), join(place, part), { recursive: true });
    cpSync(cards, join(place, "cards"), { recursive: true });

    const { out, err, code: exit } = await rebuild(place);
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toContain("delivered   1 events");
    expect(out).toContain("suspended   1 cards wait to be reconciled");
    system = await start(place);
    const id = formatCardId(cardIdOfCode(hash, secret) satisfies CardId);
    const url = `/v1/cards/${id}/reconcile`;
    const order = { key: system.keys.operator, name: "settle it", body: { to: "LEDGER" } };
    await until(async () => (await system.post(url, order)).statusCode === 200);
    const sold = must(await sell(system, saleOf(code, 1))).json<WriteOffAnswer>();
    expect(sold.balances).toMatchObject([{ balance: 899 }]);
  });

  it("does without the old store, and keeps its files", async () => {
    const place = newPlace();
    let system = await start(place);
    const codes = await lived(system);
    await stop();
    const file = join(place, "cards", "data.mdb");
    const bytes = readFileSync(file);
    rmSync(file);
    writeFileSync(file, bytes.subarray(0, 100).fill(7));
    const { out, err, code: exit } = await rebuild(place);
    expect([exit, err]).toEqual([0, ""]);
    expect(out).toMatch(/old store {3}cannot be read: .*no LMDB database/);
    const kept = readdirSync(place).find((name) => name.startsWith("cards-old-"));
    expect(existsSync(join(place, kept ?? "", "data.mdb"))).toBe(true);
    system = await start(place);
    expect(await differences(system)).toEqual([]);
    must(await sell(system, saleOf(codes[1] ?? "", 1)));
  });

  it("killed at any moment it is run again, and the store is there or refused", async () => {
    const place = newPlace();
    let system = await start(place);
    const codes = await lived(system);
    await stocked(system, { programId: "many", count: 6_000, faceValue: 100 });
    await stop();
    const names = () => readdirSync(place);
    const moments: readonly (readonly [string, () => boolean, number])[] = [
      ["as soon as the new store is begun", () => names().includes("cards-rebuilt"), 0],
      ["while it is filled", () => names().includes("cards-rebuilt"), 150],
      ["a little later", () => names().includes("cards-rebuilt"), 400],
      ["when the epochs are opened", () => names().includes("cards-rebuilt"), 900],
      [
        "when the old one is put aside",
        () => names().some((name) => name.startsWith("cards-old-")),
        0,
      ],
    ];
    let killed = 0;
    for (const [, isNow, laterMs] of moments) {
      if (await killedWhen(place, isNow, laterMs)) killed += 1;
      for (const name of names().filter((one) => one.startsWith("cards-old-")))
        if (names().includes("cards")) rmSync(join(place, name), { recursive: true });
    }
    expect(killed).toBeGreaterThan(1);
    // What stands there now is either a store that goes on or one that is refused by name.
    const begun = await startSystem(place).then(
      (one) => one,
      (error: unknown) => error,
    );
    if (begun instanceof Error) expect(begun.message).toContain("scrip rebuild-store");
    else await (begun as System).stop();

    const { err, code: exit } = await rebuild(place);
    expect([exit, err]).toEqual([0, ""]);
    system = await start(place);
    expect(names()).not.toContain("cards-rebuilt");
    expect(await differences(system)).toEqual([]);
    expect((await system.adapters.cards.totals()).cards).toBe(6_080);
    must(await sell(system, saleOf(codes[1] ?? "", 1)));
  }, 120_000);

  it("refuses where there is no ledger to go by", async () => {
    const place = newPlace();
    await start(place);
    await stop();
    rmSync(join(place, "ledger", "store"), { recursive: true });
    const { code: exit, err } = await rebuild(place);
    expect([exit, err]).toEqual([1, expect.stringMatching(/holds no log/)]);
    expect(existsSync(join(place, "cards"))).toBe(true);
  });
});
