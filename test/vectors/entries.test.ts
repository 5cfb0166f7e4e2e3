import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { decode, encode, rfc8949EncodeOptions } from "cborg";
import {
  decodeEntry,
  decodeLeaf,
  fromHex,
  leafKinds,
  parseCode,
  toHex,
  type LeafKind,
} from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { entryVectors, entryVectorsFile, plain } from "./generate-entries.ts";

const stored = JSON.parse(readFileSync(entryVectorsFile, "utf8")) as ReturnType<typeof entryVectors>;

/** SHA-256 of hex and texts, written apart from the code under test. */
const H = (...pieces: readonly (string | Buffer)[]): string =>
  createHash("sha256")
    .update(Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece))))
    .digest("hex");
const hex = (text: string): Buffer => Buffer.from(text, "hex");

/** What a card's or operation's state hash is made of. */
function halvedHash(kind: "card" | "operation", bytes: string): string {
  const found = stored.halves.find((one) => bytes.includes(one.privateBytes));
  if (found === undefined) throw new Error(`no halves of this ${kind}`);
  return H(`scrip/v1/${kind}-state\0`, hex(H(hex(found.publicBytes))), hex(found.hiddenHash));
}

describe("entries.json", () => {
  it("is what the code makes", () => {
    expect(plain(entryVectors())).toEqual(stored);
  });

  it("holds every kind of entry and every kind of leaf", () => {
    const names = stored.entries.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["genesis", "batch", "rejection", "seal"]));
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(stored.leaves.map(({ kind }) => kind))).toEqual(new Set(leafKinds));
  });

  it.each(stored.entries.map((vector) => [vector.name, vector] as const))("%s decodes", (_name, vector) => {
    expect(plain(decodeEntry(fromHex(vector.bytes)))).toEqual(vector.entry);
    expect(vector.leafHash).toBe(H(Buffer.of(0), hex(vector.bytes)));
  });

  it.each(stored.leaves.map((vector) => [vector.kind, vector] as const))("%s decodes", (kind, vector) => {
    expect(plain(decodeLeaf(kind as LeafKind, fromHex(vector.bytes)))).toEqual(vector.leaf);
    expect(vector.key).toBe(H(`scrip/v1/map/${kind}\0`, hex(vector.id)));
    const halved = kind === "card" || kind === "operation";
    expect(vector.stateHash).toBe(halved ? halvedHash(kind, vector.bytes) : H(hex(vector.bytes)));
  });

  it("is canonical CBOR to another library, halves included", () => {
    const all = [
      ...stored.entries.map(({ bytes }) => bytes),
      ...stored.leaves.map(({ bytes }) => bytes),
      ...stored.halves.flatMap(({ publicBytes, privateBytes }) => [publicBytes, privateBytes]),
    ];
    for (const bytes of all) {
      const value: unknown = decode(fromHex(bytes), { useMaps: true, strict: true });
      expect(toHex(new Uint8Array(encode(value, rfc8949EncodeOptions)))).toBe(bytes);
    }
  });

  it("hides private halves behind nonce and id", () => {
    for (const { id, nonce, privateBytes, hiddenHash } of stored.halves) {
      const blind = H("scrip/v1/blind\0", hex(nonce), hex(id));
      expect(hiddenHash).toBe(H(hex(blind), hex(privateBytes)));
    }
  });

  it("derives codes and card ids from the seed", () => {
    for (const { symbols, shown, cardId } of [...stored.codes.codes, ...stored.codes.redrawn]) {
      expect(parseCode(shown)).toBe(symbols);
      expect(cardId).toBe(H(`scrip/v1/card-id\0${symbols}`).slice(0, 40));
    }
  });

  it("derives ids under their tags", () => {
    const { opId, binding, stream, body } = stored.ids;
    expect(opId.opId).toBe(H(`scrip/v1/operation\0${opId.caller}\0${opId.key}`));
    expect(binding.commitment).toBe(H("scrip/v1/binding\0", hex(binding.salt), binding.programId));
    expect(stream.next).toBe(H(hex(stream.start), hex(stream.eventId)));
    expect(body.bodyHash).toBe(H(`scrip/v1/body\0${body.canonical}`));
  });
});
