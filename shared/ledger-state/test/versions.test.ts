import {
  amount,
  type CardId,
  type DomainEvent,
  type Program,
  type ProgramId,
  shardOf,
} from "@scrip/domain";
import { testChain } from "@scrip/testing";
import { decodeEntry, encodeEntry } from "@scrip/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { LocalLedger } from "./local-ledger.ts";

const control = 4;
const leadMs = 10_000;

describe("a program's next version", () => {
  let ledger: LocalLedger;
  let cardId: CardId;
  /** When it came onto the ledger. */
  let changedAtMs: number;

  const common = () => ({
    actor: "operator",
    opId: ledger.chain.acts.history.fresh("operation"),
  });
  const versionOf = (version: number): Program =>
    ledger.state.leaves().need("program-version", { programId: "gold" as ProgramId, version });

  /** Offers an event as the next of a shard, in a block of that time; gives why it was rejected, or null. */
  async function offer(event: object, shard: number, timeMs: number): Promise<string | null> {
    const nonce = "07".repeat(16);
    const entry = {
      kind: "event",
      event: event as DomainEvent,
      nonce,
      partySignatures: [],
    } as const;
    const head = ledger.state.leaves().need("shard-head", shard);
    const place = { shard, fromSeq: head.nextSeq, chainBefore: head.chain };
    const batch = ledger.chain.acts.history.signAt(place, [encodeEntry(entry)]);
    const [result] = await ledger.block([batch], timeMs);
    expect(result).toMatchObject({ kind: "TAKEN" });
    const made = decodeEntry(ledger.store.entry(ledger.store.size() - 2) ?? new Uint8Array(0));
    return made.kind === "rejection" ? made.reason : null;
  }

  const change = (before: Program, atMs: number) => ({
    type: "ProgramChanged",
    ...common(),
    atMs,
    program: { ...before, version: before.version + 1, spendMax: amount(1), effectiveFromMs: atMs },
  });

  /** A sale of two units decided under a version, at a time; its block comes a while later. */
  function sell(programVersion: number, atMs: number): Promise<string | null> {
    const { card } = ledger.state.leaves().need("card", cardId);
    const { version, balance } = card;
    const left = { amount: amount(2), balance: amount(balance - 2n), held: amount(0) };
    const sale = { acceptor: "store-1", businessAtMs: atMs, programId: "gold", programVersion };
    const cards = [{ cardId, version: version + 1, ...left }];
    const event = { type: "CardWrittenOff", ...common(), atMs, ...sale, cards };
    return offer(event, shardOf(cardId, control), Math.max(ledger.nowMs, atMs) + 2 * leadMs);
  }

  beforeEach(async () => {
    ledger = await LocalLedger.start(testChain());
    const { acts } = ledger.chain;
    acts.open(100);
    [cardId] = acts.stock(20) as [CardId];
    await ledger.drain();
    changedAtMs = ledger.nowMs;
    const refused = await offer(change(versionOf(1), changedAtMs), control, changedAtMs);
    if (refused !== null) throw new Error(refused);
  });

  it("rules a while after its block, however early it wanted to", () => {
    expect(versionOf(2).effectiveFromMs).toBe(changedAtMs + leadMs);
  });

  it("leaves what was decided before it rules to the one before, however late that comes", async () => {
    expect(await sell(1, changedAtMs + leadMs - 1)).toBe(null);
  });

  it("ends the one before it", async () => {
    expect(await sell(1, changedAtMs + leadMs)).toBe("PROGRAM_VERSION_WRONG");
  });

  it("is what everything is decided under from then on", async () => {
    expect(await sell(2, changedAtMs + leadMs)).toBe("LIMIT_EXCEEDED");
  });

  it("rules over nothing before its time", async () => {
    expect(await sell(2, changedAtMs + leadMs - 1)).toBe("PROGRAM_VERSION_WRONG");
  });

  it("is followed from, and nothing else is", async () => {
    const again = change(versionOf(1), changedAtMs);
    expect(await offer(again, control, ledger.nowMs)).toBe("PROGRAM_VERSION_WRONG");
    const next = change(versionOf(2), changedAtMs + leadMs);
    expect(await offer(next, control, ledger.nowMs + leadMs)).toBe(null);
    expect(versionOf(3).effectiveFromMs).toBe(ledger.state.timeMs + leadMs);
  });
});
