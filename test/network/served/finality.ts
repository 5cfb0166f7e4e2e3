import { readFileSync } from "node:fs";
import { join } from "node:path";
import { verifyFile } from "@scrip/client";
import { sha256Ed25519 } from "@scrip/signing";
import { beforeAll, expect, it } from "vitest";
import { ask, expectStatus } from "../../stage/http.ts";
import type { RunningScrip } from "../../stage/running-scrip.ts";
import { stockCards } from "../../stage/stock.ts";

const salesMax = 40;

/** ACCEPTED, then COMMITTED, never back; and a proof as soon as it is. */
export function finalityCases(served: () => RunningScrip): void {
  let code: string;
  let count = 0;
  beforeAll(async () => {
    const order = { programId: "finality", count: 1, faceValue: 100_000, confirm: true };
    ({
      codes: [code = ""],
    } = await stockCards(served(), order));
  });

  async function sell(query = "") {
    const { url, keys } = served();
    count += 1;
    const body = { acceptor: "store-1", amount: 10, tenders: [{ code }] };
    const idempotencyKey = `finality ${count}`;
    return (
      await expectStatus(
        `${url}/v1/write-offs${query}`,
        { key: keys.acceptor, idempotencyKey, body },
        200,
      )
    ).json;
  }

  it("is COMMITTED when the answer waited for it, and its proof is there at once", async () => {
    const { url } = served();
    const sold = await sell("?waitFor=committed&timeoutMs=20000");
    expect(sold.finality).toBe("COMMITTED");
    const proof = await ask(`${url}/v1/events/${sold.eventId}/proof`);
    expect(proof.status).toBe(200);
    expect(proof.headers.get("content-type")).toMatch(/^text\/plain\b/);
    expect(Buffer.byteLength(proof.text)).toBeLessThan(2_500);
  });

  it("moves from ACCEPTED to COMMITTED and never back", async () => {
    const { url, keys } = served();
    const sold = await sell();
    expect(["ACCEPTED", "COMMITTED"]).toContain(sold.finality);
    const seen: string[] = [sold.finality];
    while (seen.at(-1) !== "COMMITTED") {
      const at = `${url}/v1/write-offs/${sold.operation.id}`;
      const { json } = await expectStatus(at, { key: keys.acceptor }, 200);
      const untouched = { refunded: 0, refundable: sold.operation.amount };
      expect(json.operation).toEqual({ ...sold.operation, ...untouched });
      seen.push(json.finality);
    }
    const last = seen.indexOf("COMMITTED");
    expect(seen.slice(0, last).every((one) => one === "ACCEPTED")).toBe(true);
    expect((await ask(`${url}/v1/events/${sold.eventId}/proof`)).status).toBe(200);
  });

  it("gives the ordinary answer when the time to wait is over first", async () => {
    const finalities = new Set<string>();
    for (let sale = 0; sale < salesMax && !finalities.has("ACCEPTED"); sale += 1) {
      finalities.add((await sell("?waitFor=committed&timeoutMs=1")).finality);
    }
    expect([...finalities]).toContain("ACCEPTED");
  });

  it("says of an event that nobody committed that its proof is not there yet", async () => {
    const { url } = served();
    const answer = await ask(`${url}/v1/events/evt_${"a".repeat(64)}/proof`);
    expect([answer.status, answer.json.code]).toEqual([404, "PROOF_NOT_AVAILABLE_YET"]);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(answer.json.retryable).toBe(true);
  });

  it("shows the public a proof without the entry, and a party the entry that it is of", async () => {
    const { url, keys, dataDir } = served();
    const { eventId } = await sell("?waitFor=committed&timeoutMs=20000");
    const policy = readFileSync(join(dataDir, "policy.txt"), "utf8");
    const check = (file: string) =>
      verifyFile({ file, policy, suite: sha256Ed25519, nowMs: Date.now(), eventId });
    const at = `${url}/v1/events/${eventId}/proof`;
    const bare = (await expectStatus(at, {}, 200)).text;
    const whole = (await expectStatus(at, { key: keys.acceptor }, 200)).text;
    expect(bare.length).toBeLessThan(whole.length);
    expect(check(whole).kind).toBe("event");
    expect(check(bare).kind).not.toBe("event");
  });
}
