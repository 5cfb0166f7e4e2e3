import { createHash } from "node:crypto";
import { sha256Ed25519 } from "@scrip/signing";
import { cardIdOfCode, formatCardId, parseCode } from "@scrip/wire";
import { beforeAll, expect, it, vi } from "vitest";
import { ask, expectStatus, type Answer } from "../../stage/http.ts";
import type { Keys, RunningScrip } from "../../stage/running-scrip.ts";
import { stockCards, type Stock } from "../../stage/stock.ts";

const operations = {
  load: { body: { amount: 500 }, kind: "ld", type: "LOAD" },
  adjust: {
    body: { amount: 100, direction: "DEBIT", reason: "ISSUED_IN_ERROR" },
    kind: "aj",
    type: "ADJUST",
  },
  suspend: { body: { reason: "LOST" }, kind: "su", type: "SUSPEND" },
  resume: { body: {}, kind: "rs", type: "RESUME" },
  cancel: { body: { reason: "REGULATOR_ORDER" }, kind: "cn", type: "CANCEL" },
} as const;

/** What issuers and operators order about single cards, and the codes of what replaces them. */
export function cardOrderCases(served: () => RunningScrip): void {
  let stock: Stock;
  const cards: string[] = [];
  let asked = 0;

  const post = (path: string, role: keyof Keys, body: unknown, key?: string): Promise<Answer> => {
    const { url, keys } = served();
    const idempotencyKey = key ?? `order ${(asked += 1)}`;
    return ask(`${url}${path}`, { key: keys[role], idempotencyKey, body });
  };
  const order = (nth: number, act: string, body: unknown, role: keyof Keys = "issuer") =>
    post(`/v1/cards/${cards[nth]}/${act}`, role, body);
  const coded = ({ status, json }: Answer) => [status, json.code];

  beforeAll(async () => {
    stock = await stockCards(served(), { programId: "orders", count: 8, faceValue: 1_000 });
    for (const code of stock.codes) cards.push(cardOf(code));
  });

  it("are answered with operation, balances, event, finality and receipt", async () => {
    let balance = 1_000;
    for (const [act, { body, kind, type }] of Object.entries(operations)) {
      const answer = await order(0, act, body);
      if (act === "load") balance += 500;
      if (act === "adjust") balance -= 100;
      if (act === "cancel") balance = 0;
      expect([act, answer.status, answer.json]).toMatchObject([
        act,
        200,
        {
          operation: { type, status: "COMPLETED", cardId: cards[0], programId: "orders", ...body },
          balances: [{ balance, held: 0, available: balance, unit: "CNY" }],
        },
      ]);
      const { json } = answer;
      expect(json.operation.id).toMatch(new RegExp(`^${kind}_[0-9a-f]{66}$`));
      expect(json.finality === "ACCEPTED" ? json.receipt : json.proof).toEqual(expect.any(String));
    }
  });

  it("stand in the card's history with their reasons, and the ledger has the card so", async () => {
    const { url, keys } = served();
    const wait = `?waitFor=committed&timeoutMs=20000`;
    const suspended = await order(1, `suspend${wait}`, operations.suspend.body);
    expect(suspended.json.finality).toBe("COMMITTED");
    const seen = await expectStatus(`${url}/v1/cards/${cards[1]}`, { key: keys.issuer }, 200);
    expect(seen.json).toMatchObject({ status: "SUSPENDED", details: { reason: "LOST" } });
    const at = `${url}/v1/cards/${cards[0]}/history`;
    const history = async (): Promise<string[]> => {
      const { events } = (await expectStatus(at, { key: keys.regulator }, 200)).json;
      return events.map((one: { type: string }) => one.type);
    };
    // This card lies in another shard, so its events may be COMMITTED a little later.
    await vi.waitFor(async () => expect(await history()).toContain("CardCancelled"), 20_000);
    expect((await history()).slice(-5)).toEqual([
      "CardLoaded",
      "CardAdjusted",
      "CardSuspended",
      "CardResumed",
      "CardCancelled",
    ]);
  });

  it("are refused in code, and what the card holds is told to its issuer", async () => {
    const suspended = await order(1, "suspend", { reason: "STOLEN" });
    expect([suspended.status, suspended.json]).toMatchObject([
      423,
      { code: "CARD_SUSPENDED", reason: "LOST", balances: [{ balance: 1_000 }] },
    ]);
    expect(coded(await order(2, "resume", {}))).toEqual([409, "CARD_STEP_TAKEN"]);
    expect(coded(await order(0, "load", { amount: 1 }))).toEqual([410, "CARD_CANCELLED"]);
    const debit = { amount: 1_001, direction: "DEBIT", reason: "CHARGEBACK" };
    expect(coded(await order(2, "adjust", debit))).toEqual([402, "BALANCE_INSUFFICIENT"]);
    const unknown = `/v1/cards/card_${"0".repeat(40)}/suspend`;
    expect(coded(await post(unknown, "issuer", { reason: "LOST" }))).toEqual([
      404,
      "CARD_NOT_FOUND",
    ]);
    const none = await post("/v1/cards/gold/suspend", "issuer", { reason: "LOST" });
    expect(coded(none)).toEqual([404, "CARD_NOT_FOUND"]);
  });

  it("are checked to the letter before anything is looked at", async () => {
    const wrong: readonly [string, unknown][] = [
      ["load", { amount: 0 }],
      ["load", { amount: "5" }],
      ["load", { amount: 5, reason: "LOST" }],
      ["adjust", { amount: 5, direction: "UP", reason: "LOST" }],
      ["adjust", { amount: 5, direction: "CREDIT" }],
      ["suspend", {}],
      // What the ledger's rejection brings about nobody asks for.
      ["suspend", { reason: "LEDGER_REJECTED" }],
      ["cancel", { reason: "LEDGER_REJECTED" }],
      ["resume", { reason: "LOST" }],
      ["replace", { expiresAt: "tomorrow" }],
      ["replace", { code: "XXXXX" }],
    ];
    for (const [act, body] of wrong)
      expect([act, ...coded(await order(2, act, body))]).toEqual([act, 400, "VALIDATION_FAILED"]);
    const { url, keys } = served();
    const at = `${url}/v1/cards/${cards[2]}/load`;
    const keyless = await ask(at, { key: keys.issuer, body: { amount: 1 } });
    expect(coded(keyless)).toEqual([400, "IDEMPOTENCY_KEY_MISSING"]);
  });

  it("are the issuer's alone, and the operator's where no value is given", async () => {
    for (const role of ["acceptor", "distributor", "regulator"] as const)
      for (const [act, { body }] of Object.entries({ ...operations, replace: { body: {} } }))
        expect(coded(await order(2, act, body, role))).toEqual([403, "PERMISSION_DENIED"]);
    for (const act of ["load", "adjust"] as const) {
      const refused = await order(2, act, operations[act].body, "operator");
      expect(coded(refused)).toEqual([403, "PERMISSION_DENIED"]);
    }
    expect((await order(2, "suspend", { reason: "REGULATOR_ORDER" }, "operator")).status).toBe(200);
    expect((await order(2, "resume", {}, "operator")).status).toBe(200);
  });

  it("puts a new card in a card's place, whose code is told until it is confirmed", async () => {
    const { url, keys } = served();
    const at = `/v1/cards/${cards[3]}/replace`;
    const answer = await post(at, "issuer", {}, "orders replace");
    expect([answer.status, answer.json]).toMatchObject([
      200,
      {
        operation: { type: "REPLACE", cardId: cards[3], amount: 1_000, expiresAt: null },
        balances: [{ balance: 1_000 }],
        codesWiped: false,
      },
    ]);
    expect(answer.headers.get("cache-control")).toBe("no-store");
    const { code, operation } = answer.json;
    const verified = await expectStatus(`${url}/v1/verify`, { body: { code } }, 200);
    if (verified.json.confirmed === true) expect(verified.json.cardId).toBe(operation.successor);
    const again = await post(at, "issuer", {}, "orders replace");
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.json.code).toBe(code);

    const sale = (tender: string, amount: number) =>
      post("/v1/write-offs", "acceptor", {
        acceptor: "store-7",
        amount,
        tenders: [{ code: tender }],
      });
    expect(coded(await sale(stock.codes[3] ?? "", 1))).toEqual([410, "CARD_REPLACED"]);
    expect((await sale(code, 1)).json.balances).toMatchObject([{ balance: 999 }]);

    const confirm = (sha256: string, role: keyof Keys = "issuer") =>
      ask(`${url}/v1/replacements/${operation.id}/code/confirm`, {
        key: keys[role],
        body: { sha256 },
      });
    const right = createHash("sha256").update(code).digest("hex");
    expect(coded(await confirm("0".repeat(64)))).toEqual([409, "CODES_CONFIRM_MISMATCH"]);
    expect(coded(await confirm(right, "acceptor"))).toEqual([403, "PERMISSION_DENIED"]);
    for (let times = 0; times < 2; times += 1)
      expect((await confirm(right)).json).toEqual({
        cardId: operation.successor,
        codes: "WIPED",
      });
    const gone = await post(at, "issuer", {}, "orders replace");
    expect(gone.json).toMatchObject({ operation, code: null, codesWiped: true });
    expect(coded(await order(3, "replace", {}))).toEqual([410, "CARD_REPLACED"]);
  });

  it("gives the successor an expiry of its own where one is asked for, but none that is past", async () => {
    const past = await order(4, "replace", { expiresAt: "2020-01-01T00:00:00Z" });
    expect(coded(past)).toEqual([400, "VALIDATION_FAILED"]);
    const later = await order(4, "replace", { expiresAt: "2099-01-01T00:00:00Z" });
    expect(later.json.operation.expiresAt).toBe("2099-01-01T00:00:00Z");
  });

  it("gives a refund, and a load, of a replaced card to the one in its place", async () => {
    const tenders = [{ code: stock.codes[5] }];
    const sold = await post("/v1/write-offs", "acceptor", {
      acceptor: "store-7",
      amount: 400,
      tenders,
    });
    const { successor } = (await order(5, "replace", {})).json.operation;
    const at = `/v1/write-offs/${sold.json.operation.id}`;
    const back = await post(`${at}/refund`, "acceptor", { amount: 150 });
    expect(back.json).toMatchObject({
      operation: { amount: 150, cards: [{ cardId: successor, amount: 150 }] },
      balances: [{ balance: 750 }],
    });
    const { url, keys } = served();
    const read = await expectStatus(`${url}${at}`, { key: keys.acceptor }, 200);
    expect(read.json.operation.status).toBe("PARTIALLY_REFUNDED");
    expect((await order(5, "load", { amount: 50 })).json).toMatchObject({
      operation: { cardId: successor },
      balances: [{ balance: 800 }],
    });
  });

  it("let cards expire that nobody touches, on the ledger too", async () => {
    const { url, keys } = served();
    const expiresAt = new Date(Date.now() + 12_000).toISOString();
    const order = { programId: "short-lived", count: 2, faceValue: 100, expiresAt };
    const { codes } = await stockCards(served(), order);
    const ids = codes.map((code) => cardOf(code));
    for (const id of ids) {
      // 404 until the ledger has it: the two cards may lie in two shards.
      const read = async () =>
        (await expectStatus(`${url}/v1/cards/${id}`, { key: keys.issuer }, 200, 404)).json;
      while ((await read()).status !== "EXPIRED")
        await new Promise((resolve) => setTimeout(resolve, 100));
      expect(await read()).toMatchObject({ balances: { balance: 0, available: 0 } });
      const at = `${url}/v1/cards/${id}/history`;
      const { events } = (await expectStatus(at, { key: keys.regulator }, 200)).json;
      expect(events.at(-1)).toMatchObject({ type: "CardsExpired", amount: 100, balance: 0 });
      expect(Date.parse(events.at(-1).at)).toBeGreaterThanOrEqual(Date.parse(expiresAt));
    }
    const { text } = await expectStatus(`${url}/metrics`, {}, 200);
    expect(text).toMatch(/^scrip_swept_total\{kind="card"\} [1-9]/m);
    expect(text).toMatch(/^scrip_oldest_due_seconds \d/m);
    const status = await expectStatus(`${url}/v1/ledger/status`, { key: keys.operator }, 200);
    expect(status.json.lawGauge).toBe("0");
  });

  it("takes a card out of a wallet, and from one wallet to another", async () => {
    const { url, keys } = served();
    await post("/v1/bindings", "acceptor", { code: stock.codes[6], holder: "h-order" });
    const at = `/v1/bindings/${cards[6]}`;
    const moved = await post(`${at}/transfer`, "acceptor", { holder: "h-order", to: "h-next" });
    expect([moved.status, moved.json]).toMatchObject([
      200,
      { operation: { type: "TRANSFER", cardId: cards[6] }, balances: [{ balance: 1_000 }] },
    ]);
    const wallet = async (holder: string) =>
      (await expectStatus(`${url}/v1/wallets/${holder}`, { key: keys.acceptor }, 200)).json.cards;
    expect(await wallet("h-order")).toEqual([]);
    expect(await wallet("h-next")).toMatchObject([{ cardId: cards[6] }]);

    const unbind = (query: string, role: keyof Keys) =>
      ask(`${url}${at}${query}`, {
        method: "DELETE",
        key: keys[role],
        idempotencyKey: `order ${(asked += 1)}`,
      });
    expect(coded(await unbind("", "acceptor"))).toEqual([403, "PERMISSION_DENIED"]);
    expect(coded(await unbind("?holder=h-nobody", "acceptor"))).toEqual([404, "HOLDER_NOT_FOUND"]);
    expect(coded(await unbind("?holder=h-order", "acceptor"))).toEqual([
      409,
      "CARD_BOUND_TO_OTHER",
    ]);
    const loose = await unbind("?holder=h-next", "acceptor");
    expect([loose.status, loose.json.operation.type]).toEqual([200, "UNBIND"]);
    expect(await wallet("h-next")).toEqual([]);
    expect(coded(await unbind("", "issuer"))).toEqual([409, "CARD_NOT_BOUND"]);
    await post("/v1/bindings", "acceptor", { code: stock.codes[6], holder: "h-next" });
    expect((await unbind("", "issuer")).status).toBe(200);
  });
}

/** The card of a code. */
function cardOf(text: string): string {
  const code = parseCode(text);
  if (code === null) throw new Error("a code that is none");
  return formatCardId(cardIdOfCode(sha256Ed25519.hash, code));
}
