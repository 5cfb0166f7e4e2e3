import { beforeAll, expect, it } from "vitest";
import { ask, expectStatus } from "../../stage/http.ts";
import type { RunningScrip } from "../../stage/running-scrip.ts";
import { openProgram } from "../../stage/stock.ts";

const programId = "points";
const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();

/** A wallet of points: lots that expire one after the other, spent as one. */
export function pointsCases(served: () => RunningScrip): void {
  let keys = 0;
  beforeAll(async () => {
    await openProgram(served(), { programId, kind: "POINTS" });
  });

  async function grant(holder: string, amount: number, expiresAt?: string) {
    const { url, keys: roleKeys } = served();
    keys += 1;
    const body = {
      programId,
      holder,
      amount,
      ...(expiresAt === undefined ? {} : { expiresAt: expiresAt.slice(0, 19).concat("Z") }),
    };
    const asked = { key: roleKeys.issuer, idempotencyKey: `points ${keys}`, body };
    return (await expectStatus(`${url}/v1/points-grants`, asked, 200)).json.operation
      .cardId as string;
  }
  async function spend(holder: string, amount: number, more: object = {}) {
    const { url, keys: roleKeys } = served();
    keys += 1;
    return await ask(`${url}/v1/write-offs`, {
      key: roleKeys.acceptor,
      idempotencyKey: `points ${keys}`,
      body: {
        acceptor: "store-1",
        amount,
        unit: "PTS",
        tenders: [{ wallet: holder, programId }],
        ...more,
      },
    });
  }
  async function wallet(holder: string, query = "") {
    const { url, keys: roleKeys } = served();
    return (
      await expectStatus(`${url}/v1/wallets/${holder}${query}`, { key: roleKeys.issuer }, 200)
    ).json;
  }

  it("takes the lots that expire first, then the oldest, in one event; a refund puts them back", async () => {
    const forEver = await grant("h-lots", 10);
    const late = await grant("h-lots", 20, day(20));
    const soon = await grant("h-lots", 30, day(10));
    const sold = await spend("h-lots", 55);
    expect(sold.status, sold.text).toBe(200);
    const { operation, balances, eventId } = sold.json;
    const taken = operation.cards.map((one: { cardId: string; amount: number }) => [
      one.cardId,
      one.amount,
    ]);
    expect(taken).toEqual([
      [soon, 30],
      [late, 20],
      [forEver, 5],
    ]);
    expect(balances).toEqual([{ balance: 5, held: 0, available: 5, unit: "PTS" }]);
    expect(eventId).toMatch(/^evt_/);
    const { cards } = await wallet("h-lots");
    expect(cards.map((one: { cardId: string }) => one.cardId)).toEqual([forEver]);

    const { url, keys: roleKeys } = served();
    const refunded = await expectStatus(
      `${url}/v1/write-offs/${operation.id}/refund`,
      { key: roleKeys.acceptor, idempotencyKey: "points refund", body: { amount: 15 } },
      200,
    );
    // In the reverse of the order drawn: 5 to the last, then 10 to the one before it.
    expect(refunded.json.balances[0].balance).toBe(20);
    const after = await wallet("h-lots");
    const balanceOf = Object.fromEntries(
      after.cards.map((one: { cardId: string; balance: number }) => [one.cardId, one.balance]),
    );
    expect(balanceOf).toEqual({ [forEver]: 10, [late]: 10 });
  });

  it("takes part of what is asked when that is allowed, and declines below the caller's minimum", async () => {
    await grant("h-part", 30);
    const declined = await spend("h-part", 100);
    expect([declined.status, declined.json.code, declined.json.available]).toEqual([
      402,
      "BALANCE_INSUFFICIENT",
      30,
    ]);
    const part = await spend("h-part", 100, { allowPartial: true, minimumAvailable: 20 });
    expect(part.json.operation).toMatchObject({ amount: 30, requested: 100 });
    await grant("h-part", 19);
    const tooLittle = await spend("h-part", 100, { allowPartial: true, minimumAvailable: 20 });
    expect([tooLittle.status, tooLittle.json.code]).toEqual([402, "BALANCE_INSUFFICIENT"]);
    const nobody = await spend("h-nobody-yet", 1);
    expect(nobody.status).toBeGreaterThanOrEqual(400);
    expect(nobody.status).toBeLessThan(500);
  });

  it("shows a large wallet page by page, its balance being of all", async () => {
    for (let lot = 0; lot < 7; lot += 1) await grant("h-many", 10);
    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page: {
        cards: { cardId: string }[];
        nextCursor: string | null;
        balances: { balance: number }[];
      } = await wallet("h-many", `?limit=3${cursor === "" ? "" : `&cursor=${cursor}`}`);
      expect(page.cards.length).toBeLessThanOrEqual(3);
      expect(page.balances[0]?.balance).toBe(70);
      ids.push(...page.cards.map((one) => one.cardId));
      cursor = page.nextCursor;
    }
    expect(new Set(ids).size).toBe(7);
    expect(ids).toHaveLength(7);
  });
}
