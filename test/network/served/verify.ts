import { readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyFile } from "@scrip/client";
import { sha256Ed25519 } from "@scrip/signing";
import { codeAt, formatCode } from "@scrip/wire";
import { beforeAll, expect, it } from "vitest";
import { ask, expectStatus } from "../../stage/http.ts";
import { askRaw, headersBesideDate, type RawAnswer } from "../../stage/raw-http.ts";
import type { RunningScrip } from "../../stage/running-scrip.ts";
import { stockCards } from "../../stage/stock.ts";

const expiresInMs = 4_000;

/** The public question: one negative for every card that cannot be used, and a positive that can be checked alone. */
export function verifyCases(served: () => RunningScrip): void {
  let good: string;
  let shown: string;
  /** Every way in which a card cannot be used, as a question. */
  const unusable = new Map<string, object>();

  beforeAll(async () => {
    const scrip = served();
    const { url, keys } = scrip;
    const expiresAtMs = Date.now() + expiresInMs;
    const expiresAt = `${new Date(expiresAtMs).toISOString().slice(0, 23)}Z`;
    const short = { programId: "verify-short", count: 1, faceValue: 50, expiresAt };
    const expired = await stockCards(scrip, short);
    const stock = async (programId: string, more: object = {}) => {
      const order = { programId, count: 2, faceValue: 5_000, confirm: true, ...more };
      const { codes } = await stockCards(scrip, order);
      return codes[0] ?? "";
    };
    good = await stock("verify-good");
    shown = await stock("verify-shown", { showBalance: true });
    const spent = await stock("verify-spent");
    const sale = { acceptor: "store-1", amount: 5_000, tenders: [{ code: spent }] };
    await expectStatus(
      `${url}/v1/write-offs?waitFor=committed`,
      { key: keys.acceptor, idempotencyKey: "verify spent", body: sale },
      200,
    );
    const unknown = formatCode(codeAt(sha256Ed25519.hash, new Uint8Array(32).fill(7), 0));
    unusable.set("unknown, by code", { code: unknown });
    unusable.set("unknown, by code and amount", { code: unknown, amount: 1 });
    unusable.set("unknown, by id", { cardId: `card_${"ab".repeat(20)}` });
    unusable.set("generated", { code: await stock("verify-new", { until: "GENERATED" }) });
    unusable.set("allocated", { code: await stock("verify-acquired", { until: "ALLOCATED" }) });
    unusable.set("spent", { code: spent, amount: 1 });
    unusable.set("expired", { code: expired.codes[0] });
    await confirmed(good);
    await confirmed(shown);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, expiresAtMs - Date.now() + 1)));
  });

  /** The public sees a card only once it is committed. */
  async function confirmed(code: string): Promise<void> {
    const { url } = served();
    while ((await ask(`${url}/v1/verify`, { body: { code } })).json.confirmed !== true);
  }

  async function asked(body: object): Promise<RawAnswer> {
    const headers = { "content-type": "application/json" };
    const url = `${served().url}/v1/verify`;
    return await askRaw(url, { method: "POST", headers, body: JSON.stringify(body) });
  }

  it("gives one negative answer, to the byte, whatever the reason", async () => {
    const answers = new Map<string, object>();
    for (const [what, body] of unusable) {
      const answer = await asked(body);
      expect(answer.body.toString(), what).toBe('{"confirmed":false}');
      answers.set(what, { status: answer.status, headers: headersBesideDate(answer) });
    }
    const [first, ...others] = answers.values();
    expect(others).toHaveLength(unusable.size - 1);
    for (const other of others) expect(other).toEqual(first);
    expect(first).toMatchObject({ status: 200 });
  });

  it("confirms a card that can be used, with a proof that its code opens", async () => {
    const { url, dataDir } = served();
    const policy = readFileSync(join(dataDir, "policy.txt"), "utf8");
    const answer = (await expectStatus(`${url}/v1/verify`, { body: { code: good } }, 200)).json;
    expect(answer).toEqual({
      confirmed: true,
      cardId: expect.stringMatching(/^card_[0-9a-f]{40}$/) as string,
      unit: "CNY",
      expiryMonth: null,
      proof: expect.stringContaining("c2sp.org/tlog-proof") as string,
    });
    expect(Buffer.byteLength(answer.proof)).toBeLessThan(5_000);
    const given = { file: answer.proof, policy, suite: sha256Ed25519, nowMs: Date.now() };
    const claim = verifyFile({ ...given, code: good, maxAgeMs: 60_000 });
    expect(claim).toMatchObject({
      kind: "card",
      state: { status: "ACTIVE", diverged: false, unit: "CNY" },
      full: null,
    });
    expect(() => verifyFile({ ...given, code: shown })).toThrow(/PROOF_INVALID/);
    const again = answer.proof as string;
    for (const secret of ["5000", "faceValue", "acme"]) expect(again).not.toContain(secret);
  });

  it("tells whether an amount is covered to whoever has the code, and the balance if the program says so", async () => {
    const { url } = served();
    const say = async (body: object) =>
      (await expectStatus(`${url}/v1/verify`, { body }, 200)).json;
    expect((await say({ code: good, amount: 5_000 })).covered).toBe(true);
    expect((await say({ code: good, amount: 5_001 })).covered).toBe(false);
    expect(await say({ code: good })).not.toHaveProperty("covered");
    expect(await say({ code: good, amount: 1 })).not.toHaveProperty("balance");
    const open = await say({ code: shown, amount: 1 });
    expect(open.balance).toBe(5_000);
    const byId = await say({ cardId: open.cardId });
    expect(byId.confirmed).toBe(true);
    expect(byId).not.toHaveProperty("balance");
    expect(byId).not.toHaveProperty("covered");
    const searching = await ask(`${url}/v1/verify`, { body: { cardId: open.cardId, amount: 1 } });
    expect([searching.status, searching.json.code]).toEqual([400, "VALIDATION_FAILED"]);
  });

  it("reads a code as people write it, and refuses one whose check symbol is wrong", async () => {
    const { url } = served();
    const say = (code: string) => ask(`${url}/v1/verify`, { body: { code } });
    const plain = good.replaceAll("-", "");
    for (const spelled of [plain, plain.toLowerCase(), good.replaceAll("-", " ")]) {
      expect((await say(spelled)).json.confirmed).toBe(true);
    }
    const wrong = good.slice(0, -1) + (good.endsWith("0") ? "1" : "0");
    const answer = await say(wrong);
    expect([answer.status, answer.json.code]).toEqual([400, "CARD_CODE_MALFORMED"]);
    expect(answer.text).not.toContain(wrong.slice(0, 11));
  });

  it("takes the code in the body alone, and no key is looked at", async () => {
    const { url } = served();
    const inUrl = await ask(`${url}/v1/verify?code=${good}`, { body: { code: good } });
    expect(inUrl.status).toBeLessThan(500);
    expect(inUrl.text).not.toContain(good);
    const withKey = await ask(`${url}/v1/verify`, { key: "sk_wrong", body: { code: good } });
    expect(withKey.json.confirmed).toBe(true);
    expect((await ask(`${url}/v1/verify`)).status).toBe(405);
  });
}
