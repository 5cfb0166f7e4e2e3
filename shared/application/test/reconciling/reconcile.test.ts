import { participantId } from "@scrip/domain";
import { storeGiven } from "@scrip/testing";
import { toHex } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { type LedgerCards, reconcileCard } from "../../src/index.ts";
import { World } from "../support/world.ts";

const { birth, cardIdIn, changeOf, eventOf, fullCard, opIdOf, recordOf, suiteStart } = storeGiven;
const cardId = cardIdIn(1, "a");
const standing = { status: "SUSPENDED", reason: "LEDGER_REJECTED" } as const;

/** A store that has the card, apart or not, and a copy of the ledger that has nothing of it. */
async function given(apart: boolean) {
  const { ports: world, store } = new World();
  const card = fullCard(cardId, { version: 1, ...(apart ? { standing } : {}) });
  await store.save(birth(recordOf(card), 1));
  const heads = { ...suiteStart(1) };
  const ledger: LedgerCards = {
    card: () => undefined,
    operation: () => undefined,
    head: (shard) => ({ ...suiteStart(shard), shard, nextSeq: heads.seq }),
    rejected: () => [],
    reconciliation: () => undefined,
  };
  const signer = { name: "operator", publicKey: new Uint8Array(32), sign: () => new Uint8Array() };
  const ports = { ...world, outbox: store, ledger, signer: signer as never, chainId: "test" };
  const order = { opId: opIdOf("set it"), actor: participantId("op"), cardId, reason: null };
  const reconcile = () => reconcileCard(ports, { ...order, to: "STORE" });
  /** The ledger has everything of the shard, though the copy has not. */
  const committed = async () => {
    await store.save(changeOf(1, { events: [eventOf("one more")] }));
    const { epoch, seq } = suiteStart(1);
    await store.trim(1, { epoch, seq: seq + 2, chain: toHex(new Uint8Array(32)) });
  };
  const caughtUp = () => void (heads.seq = suiteStart(1).seq + 2);
  return { reconcile, committed, caughtUp };
}

const notYet = { kind: "NOT_COMMITTED_YET" };

describe("a card that the copy of the ledger does not have", () => {
  it("is not there yet while the copy is behind, and nothing of that is kept under the key", async () => {
    const { reconcile, committed, caughtUp } = await given(true);
    await committed();
    for (const _ of [0, 1]) expect(await reconcile()).toEqual(notYet);
    caughtUp();
    const declined = { outcome: { kind: "DECLINED" }, replayed: false };
    expect(await reconcile()).toMatchObject(declined);
  });

  it("waits to be set apart where the ledger refused its birth", async () => {
    const { reconcile, committed, caughtUp } = await given(false);
    await committed();
    caughtUp();
    expect(await reconcile()).toEqual(notYet);
  });
});
