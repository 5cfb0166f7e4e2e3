import { verifyFile } from "@scrip/client";
import {
  decodeBundle,
  leafHash,
  MemoryTree,
  parseCheckpoint,
  parseNote,
  parsePolicy,
  parseTlogProof,
  signatureType,
  verifierKey,
} from "@scrip/merkle-log";
import { sha256Ed25519, verifyCheckpoint, verifyNote, verifyTlogProof } from "@scrip/signing";
import { decodeProofExtra, formatEventId, fromHex, toHex } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { distributed, spent } from "./coded-card.ts";
import { given } from "./given.ts";

const suite = sha256Ed25519;
const { hash } = suite;

/** A log of more than one full tile. */
async function grownLog() {
  const all = await given();
  const { acts } = all.ledger.chain;
  acts.open(10);
  const card = distributed(acts.history);
  for (let sale = 0; sale < 300; sale++) acts.grant("a wallet", 5);
  if (spent(acts.history, card, 100) === null) throw new Error("a sale");
  await all.sealed();
  const get = (url: string, headers: object = {}) =>
    all.app.inject({ url, headers: { ...headers } });
  return { ...all, acts, card, get };
}

describe("GET /checkpoint", () => {
  it("has the log's own line and cosignatures that meet the served policy", async () => {
    const { get, ledger } = await grownLog();
    const { body } = await get("/checkpoint");
    const policy = parsePolicy(hash, (await get("/v1/ledger/policy")).body);
    const { checkpoint, cosignedBy } = verifyCheckpoint(body, { policy, suite });
    expect(checkpoint.size).toBe(ledger.state.size);
    expect(checkpoint.root).toEqual(ledger.state.root());
    expect(cosignedBy).toHaveLength(4);
    const { name, publicKey } = ledger.logKey;
    const log = verifierKey(hash, { name, publicKey, type: signatureType.ed25519 });
    expect(verifyNote(parseNote(body), [log], suite)).toHaveLength(1);
  });

  it("and the status say the same", async () => {
    const { get, callers, ledger, sealed, acts } = await grownLog();
    acts.stock(2);
    await sealed();
    const status = (await get("/v1/ledger/status", callers.key("REGULATOR"))).json();
    const checkpoint = parseCheckpoint(parseNote((await get("/checkpoint")).body).text);
    expect(status).toMatchObject({
      chainId: checkpoint.origin,
      size: checkpoint.size,
      root: toHex(checkpoint.root),
      height: ledger.state.height,
      cards: 303,
      lawGauge: "0",
      rejections: 0,
      divergedCards: null,
      totals: { loaded: "31500", writtenOff: "100", available: "31400" },
      lag: { outboxDepth: null },
    });
    expect((await get("/v1/ledger/status")).statusCode).toBe(401);
  });
});

describe("tiles", () => {
  it("give the root of the checkpoint, and full ones are for ever", async () => {
    const { get, ledger, callers } = await grownLog();
    const { size } = ledger.state;
    const headers = callers.key("OPERATOR");
    const tree = new MemoryTree(hash);
    for (let tile = 0; tile * 256 < size; tile++) {
      const width = Math.min(256, size - tile * 256);
      const suffix = width === 256 ? "" : `.p/${width}`;
      const path = `00${tile}${suffix}`;
      const hashes = await get(`/tile/0/${path}`);
      const bundle = await get(`/tile/entries/${path}`, headers);
      const immutable = width === 256 ? "immutable" : "max-age=60";
      expect(hashes.headers["cache-control"]).toContain(immutable);
      expect(bundle.headers["cache-control"]).toMatch(/^private/);
      const entries = decodeBundle(bundle.rawPayload, width);
      for (const [slot, entry] of entries.entries()) {
        const leaf = leafHash(hash, entry);
        expect(toHex(leaf)).toBe(hashes.rawPayload.toString("hex", 32 * slot, 32 * slot + 32));
        tree.append(leaf);
      }
    }
    expect(tree.root()).toEqual(ledger.state.root());
  });

  it("serve past widths, and nothing that is not there", async () => {
    const { get, ledger } = await grownLog();
    const narrow = await get("/tile/0/001.p/3");
    const wide = await get(`/tile/0/001.p/${ledger.state.size - 256}`);
    expect(narrow.rawPayload).toEqual(wide.rawPayload.subarray(0, 96));
    expect((await get("/tile/1/000.p/1")).rawPayload).toHaveLength(32);
    for (const path of [
      "0/002.p/1",
      "0/001",
      "0/1",
      "0/000.p/256",
      "64/000",
      "2/000.p/1",
      "x/000",
      "0/",
    ]) {
      expect((await get(`/tile/${path}`)).statusCode, path).toBe(404);
    }
  });

  it("of entries are for operators, and a regulator whose scope is everything", async () => {
    const { get, callers } = await grownLog();
    const path = "/tile/entries/000";
    const asked = async (headers: object) => (await get(path, headers)).statusCode;
    expect(await asked({})).toBe(401);
    expect(await asked(callers.key("ISSUER"))).toBe(403);
    expect(await asked(callers.key("REGULATOR", { programs: ["coded"] }))).toBe(403);
    expect(await asked(callers.key("REGULATOR"))).toBe(200);
    expect(await asked(callers.key("OPERATOR"))).toBe(200);
  });
});

