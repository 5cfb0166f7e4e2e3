import { readFileSync } from "node:fs";
import { decodeMapProof, encodeMapProof, MapProofError, verifyMapProof } from "@scrip/state-map";
import { describe, expect, it } from "vitest";
import { mapVectors, mapVectorsFile, sha256 } from "./generate-map.ts";

type MapVectors = ReturnType<typeof mapVectors>;

const committed: MapVectors = JSON.parse(readFileSync(mapVectorsFile, "utf8"));
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const rootOf = (history: MapVectors["histories"][number]): Uint8Array =>
  bytes(history.steps.at(-1)?.rootAfter ?? "00".repeat(32));

describe("the vectors of the state map", () => {
  it("are what the map gives today", () => {
    expect(mapVectors()).toEqual(committed);
  });

  it("cover all three ends of a path, present and absent", () => {
    const ends = committed.histories.flatMap(({ proofs }) => proofs.map(({ endsAt }) => endsAt));
    expect(new Set(ends)).toEqual(new Set(["empty", "leaf", "other"]));
  });

  it.each(committed.histories)("hold proofs that verify by themselves: $name", (history) => {
    const root = rootOf(history);
    for (const { key, valueHash, endsAt, proof } of history.proofs) {
      const decoded = decodeMapProof(bytes(proof));
      const claim = { root, key: bytes(key), valueHash: valueHash === null ? null : bytes(valueHash) };
      verifyMapProof(sha256, claim, decoded);
      expect(decoded.terminal.kind).toBe(endsAt);
      expect(Buffer.from(encodeMapProof(decoded)).toString("hex")).toBe(proof);
      const lie = { ...claim, valueHash: sha256(root) };
      expect(() => verifyMapProof(sha256, lie, decoded)).toThrow(MapProofError);
    }
  });

  it("can be computed from their own description", () => {
    const h = (...parts: readonly string[]): string =>
      Buffer.from(sha256(bytes(parts.join("")))).toString("hex");
    for (const { kindTag, id, key } of committed.keys) expect(h(kindTag, id)).toBe(key);
    for (const half of committed.halves) {
      expect(h(half.blind, half.private)).toBe(half.privateHash);
      expect(h(half.tag, h(half.public), half.privateHash)).toBe(half.valueHash);
    }
    const one = committed.histories.find(({ name }) => name === "one leaf")?.steps[0];
    expect(h("00", one?.key ?? "", one?.valueHash ?? "")).toBe(one?.rootAfter);
  });
});
