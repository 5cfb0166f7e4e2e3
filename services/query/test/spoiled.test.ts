import { decodeBundle, parseTlogProof } from "@scrip/merkle-log";
import { sha256Ed25519 } from "@scrip/signing";
import { formatCardId, leafKey, parseEventId, toHex } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { distributed, spent } from "./coded-card.ts";
import { given } from "./given.ts";

/** A copy that was verified block by block, with one card in it, and the ways to ask about that. */
async function verifiedCopy() {
  const all = await given();
  const { acts } = all.ledger.chain;
  acts.open(1);
  const card = distributed(acts.history);
  for (const amount of [100, 200]) spent(acts.history, card, amount);
  await all.sealed();
  const headers = { ...all.callers.key("OPERATOR") };
  const get = (url: string) => all.app.inject({ url, headers });
  const id = formatCardId(card.cardId);
  const history = (await get(`/v1/cards/${id}/history`)).json();
  const { eventId, index } = history.events.at(-1) as { eventId: string; index: number };
  return { ...all, card, id, get, eventId, index };
}

const flip = (bytes: Uint8Array | undefined, at = (bytes?.length ?? 0) >> 1): void => {
  if (bytes === undefined) throw new Error("nothing to spoil");
  bytes[at] = (bytes[at] ?? 0) ^ 1;
};

describe("a byte that was turned over after it was verified", () => {
  it("in an entry is an error wherever that would be shown, and nowhere else", async () => {
    const { disk, index, eventId, id, get, store, lines } = await verifiedCopy();
    flip(disk.entries[index]);
    const asked = [
      `/v1/events/${eventId}`,
      `/v1/events/${eventId}/proof`,
      `/v1/cards/${id}/history`,
      `/tile/entries/000.p/${store.size()}`,
    ];
    for (const url of asked) {
      const answer = await get(url);
      expect([url, answer.statusCode, answer.json().code]).toEqual([url, 500, "INTERNAL"]);
    }
    expect(lines.join("")).toContain(`entry ${index} is not the one in the log`);
    expect((await get(`/v1/cards/${id}`)).statusCode).toBe(200);
    const fewer = await get(`/tile/entries/000.p/${index}`);
    expect(decodeBundle(new Uint8Array(fewer.rawPayload), index)).toHaveLength(index);
  });

  it("in a state is an error, and so is one that is gone", async () => {
    const { disk, card, id, get, callers, app } = await verifiedCopy();
    const key = toHex(leafKey(sha256Ed25519.hash, "card", card.cardId));
    const kept = disk.leaves.get(key)?.slice();
    const asked = async () => {
      const body = { cardId: id };
      const verify = await app.inject({ method: "POST", url: "/v1/verify", payload: body });
      const answers = [await get(`/v1/cards/${id}`), await get(`/v1/cards/${id}/proof`), verify];
      return answers.map(({ statusCode }) => statusCode);
    };
    expect(callers).toBeDefined();
    for (let at = 0; at < (kept?.length ?? 0); at += 7) {
      disk.leaves.set(key, kept?.slice() ?? new Uint8Array(0));
      flip(disk.leaves.get(key), at);
      expect(await asked(), `byte ${at}`).toEqual([500, 500, 500]);
    }
    disk.leaves.delete(key);
    expect(await asked()).toEqual([500, 500, 500]);
    disk.leaves.set(key, kept ?? new Uint8Array(0));
    expect((await asked())[0]).toBe(200);
  });

  it("in the map is an error for the states it is beside", async () => {
    const { disk, id, get } = await verifiedCopy();
    for (const bytes of disk.buckets.values()) flip(bytes, 40);
    expect((await get(`/v1/cards/${id}`)).statusCode).toBe(500);
    expect((await get(`/v1/cards/${id}/proof`)).statusCode).toBe(500);
  });

  it("in a tile is an error for whoever asks for it, and for proofs that need it", async () => {
    const { disk, get, eventId, index, store } = await verifiedCopy();
    // A leaf hash on the path of the event, not its own.
    flip(disk.tiles.get("0/0"), 32 * (index ^ 1));
    expect((await get(`/tile/0/000.p/${store.size()}`)).statusCode).toBe(500);
    expect((await get(`/v1/events/${eventId}/proof`)).statusCode).toBe(500);
    expect((await get(`/v1/events/${eventId}`)).statusCode).toBe(200);
  });

  it("in the checkpoint is an error until it is signed anew", async () => {
    const { disk, get, eventId, store } = await verifiedCopy();
    const size = store.size();
    const note = disk.checkpoints.get(size) ?? "";
    const lines = note.split("\n");
    lines[2] = `${lines[2]?.startsWith("A") === true ? "B" : "A"}${lines[2]?.slice(1) ?? ""}`;
    disk.checkpoints.set(size, lines.join("\n"));
    expect((await get("/checkpoint")).statusCode).toBe(500);
    expect((await get(`/v1/events/${eventId}/proof`)).statusCode).toBe(500);
    disk.checkpoints.set(size, note);
    const { statusCode, body } = await get(`/v1/events/${eventId}/proof`);
    expect(statusCode).toBe(200);
    expect(parseTlogProof(body).note.signatures.length).toBeGreaterThan(3);
    expect(parseEventId(eventId)).not.toBeNull();
  });
});
