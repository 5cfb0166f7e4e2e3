import { type CardId, type CardWrittenOff, type DomainEvent, shardOf } from "@scrip/domain";
import { leafHash } from "@scrip/merkle-log";
import { sha256Ed25519 } from "@scrip/signing";
import { testChain } from "@scrip/testing";
import { decodeEntry, encodeEntry, type RejectionReason, toHex } from "@scrip/wire";
import { beforeEach, describe, expect, it } from "vitest";
import { LocalLedger } from "./local-ledger.ts";

describe("a rejection", () => {
  let ledger: LocalLedger;
  let cardId: CardId;
  let sale: CardWrittenOff;

  beforeEach(async () => {
    ledger = await LocalLedger.start(testChain());
    const { acts } = ledger.chain;
    acts.open(100);
    const [card] = acts.stock(20);
    cardId = card as CardId;
    await ledger.drain();
    // What an honest till would write next; never queued, so that tests can bend it.
    const { version, balance } = ledger.state.leaves().need("card", cardId).card;
    const effect = { cardId, version: version + 1, amount: balance, balance: 0n, held: 0n };
    sale = {
      type: "CardWrittenOff",
      atMs: acts.history.nowMs,
      actor: "operator",
      opId: acts.history.fresh("operation"),
      programId: "gold",
      programVersion: 1,
      cards: [effect],
      acceptor: "store-1",
      businessAtMs: acts.history.nowMs,
    } as unknown as CardWrittenOff;
  });

  const bytesOf = (event: DomainEvent): Uint8Array =>
    encodeEntry({ kind: "event", event, nonce: "07".repeat(16), partySignatures: [] });

  /** Offers bytes as the next event of a shard; gives the entry in their place. */
  async function offer(bytes: Uint8Array, shard = shardOf(cardId, 4)) {
    const { nextSeq: fromSeq, chain: chainBefore } = ledger.state
      .leaves()
      .need("shard-head", shard);
    const place = { shard, fromSeq, chainBefore };
    const [result] = await ledger.block([ledger.chain.acts.history.signAt(place, [bytes])]);
    expect(result).toMatchObject({ kind: "TAKEN", head: { nextSeq: fromSeq + 1 } });
    const entry = ledger.store.entry(ledger.store.size() - 2) ?? new Uint8Array(0);
    return decodeEntry(entry);
  }
  const card = () => ledger.state.leaves().need("card", cardId);
  const rejectedFor = (reason: RejectionReason, event: Uint8Array) => ({
    kind: "rejection",
    reason,
    event,
  });

  it("does not happen to an honest sale", async () => {
    expect(await offer(bytesOf(sale))).toMatchObject({ kind: "event" });
    expect(card()).toMatchObject({ diverged: false, card: { balance: 0n } });
  });

  const bent: [string, RejectionReason, (good: CardWrittenOff) => object][] = [
    [
      "an amount after that is wrong",
      "AFTER_AMOUNTS_WRONG",
      ({ cards }) => ({
        cards: cards.map((effect) => ({ ...effect, balance: 1n })),
      }),
    ],
    [
      "more than there is",
      "BALANCE_INSUFFICIENT",
      ({ cards }) => ({
        cards: cards.map((effect) => ({ ...effect, amount: effect.amount + 1n })),
      }),
    ],
    [
      "a version left out",
      "VERSION_GAP",
      ({ cards }) => ({
        cards: cards.map((effect) => ({ ...effect, version: effect.version + 1 })),
      }),
    ],
    ["a time before the card's last", "TIME_WENT_BACK", () => ({ atMs: card().card.lastAtMs - 1 })],
    ["a time ahead of the block's", "TIME_AHEAD_OF_BLOCK", ({ atMs }) => ({ atMs: atMs + 60_000 })],
    ["a shop nobody registered", "PARTICIPANT_NOT_FOUND", () => ({ acceptor: "store-2" })],
    ["terms that do not exist", "PROGRAM_NOT_FOUND", () => ({ programVersion: 2 })],
  ];
  it.each(bent)("takes the place of %s, and the card diverges", async (_, reason, bend) => {
    const before = card();
    const bytes = bytesOf({ ...sale, ...bend(sale) } as DomainEvent);
    expect(await offer(bytes)).toEqual(rejectedFor(reason, bytes));
    expect(card()).toEqual({ ...before, diverged: true });
  });

  it("is for bytes that are no event, and touches no card", async () => {
    const before = card();
    const seal = encodeEntry({ ...decodeSeal() });
    for (const bytes of [new Uint8Array(0), Uint8Array.of(0xff, 0, 1), seal]) {
      expect(await offer(bytes)).toEqual(rejectedFor("ENTRY_MALFORMED", bytes));
    }
    expect(card()).toEqual(before);
  });

  it("is for bytes that say the same in another way", async () => {
    const canonical = bytesOf(sale);
    // The kind, 2, in two bytes instead of one: the same value, not its canonical form.
    const loose = Uint8Array.from([...canonical.slice(0, 2), 0x18, 0x02, ...canonical.slice(3)]);
    expect(canonical[2]).toBe(2);
    expect(await offer(loose)).toMatchObject({ kind: "rejection", reason: "ENTRY_MALFORMED" });
  });

  it("is for a program version that no leaf can have", async () => {
    const good = toHex(bytesOf({ ...sale, programVersion: 2 ** 32 - 1 } as unknown as DomainEvent));
    const beyond = good.replace("0a1affffffff", "0a1b0000000100000000");
    expect(beyond).not.toBe(good);
    const bytes = Uint8Array.from(Buffer.from(beyond, "hex"));
    expect(await offer(bytes)).toEqual(rejectedFor("ENTRY_MALFORMED", bytes));
  });

  it("is for an event in the stream of another shard", async () => {
    const other = (shardOf(cardId, 4) + 1) % 4;
    expect(await offer(bytesOf(sale), other)).toMatchObject({ reason: "WRONG_SHARD" });
    expect(card().diverged).toBe(true);
    const control = { ...sale, type: "ParticipantRegistered" } as unknown as DomainEvent;
    const participant = { participantId: "store-9", registeredAtMs: sale.atMs };
    const registered = bytesOf({ ...control, participant } as unknown as DomainEvent);
    expect(await offer(registered, 0)).toMatchObject({ reason: "WRONG_SHARD" });
    expect(ledger.state.leaves().get("participant", "store-9")).toBeUndefined();
    expect(await offer(registered, 4)).toMatchObject({ kind: "event" });
  });

  it("leaves no leaf of a card that does not exist", async () => {
    const unknown = `${cardId.slice(0, 2)}${"f".repeat(38)}` as CardId;
    const [effect] = sale.cards;
    const lie = { ...sale, cards: [{ ...effect, cardId: unknown }] } as DomainEvent;
    expect(await offer(bytesOf(lie))).toMatchObject({ reason: "CARD_NOT_FOUND" });
    expect(ledger.state.leaves().get("card", unknown)).toBeUndefined();
  });

  it("is for everything that follows on a diverged card, and for its operations", async () => {
    await offer(bytesOf({ ...sale, acceptor: "store-2" } as unknown as DomainEvent));
    expect(await offer(bytesOf(sale))).toMatchObject({ reason: "CARD_DIVERGED" });
    expect(card()).toMatchObject({ diverged: true, card: { balance: 10_000n } });
  });

  it("leaves an operation alone whose cards it does not name", async () => {
    const { acts } = ledger.chain;
    acts.grant("anna", 30);
    acts.grant("anna", 30);
    const spent = acts.spendWallet("anna", 50);
    if (spent?.type !== "CardWrittenOff") throw new Error("not spent");
    await ledger.drain();
    const { atMs, actor, programId, programVersion } = spent;
    const terms = { atMs, actor, programId, programVersion, opId: null };
    const early: DomainEvent = { type: "OperationsClosed", ...terms, operations: [spent.opId] };
    const shard = shardOf(spent.cards[0]?.cardId ?? "", 4);
    expect(await offer(bytesOf(early), shard)).toMatchObject({ reason: "NOT_DUE" });
    // No card of it could be reconciled, and its refunds would be refused for ever.
    expect(ledger.state.leaves().need("operation", spent.opId).diverged).toBe(false);
  });

  it("hits the operation that a bad refund names", async () => {
    const { acts } = ledger.chain;
    acts.grant("anna", 30);
    acts.grant("anna", 30);
    const spent = acts.spendWallet("anna", 50);
    if (spent?.type !== "CardWrittenOff") throw new Error("not spent");
    await ledger.drain();
    const lots = spent.cards.map((effect) => ({ ...effect, version: effect.version + 1 }));
    const refund = {
      ...sale,
      type: "CardRefunded",
      programId: "points",
      writeOffId: spent.opId,
      opId: acts.history.fresh("operation"),
      atMs: acts.history.nowMs,
      cards: lots,
      passed: [],
    } as unknown as DomainEvent;
    const lotShard = shardOf(spent.cards[0]?.cardId ?? "", 4);
    expect(await offer(bytesOf(refund), lotShard)).toMatchObject({ kind: "rejection" });
    const leaves = ledger.state.leaves();
    expect(leaves.need("operation", spent.opId).diverged).toBe(true);
    expect(leaves.need("card", lots[0]?.cardId as CardId).diverged).toBe(true);
  });

  it("consumes its number, and counts as an entry of its program", async () => {
    const before = ledger.state.leaves().need("program", "gold");
    const totals = ledger.state.leaves().need("totals", null);
    const bytes = bytesOf({ ...sale, acceptor: "store-2" } as unknown as DomainEvent);
    await offer(bytes);
    const after = ledger.state.leaves().need("program", "gold");
    expect(after.entries).toBe(before.entries + 1);
    expect(after.totals).toEqual(before.totals);
    expect(ledger.state.leaves().need("totals", null)).toEqual(totals);
    const eventId = toHex(leafHash(sha256Ed25519.hash, bytes));
    expect(after.chain).not.toBe(before.chain);
    expect(eventId).toHaveLength(64);
  });

  function decodeSeal() {
    const seal = decodeEntry(ledger.store.entry(ledger.store.size() - 1) ?? new Uint8Array(0));
    if (seal.kind !== "seal") throw new Error("no seal");
    return seal;
  }
});
