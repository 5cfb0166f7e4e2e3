import { amount, programId, unit } from "@scrip/domain";
import type { WalletAnswer } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { given } from "./support/given.ts";

const dayMs = 86_400_000;
const lot = { programId: programId("points"), unit: unit("PTS"), batchId: null };

describe("GET /v1/wallets/{holder}", () => {
  it("tells what a holder has, by unit, and the cards page by page", async () => {
    const scrip = await given();
    const nowMs = scrip.parts.clock.nowMs();
    const key = await scrip.keyOf("ACCEPTOR");
    const ids: string[] = [];
    for (const value of [10, 20, 30])
      ids.push((await scrip.card({ ...lot, balance: amount(value) }, "anna")).id);
    ids.push((await scrip.card({}, "anna")).id);
    ids.push(
      (await scrip.card({ ...lot, balance: amount(7), expiresAtMs: nowMs + dayMs }, "anna")).id,
    );
    await scrip.card({}, "ben");
    const whole = (await scrip.wallet("anna", key)).json<WalletAnswer>();
    expect(whole).toMatchObject({
      holder: "anna",
      balances: [
        { balance: 100, held: 0, available: 100, unit: "CNY" },
        { balance: 67, held: 0, available: 67, unit: "PTS" },
      ],
      nextCursor: null,
    });
    expect(whole.cards.map((card) => card.cardId)).toEqual(ids.toSorted());
    const first = (await scrip.wallet("anna", key, "?limit=2")).json<WalletAnswer>();
    const second = (
      await scrip.wallet("anna", key, `?limit=3&cursor=${first.nextCursor}`)
    ).json<WalletAnswer>();
    expect([...first.cards, ...second.cards]).toEqual(whole.cards);
    expect(second.nextCursor).toBeNull();
    expect(first.balances).toEqual(whole.balances);
    scrip.parts.clock.advance(dayMs);
    const later = (await scrip.wallet("anna", key)).json<WalletAnswer>();
    expect(later.balances[1]).toEqual({ balance: 67, held: 0, available: 60, unit: "PTS" });
  });

  it("counts as available only what can be spent", async () => {
    const scrip = await given();
    const key = await scrip.keyOf("ACCEPTOR");
    await scrip.card({ standing: { status: "SUSPENDED", reason: "LOST" } }, "anna");
    await scrip.card({ balance: amount(3) }, "anna");
    expect((await scrip.wallet("anna", key)).json()).toMatchObject({
      balances: [{ balance: 103, available: 3, unit: "CNY" }],
    });
  });

  it("never tells more than a JSON number holds exactly", async () => {
    const scrip = await given();
    const key = await scrip.keyOf("ACCEPTOR");
    for (let nth = 0; nth < 2; nth += 1)
      await scrip.card({ balance: amount(Number.MAX_SAFE_INTEGER) }, "anna");
    expect((await scrip.wallet("anna", key)).json()).toMatchObject({
      balances: [{ balance: Number.MAX_SAFE_INTEGER, available: Number.MAX_SAFE_INTEGER }],
    });
  });

  it("shows a key only the programs of its scope", async () => {
    const scrip = await given();
    await scrip.card({}, "anna");
    await scrip.card({ ...lot, balance: amount(5) }, "anna");
    const key = await scrip.keyOf("ISSUER", { programs: ["points"] });
    const answer = (await scrip.wallet("anna", key)).json<WalletAnswer>();
    expect(answer.balances).toEqual([{ balance: 5, held: 0, available: 5, unit: "PTS" }]);
    expect(answer.cards.map((card) => card.programId)).toEqual(["points"]);
  });

  it("passes over candidates that were never bound, or are another's by now", async () => {
    const scrip = await given();
    const key = await scrip.keyOf("ACCEPTOR");
    const { walletId } = await scrip.identityOf("anna");
    const { id } = await scrip.card({}, "ben");
    await scrip.parts.store.addWalletCandidate({
      walletId,
      cardId: id.slice("card_".length) as never,
    });
    expect((await scrip.wallet("anna", key)).json()).toEqual({
      holder: "anna",
      balances: [],
      cards: [],
      nextCursor: null,
    });
  });

  it("knows no holder nobody has seen, and no cursor it did not make", async () => {
    const scrip = await given();
    const key = await scrip.keyOf("ACCEPTOR");
    expect((await scrip.wallet("nobody", key)).json()).toMatchObject({
      status: 404,
      code: "HOLDER_NOT_FOUND",
    });
    await scrip.card({}, "anna");
    for (const cursor of ["x", "00", "8200"])
      expect((await scrip.wallet("anna", key, `?cursor=${cursor}`)).json()).toMatchObject({
        status: 400,
        code: "CURSOR_INVALID",
      });
    for (const limit of ["0", "501", "x"])
      expect((await scrip.wallet("anna", key, `?limit=${limit}`)).json()).toMatchObject({
        status: 400,
        code: "VALIDATION_FAILED",
      });
  });

  it("takes holders of any script", async () => {
    const scrip = await given();
    const key = await scrip.keyOf("ACCEPTOR");
    const holder = "顾客/17 ?&#%".padEnd(128, "é");
    await scrip.card({}, holder);
    expect((await scrip.wallet(holder, key)).json()).toMatchObject({
      holder,
      balances: [{ balance: 100 }],
    });
  });
});