describe("events", () => {
  async function sale() {
    const all = await grownLog();
    const [index] = all.store.history(all.card.cardId, 0, 10).slice(-1);
    const bytes = all.store.entry(index ?? -1);
    if (bytes === undefined) throw new Error("a sale");
    const eventId = toHex(leafHash(hash, bytes));
    return { ...all, bytes, eventId, id: formatEventId(eventId) };
  }

  it("are shown to those who take part, and to nobody else", async () => {
    const { get, callers, id } = await sale();
    const answer = (
      await get(`/v1/events/${id}`, callers.key("ACCEPTOR", { participants: [] }, "store-1"))
    ).json();
    expect(answer).toMatchObject({
      eventId: id,
      type: "CardWrittenOff",
      programId: "coded",
      finality: "COMMITTED",
      rejection: null,
      cards: [{ amount: 100, balance: 9_900, held: 0, version: 4 }],
    });
    const strangers = [
      callers.key("ACCEPTOR", { participants: [] }, "store-2"),
      callers.key("REGULATOR", { programs: ["gold"] }),
    ];
    for (const headers of strangers) {
      expect((await get(`/v1/events/${id}`, headers)).json()).toMatchObject({
        code: "EVENT_NOT_FOUND",
      });
    }
    expect((await get(`/v1/events/${id}`)).statusCode).toBe(401);
    const issuer = callers.key("ISSUER", { participants: [] }, "acme");
    expect((await get(`/v1/events/${id}`, issuer)).statusCode).toBe(200);
  });

  it("are proven to anybody; the entry is for who may see it", async () => {
    const { get, callers, id, eventId, bytes, ledger } = await sale();
    const policy = parsePolicy(hash, ledger.policy);
    const open = await get(`/v1/events/${id}/proof`);
    expect(verifyTlogProof(open.body, fromHex(eventId), { policy, suite }).extra).toBeUndefined();
    const mine = await get(`/v1/events/${id}/proof`, callers.key("REGULATOR"));
    const { extra } = verifyTlogProof(mine.body, fromHex(eventId), { policy, suite });
    expect(decodeProofExtra(extra ?? new Uint8Array())).toEqual({
      kind: "event",
      entry: new Uint8Array(bytes),
    });
    const stranger = await get(
      `/v1/events/${id}/proof`,
      callers.key("ACCEPTOR", { participants: [] }, "store-2"),
    );
    expect(parseTlogProof(stranger.body).extra).toBeUndefined();
    expect(
      (await get(`/v1/events/${id}/proof`, { authorization: "Bearer sk_wrong" })).statusCode,
    ).toBe(401);
    expect(mine.body.length).toBeLessThan(2_500);
  });

  it("that are not committed yet have no proof yet", async () => {
    const { get } = await grownLog();
    const soon = await get(`/v1/events/${formatEventId("ab".repeat(32))}/proof`);
    expect(soon.statusCode).toBe(404);
    expect(soon.json()).toMatchObject({ code: "PROOF_NOT_AVAILABLE_YET", retryable: true });
    expect(Number(soon.headers["retry-after"])).toBeGreaterThan(0);
    expect((await get("/v1/events/evt_1/proof")).json()).toMatchObject({ code: "EVENT_NOT_FOUND" });
  });

  it("and checkpoints verify offline, as the client does it", async () => {
    const { get, callers, id, ledger } = await sale();
    const policy = (await get("/v1/ledger/policy")).body;
    const verify = (file: string) =>
      verifyFile({
        file,
        policy,
        suite,
        nowMs: ledger.state.timeMs,
        maxAgeMs: 30_000,
        ...(file.includes("extra") ? { eventId: id } : {}),
      });
    const proof = await get(`/v1/events/${id}/proof`, callers.key("REGULATOR"));
    expect(verify(proof.body)).toMatchObject({ kind: "event", event: { type: "CardWrittenOff" } });
    expect(verify((await get("/checkpoint")).body)).toMatchObject({
      kind: "checkpoint",
      log: { size: ledger.state.size },
    });
  });

  it("that were rejected are told as rejected, and proven as rejected to who may see them", async () => {
    const { get, callers, acts, sealed, ledger } = await grownLog();
    const bytes = new Uint8Array([9, 9, 9]);
    acts.history.queueBytes(0, bytes);
    await sealed();
    const id = formatEventId(toHex(leafHash(hash, bytes)));
    expect((await get(`/v1/events/${id}`, callers.key("OPERATOR"))).json()).toMatchObject({
      finality: "REJECTED",
      rejection: "ENTRY_MALFORMED",
      type: null,
      parties: [],
    });
    expect((await get(`/v1/events/${id}/proof`)).json()).toMatchObject({ code: "EVENT_NOT_FOUND" });
    // A stranger has no key whose scope keeps anything from them.
    const denied = 'scrip_calls_denied_total{reason="OUT_OF_SCOPE",route="/v1/events/:id/proof"}';
    expect((await get("/metrics")).body).not.toContain(denied);
    const outside = callers.key("ACCEPTOR", { participants: [] }, "store-9");
    expect((await get(`/v1/events/${id}/proof`, outside)).statusCode).toBe(404);
    expect((await get("/metrics")).body).toContain(`${denied} 1\n`);
    const { body: file } = await get(`/v1/events/${id}/proof`, callers.key("OPERATOR"));
    const claim = verifyFile({ file, policy: ledger.policy, eventId: id, nowMs: 0, suite });
    expect(claim).toMatchObject({ kind: "rejection", reason: "ENTRY_MALFORMED" });
  });
});
