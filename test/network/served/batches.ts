import { beforeAll, expect, it } from "vitest";
import { concurrently } from "../../stage/concurrently.ts";
import { ask, expectStatus, type Answer } from "../../stage/http.ts";
import type { Keys, RunningScrip } from "../../stage/running-scrip.ts";
import { openProgram, stockCards } from "../../stage/stock.ts";

const programId = "orders";
const count = 1_500;
const limit = 2 ** 53;

/** Orders that cannot be, and steps of one batch that several want at once. */
export function batchCases(served: () => RunningScrip): void {
  let keys = 0;
  const order = async (more: object): Promise<Answer> => {
    const body = { programId, count: 1, faceValue: 1, ...more };
    return await post("/v1/batches", "issuer", { body });
  };
  async function post(
    path: string,
    role: keyof Keys,
    { body, key = `orders ${(keys += 1)}` }: { body: unknown; key?: string },
  ): Promise<Answer> {
    const { url, keys: apiKeys } = served();
    return await ask(`${url}${path}`, { key: apiKeys[role], idempotencyKey: key, body });
  }

  beforeAll(() => openProgram(served(), { programId, kind: "GIFT_CARD" }));

  it.each([
    ["no card", { count: 0 }, "/count"],
    ["10⁷ + 1 cards", { count: 10_000_001 }, "/count"],
    ["half a card", { count: 0.5 }, "/count"],
    ["a face value of 0", { faceValue: 0 }, "/faceValue"],
    ["a face value above the limit", { faceValue: limit }, "/faceValue"],
    ["cards that have expired already", { expiresAt: "2020-01-01T00:00:00Z" }, "/expiresAt"],
    [
      "cards that expire on a day that is none",
      { expiresAt: "2030-02-30T00:00:00Z" },
      "/expiresAt",
    ],
  ])("refuses an order of %s, by its field", async (_what, more, field) => {
    const { status, json } = await order(more);
    expect([status, json.code, json.errors[0]?.field]).toEqual([400, "VALIDATION_FAILED", field]);
  });

  it("takes a batch one step once, however many ask for it at once", async () => {
    const { batchId } = await stockCards(served(), {
      programId: "orders-raced",
      count,
      faceValue: 7,
      until: "GENERATED",
    });
    const at = `/v1/batches/${batchId}`;
    for (const [act, body] of [
      ["acquire", { distributor: "north" }],
      ["distribute", { cards: "ALL" }],
    ] as const) {
      // Two clients with a key of their own, each asking three times.
      const asked = ["a", "b"].flatMap((client) =>
        [1, 2, 3].map(() => `${act} ${batchId} ${client}`),
      );
      const answers = await concurrently(asked, asked.length, async (key) => {
        const send = () => post(`${at}/${act}`, "distributor", { body, key });
        let answer = await send();
        // A slow machine takes longer than a request waits.
        while (answer.status === 202) answer = await send();
        expect(answer.status).toBe(200);
        return { key, ...(answer.json as { cards: number; leftOutCount: number }) };
      });
      const byClient = new Map(answers.map((answer) => [answer.key, answer]));
      for (const answer of answers) expect(answer).toEqual(byClient.get(answer.key));
      const sums = [...byClient.values()].map(({ cards, leftOutCount }) => [cards, leftOutCount]);
      expect(sums.map(([cards = 0, leftOut = 0]) => cards + leftOut)).toEqual([count, count]);
      expect(sums.reduce((all, [cards = 0]) => all + cards, 0)).toBe(count);
    }
    const { url, keys: apiKeys } = served();
    const { json } = await expectStatus(`${url}${at}`, { key: apiKeys.operator }, 200);
    expect(json.steps).toHaveLength(4);
    const done = json.steps.filter((step: { status: string }) => step.status === "DONE");
    expect(done).toHaveLength(4);
  });
}
