import { execFile as execFileWithCallback } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { verifyFile } from "@scrip/client";
import { sha256Ed25519 } from "@scrip/signing";
import { beforeAll, expect, it } from "vitest";
import { ask, expectStatus } from "../../stage/http.ts";
import type { RunningScrip } from "../../stage/running-scrip.ts";
import { scripCommand } from "../../stage/scrip-command.ts";
import { openProgram, stockCards } from "../../stage/stock.ts";

const execFile = promisify(execFileWithCallback);
const bin = join(import.meta.dirname, "..", "..", "..", "services", "cli", "bin", "scrip.mjs");

/** What an answer is promised within, milliseconds: the default of a start. */
const logWithinMs = 60_000;
/** Asked again until an answer comes before its event is COMMITTED. */
const triesMax = 40;

/** A signed promise beside every change of value, until its proof is there. */
export function receiptCases(served: () => RunningScrip): void {
  let codes: readonly string[];
  let asked = 0;
  beforeAll(async () => {
    const order = { count: 8, faceValue: 100_000, refundWindowDays: 1, confirm: true };
    ({ codes } = await stockCards(served(), { programId: "receipts", ...order }));
    await openProgram(served(), { programId: "receipts-points", kind: "POINTS" });
  });

  const post = async (path: string, body: object, more: { key?: string; query?: string } = {}) => {
    const { url, keys } = served();
    const { key = `receipts ${(asked += 1)}`, query = "" } = more;
    const role = path === "/v1/points-grants" ? keys.issuer : keys.acceptor;
    const call = { key: role, idempotencyKey: key, body };
    return (await expectStatus(`${url}${path}${query}`, call, 200)).json;
  };
  const sale = (nth: number, amount = 5) => ({
    acceptor: "store-1",
    amount,
    tenders: [{ code: codes[nth] }],
  });
  const file = (name: string, text: string) => {
    const path = join(served().dataDir, name);
    writeFileSync(path, text);
    return path;
  };
  const policy = () => join(served().dataDir, "policy.txt");
  const opened = (receipt: string) =>
    verifyFile({
      file: receipt,
      policy: readFileSync(policy()),
      suite: sha256Ed25519,
      nowMs: Date.now(),
    });

  /** An answer that came before its event was COMMITTED; nearly all do. */
  async function early(path: string, body: () => object) {
    for (let tries = 0; tries < triesMax; tries += 1) {
      const answer = await post(path, body());
      if (answer.finality === "ACCEPTED") return answer;
      expect(answer).toMatchObject({ receipt: null, proof: expect.any(String) as string });
    }
    throw new Error("every answer came after the commitment");
  }

  it("is a promise that `scrip verify` explains, and that passes for no proof", async () => {
    const answer = await early("/v1/write-offs", () => sale(0));
    expect(answer).toMatchObject({ finality: "ACCEPTED", proof: null });
    const receipt = file("receipt.txt", answer.receipt);
    const given = ["verify", receipt, "--policy", policy()];
    const cardId: string = answer.operation.cards[0].cardId;
    const said = await scripCommand(...given, "--card", cardId, "--event", answer.eventId);
    expect([said.code, said.err]).toEqual([0, ""]);
    expect(said.out).toContain(`${answer.eventId} is PROMISED to be in log scrip.local/`);
    expect(said.out).toContain("it says: CardWrittenOff by acceptor");
    expect(said.out).toContain("and no proof: no validator has signed it");
    const refused = await scripCommand(...given, "--committed");
    expect([refused.code, refused.out]).toEqual([1, ""]);
    expect(refused.err).toContain("PROOF_INVALID: read the checkpoint: this is a receipt");
    const other = await scripCommand(...given, "--card", `card_${"ab".repeat(20)}`);
    expect([other.code, other.err]).toEqual([1, expect.stringContaining("compare the card")]);
    file("receipt.txt", answer.receipt.replace("logBy 2", "logBy 3"));
    expect((await scripCommand(...given)).err).toContain("PROOF_INVALID: verify the signature");
  });

  it("promises by the event's own time, and is signed by nobody but the receipt key", async () => {
    const answer = await early("/v1/write-offs", () => sale(1));
    const claim = opened(answer.receipt);
    if (claim.kind !== "receipt") throw new Error(claim.kind);
    const atMs = Date.parse(answer.operation.at);
    expect(claim.logByMs).toBeLessThanOrEqual(atMs + logWithinMs);
    expect(claim.logByMs).toBeGreaterThan(atMs + logWithinMs - 1_000);
    expect(`evt_${claim.eventId}`).toBe(answer.eventId);
    const logs = readFileSync(policy(), "utf8").match(/^log .*$/gm) ?? [];
    expect(logs).toHaveLength(2);
    expect(logs[1]).toContain(`log ${claim.promisedBy}+`);
    const onServer = (await expectStatus(`${served().url}/v1/ledger/policy`, {}, 200)).text;
    expect(onServer).toBe(readFileSync(policy(), "utf8"));
  });

  it("comes with every kind of operation that moves value", async () => {
    const sold = await early("/v1/write-offs", () => sale(2));
    const back = await early(`/v1/write-offs/${sold.operation.id}/refund`, () => ({ amount: 1 }));
    let holder = 0;
    const grant = () => ({ programId: "receipts-points", holder: `r-${(holder += 1)}`, amount: 7 });
    const granted = await early("/v1/points-grants", grant);
    let nth = 2;
    const bound = await early("/v1/bindings", () => ({ code: codes[(nth += 1)], holder: "r-b" }));
    const types = ["CardWrittenOff", "CardRefunded", "PointsGranted", "CardBound"];
    for (const [at, answer] of [sold, back, granted, bound].entries()) {
      const claim = opened(answer.receipt);
      expect(claim).toMatchObject({ kind: "receipt", event: { type: types[at] } });
      expect(answer.eventId).toBe(`evt_${claim.kind === "receipt" ? claim.eventId : ""}`);
    }
  });

  it("shares its signature with those that were saved together", async () => {
    const signatures = new Set<string>();
    let receipts = 0;
    for (let round = 0; round < 10; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 24 }, () => post("/v1/points-grants", grantOf(`r-${(asked += 1)}`))),
      );
      for (const { receipt } of answers) {
        if (receipt === null) continue;
        receipts += 1;
        expect(opened(receipt).kind).toBe("receipt");
        signatures.add(receipt.trimEnd().split("\n").at(-1));
      }
    }
    expect(receipts).toBeGreaterThan(20);
    expect(signatures.size).toBeLessThan(receipts / 2);
  });

  it("gives way to the proof: on a replay, on a look, and on waiting for it", async () => {
    const { url, keys } = served();
    const key = "receipts given way";
    const first = await post("/v1/write-offs", sale(7), { key });
    const waited = await post("/v1/write-offs", sale(7), { key, query: "?waitFor=committed" });
    expect(waited.eventId).toBe(first.eventId);
    const proof = `/v1/events/${first.eventId}/proof`;
    expect(waited).toMatchObject({ finality: "COMMITTED", receipt: null, proof });
    const looked = await ask(`${url}/v1/write-offs/${first.operation.id}`, { key: keys.acceptor });
    expect(looked.json).toMatchObject({ finality: "COMMITTED", receipt: null, proof });
    const proven = file("proven.txt", (await expectStatus(`${url}${proof}`, {}, 200)).text);
    const given = ["verify", proven, "--policy", policy(), "--event", first.eventId];
    expect((await scripCommand(...given, "--committed")).code).toBe(0);
  });

  it("is kept: none is overdue, and an operator is told so", async () => {
    const { url, keys, dataDir } = served();
    const at = `${url}/v1/ledger/promises`;
    const answer = await expectStatus(at, { key: keys.operator }, 200);
    expect(answer.json).toEqual({
      missed: 0,
      overdue: 0,
      rejected: 0,
      events: [],
      rejectedEvents: [],
    });
    expect((await ask(at, { key: keys.acceptor })).status).toBe(403);
    const metrics = (await ask(`${url}/metrics`, { key: keys.operator })).text;
    expect(metrics).toContain("scrip_receipt_promises_missed_total 0");
    expect(metrics).toContain("scrip_receipt_promises_overdue 0");
    const env = { ...process.env, SCRIP_DATA_DIR: dataDir };
    const { stdout } = await execFile(process.execPath, [bin, "status", "--url", url], { env });
    expect(stdout).toContain("promises    0 missed since the start, 0 overdue");
  });
}

const grantOf = (holder: string) => ({ programId: "receipts-points", holder, amount: 1 });
