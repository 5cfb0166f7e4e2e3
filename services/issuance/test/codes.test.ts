import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { given, replacing } from "./support/given.ts";
import { goldProgram, opened, stocked } from "./support/stock.ts";

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

describe("codes of a batch", () => {
  it("are served whole, from any offset, with their length", async () => {
    const scrip = await given();
    const { key, at } = await stocked(scrip, { count: 1_200 });
    const whole = await scrip.get(`${at}/codes`, key);
    expect(whole.statusCode).toBe(200);
    expect(whole.headers).toMatchObject({
      "content-type": "text/plain; charset=utf-8",
      "content-length": String(1_200 * 30),
      "cache-control": "no-store",
    });
    expect(whole.body).toMatch(/^(?:(?:[0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}\n){1200}$/);
    for (const offset of [0, 1, 599, 1_199, 1_200]) {
      const rest = await scrip.get(`${at}/codes?offset=${offset}`, key);
      expect(rest.body).toBe(whole.body.slice(offset * 30));
      expect(rest.headers["content-length"]).toBe(String((1_200 - offset) * 30));
    }
    for (const offset of ["1201", "-1", "1.0", "x", "01"]) {
      const wrong = await scrip.get(`${at}/codes?offset=${offset}`, key);
      expect(wrong.json()).toMatchObject({
        status: 400,
        errors: [{ in: "query", field: "offset" }],
      });
    }
    const head = await scrip.get(`${at}/codes?offset=200`, key, "HEAD");
    expect([head.statusCode, head.headers["content-length"], head.body]).toEqual([
      200,
      "30000",
      "",
    ]);
  });

  it("are gone for everybody once the issuer confirms count and hash", async () => {
    const scrip = await given();
    const { key, at, batchId } = await stocked(scrip);
    const { body: codes } = await scrip.get(`${at}/codes`, key);
    const confirm = (body: object) => scrip.post(`${at}/codes/confirm`, { key, body });
    for (const wrong of [
      { count: 2, sha256: hashOf(codes) },
      { count: 3, sha256: hashOf(codes.trimEnd()) },
    ])
      expect((await confirm(wrong)).json()).toMatchObject({
        status: 409,
        code: "CODES_CONFIRM_MISMATCH",
      });
    expect((await scrip.get(`${at}/codes`, key)).body).toBe(codes);
    const right = { count: 3, sha256: hashOf(codes) };
    expect((await confirm(right)).json()).toEqual({ batchId, codes: "WIPED" });
    // A lost answer is given again; anything else comes too late.
    expect((await confirm(right)).json()).toEqual({ batchId, codes: "WIPED" });
    const after = [
      await confirm({ count: 2, sha256: hashOf(codes) }),
      await confirm({ count: 3, sha256: hashOf("") }),
      await scrip.get(`${at}/codes`, key),
      await scrip.get(`${at}/codes?offset=3`, key),
    ];
    for (const answer of after)
      expect(answer.json()).toMatchObject({ status: 410, code: "CODES_WIPED" });
    expect((await scrip.get(at, key)).json()).toMatchObject({ status: "GENERATED", generated: 3 });
  });

  it("stand in no log line and in no file, before and after", async () => {
    const scrip = await given();
    const { key, at, batchId } = await stocked(scrip, { count: 20 });
    const { body: codes } = await scrip.get(`${at}/codes`, key);
    const lines = codes.trimEnd().split("\n");
    const seed = await scrip.parts.batchVault.seed(batchId.slice("batch_".length) as never);
    if (!(seed instanceof Uint8Array)) throw new Error("the seed");
    await scrip.post(`${at}/codes/confirm`, { key, body: { count: 1, sha256: hashOf(codes) } });
    const distributor = await scrip.keyOf("DISTRIBUTOR");
    await scrip.post(`${at}/distribute`, { key: distributor, body: { cards: "ALL" } });
    const expectNowhere = async () => {
      const stored = Buffer.concat(await scrip.files()).toString("latin1");
      const logged = scrip.parts.lines.join("");
      for (const code of lines.flatMap((line) => [line, line.replaceAll("-", "")])) {
        expect(stored.includes(code)).toBe(false);
        expect(logged.includes(code)).toBe(false);
      }
      expect(stored.includes(Buffer.from(seed).toString("latin1"))).toBe(false);
      expect(logged.includes(Buffer.from(seed).toString("hex"))).toBe(false);
    };
    await expectNowhere();
    await scrip.post(`${at}/codes/confirm`, { key, body: { count: 20, sha256: hashOf(codes) } });
    await expectNowhere();
  });

  it("are the issuer's alone: not another's, not out of scope, not the operator's", async () => {
    const scrip = await given();
    const { at } = await stocked(scrip);
    await opened(scrip, { ...goldProgram, programId: "other", issuer: "bolt" });
    const bolt = await scrip.keyOf("ISSUER", { participants: ["bolt"] }, "bolt");
    const out = await scrip.keyOf("ISSUER", { programs: ["other"] });
    const operator = await scrip.keyOf("OPERATOR");
    const answers = [bolt, out, operator].map(async (key) => {
      const [get, confirm] = [
        await scrip.get(`${at}/codes`, key),
        await scrip.post(`${at}/codes/confirm`, {
          key,
          body: { count: 3, sha256: "0".repeat(64) },
        }),
      ];
      return [get, confirm].map((answer) => answer.json<{ code: string }>().code);
    });
    expect(await Promise.all(answers)).toEqual([
      ["PERMISSION_DENIED", "PERMISSION_DENIED"],
      ["BATCH_NOT_FOUND", "BATCH_NOT_FOUND"],
      ["PERMISSION_DENIED", "PERMISSION_DENIED"],
    ]);
  });

  it("end a download that is under way when they are confirmed", async () => {
    let seeds = 0;
    let lookAtSeed = Infinity;
    const [reached, confirmed] = [signal(), signal()];
    const scrip = await given({
      wrapVault: (vault) =>
        replacing(vault, {
          seed: async (batchId) => {
            seeds += 1;
            if (seeds === lookAtSeed) {
              reached.give();
              await confirmed.given;
            }
            return await vault.seed(batchId);
          },
        }),
    });
    const { key, at } = await stocked(scrip, { count: 2_000 });
    const url = await scrip.parts.app.listen({ host: "127.0.0.1", port: 0 });
    const { body: codes } = await scrip.get(`${at}/codes`, key);
    // One look when the request comes, one for each piece: the download stops before its third piece.
    lookAtSeed = seeds + 4;
    const headers = { authorization: `Bearer ${key}` };
    const download = await fetch(`${url}${at}/codes`, { headers });
    const read = download.text().catch(() => "BROKEN OFF");
    await reached.given;
    const body = { count: 2_000, sha256: hashOf(codes) };
    expect((await scrip.post(`${at}/codes/confirm`, { key, body })).statusCode).toBe(200);
    confirmed.give();
    expect(await read).toBe("BROKEN OFF");
  });
});

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give = (): void => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give: () => give() };
}
