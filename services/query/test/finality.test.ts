import { leafHash, sha256 } from "@scrip/merkle-log";
import { toHex } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { CommittedFinality } from "../src/follow/committed-finality.ts";
import { given } from "./given.ts";

/** An id that nothing in a log has. */
const unknown = "ab".repeat(32);

describe("finality", () => {
  it("is ACCEPTED until the event is verified and COMMITTED then; who waits is released at once", async () => {
    const { ledger, query, sealed } = await given();
    const { acts } = ledger.chain;
    acts.open(1);
    const [card] = acts.stock(1);
    await sealed();
    if (card === undefined) throw new Error("a card");
    const spent = acts.spendCard(card, 1);
    if (spent === null) throw new Error("a sale");
    const bytes = acts.history.queue({
      ...spent,
      opId: acts.history.fresh("operation") as typeof spent.opId,
    });
    const eventId = toHex(leafHash(sha256, bytes));
    expect(await query.finality.of(eventId)).toBe("ACCEPTED");
    const waiting = Promise.all([
      query.finality.waitFor(eventId, 60_000),
      query.finality.waitFor(eventId, 60_000),
    ]);
    await sealed();
    // The second sale does not follow from the card it names, so the ledger says no to it.
    expect(await waiting).toEqual(["REJECTED", "REJECTED"]);
    expect(await query.finality.waitFor(eventId, 60_000)).toBe("REJECTED");
    expect(await query.finality.of(unknown)).toBe("ACCEPTED");
  });

  it("is COMMITTED when waited for", async () => {
    const { ledger, query, store, sealed } = await given();
    const { acts } = ledger.chain;
    acts.open(1);
    const opId = acts.history.fresh("operation") as never;
    const atMs = acts.history.nowMs;
    const participant = { participantId: "south" as never, registeredAtMs: atMs };
    const event = {
      type: "ParticipantRegistered",
      participant,
      opId,
      atMs,
      actor: "operator" as never,
    } as const;
    const eventId = toHex(leafHash(sha256, acts.history.queue(event)));
    const waiting = query.finality.waitFor(eventId, 60_000);
    await sealed();
    expect(await waiting).toBe("COMMITTED");
    expect(query.registry.participant(participant.participantId)).toEqual(participant);
    expect(store.indexOfEvent(eventId)).toBeGreaterThan(0);
  });
});

describe("waiting for finality", () => {
  const nothing = { indexOfEvent: () => undefined, entry: () => undefined };

  it("ends with what is true when the time is over", async () => {
    const finality = new CommittedFinality(nothing);
    expect(await finality.waitFor(unknown, 5)).toBe("ACCEPTED");
    expect(finality.waiting).toBe(0);
    expect(await finality.waitFor(unknown, 0)).toBe("ACCEPTED");
  });
});
