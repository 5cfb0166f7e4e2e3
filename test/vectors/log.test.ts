import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import {
  parseNote,
  parsePolicy,
  parseTilePath,
  parseVkey,
  sha256,
  verifyConsistency,
  verifyInclusion,
} from "@scrip/merkle-log";
import { sha256Ed25519, verifyCheckpoint, verifyNote, verifyTlogProof } from "@scrip/signing";
import * as browser from "@scrip/signing/browser";
import { describe, expect, it } from "vitest";
import { entryOf, logVectors, logVectorsFile } from "./generate-log.ts";

type Vectors = ReturnType<typeof logVectors>;
const stored = JSON.parse(readFileSync(logVectorsFile, "utf8")) as Vectors;
const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, "hex"));
const allBytes = (list: readonly string[]): Uint8Array[] => list.map(bytes);
const H = (...pieces: readonly Uint8Array[]): Buffer =>
  createHash("sha256").update(Buffer.concat(pieces)).digest();

const treeHashes = new Map<string, Buffer>();

/** RFC 6962 §2.1 over the entries from start to end, written apart from the code under test. */
function treeHash(start: number, end: number): Buffer {
  const known = treeHashes.get(`${start} ${end}`);
  if (known !== undefined) return known;
  const made = plainTreeHash(start, end);
  treeHashes.set(`${start} ${end}`, made);
  return made;
}

function plainTreeHash(start: number, end: number): Buffer {
  if (end === start) return H();
  if (end === start + 1) return H(Uint8Array.of(0), entryOf(start));
  let k = 1;
  while (k * 2 < end - start) k *= 2;
  return H(Uint8Array.of(1), treeHash(start, start + k), treeHash(start + k, end));
}

describe("log vectors", () => {
  it("are what the code makes", () => {
    expect(stored).toEqual(JSON.parse(JSON.stringify(logVectors())));
  });

  it("have the roots of a plain reading of RFC 6962", () => {
    for (const { size, root } of stored.roots) {
      expect(treeHash(0, size).toString("hex")).toBe(root);
    }
  });

  it("have the roots and proofs with which Certificate Transparency logs are tested", () => {
    const rootOf = (size: number) => stored.roots.find((one) => one.size === size)?.root;
    expect([0, 1, 2, 7, 8].map(rootOf)).toEqual([
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]);
    expect(stored.inclusion.find(({ index, size }) => index === 5 && size === 8)?.proof).toEqual([
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
    expect(stored.inclusion.find(({ index, size }) => index === 1 && size === 5)?.proof).toEqual([
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]);
    const consistency = (oldSize: number) =>
      stored.consistency.find((one) => one.oldSize === oldSize && one.newSize === 8)?.proof;
    expect(consistency(1)).toEqual([
      "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
      "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
      "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]);
    expect(consistency(6)).toEqual([
      "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
      "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ]);
  });

  it("have proofs that hold", () => {
    for (const { index, size, leafHash, proof } of stored.inclusion) {
      const root = treeHash(0, size);
      expect(H(Uint8Array.of(0), entryOf(index)).toString("hex")).toBe(leafHash);
      verifyInclusion(sha256, {
        index,
        size,
        leafHash: bytes(leafHash),
        proof: allBytes(proof),
        root,
      });
    }
    for (const { oldSize, newSize, proof } of stored.consistency) {
      const [oldRoot, newRoot] = [treeHash(0, oldSize), treeHash(0, newSize)];
      verifyConsistency(sha256, { oldSize, newSize, oldRoot, newRoot, proof: allBytes(proof) });
    }
  });

  it("have tile paths that are read back, and others that are refused", () => {
    for (const { level, index, width, path, entriesPath } of stored.tiles.paths) {
      expect(parseTilePath(path)).toEqual({ kind: "hashes", level, index, width });
      expect(parseTilePath(entriesPath)).toEqual({ kind: "entries", index, width });
    }
    expect(stored.tiles.paths.map(({ path }) => path)).toContain("/tile/3/x001/x234/067.p/8");
    expect(stored.tiles.refused.map(parseTilePath)).toEqual(
      stored.tiles.refused.map(() => undefined),
    );
  });

  it("have key ids as C2SP signed-note defines them", () => {
    for (const { name, type, publicKey, keyId, vkey } of stored.keys) {
      const material = Uint8Array.of(type, ...bytes(publicKey));
      expect(H(Buffer.from(`${name}\n`), material).toString("hex", 0, 4)).toBe(keyId);
      expect(vkey).toBe(`${name}+${keyId}+${Buffer.from(material).toString("base64")}`);
    }
  });

  it("have signatures that OpenSSL accepts over the bytes that are stated", () => {
    for (const { text, signatures, cosigned } of stored.checkpoints) {
      for (const [at, { keyId, signature }] of signatures.entries()) {
        const key = stored.keys.find((one) => one.keyId === keyId);
        const spki = Buffer.from(`302a300506032b6570032100${key?.publicKey}`, "hex");
        const publicKey = createPublicKey({ key: spki, format: "der", type: "spki" });
        const message = at === 0 ? Buffer.from(text) : bytes(cosigned[at - 1]?.message ?? "");
        const raw = bytes(signature).subarray(at === 0 ? 0 : 8);
        expect(verify(null, message, publicKey, raw)).toBe(true);
      }
    }
  });

  it("have checkpoints and proof files that meet the policy, on Node and in the browser", () => {
    const policy = parsePolicy(sha256, stored.policies[0]?.text ?? "");
    for (const { size, root, note } of stored.checkpoints) {
      const verified = verifyCheckpoint(note, { policy, suite: sha256Ed25519 });
      expect(verified.checkpoint).toMatchObject({ size, root: bytes(root) });
      expect(verified.cosignedBy).toHaveLength(4);
      expect(verified.oldestCosignatureSeconds).toBe(1_700_000_005);
      const inBrowser = { policy, suite: browser.sha256Ed25519 };
      expect(browser.verifyCheckpoint(note, inBrowser)).toEqual(verified);
    }
    for (const { index, leafHash, file } of stored.proofs) {
      const trust = { policy, suite: sha256Ed25519 };
      expect(verifyTlogProof(file, bytes(leafHash), trust).index).toBe(index);
    }
  });
});

describe("values others have published", () => {
  it("RFC 8032 §7.1 test 2", () => {
    const publicKey = bytes("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    const signature = bytes(
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    );
    for (const suite of [sha256Ed25519, browser.sha256Ed25519]) {
      expect(suite.verify(publicKey, Uint8Array.of(0x72), signature)).toBe(true);
      expect(suite.verify(publicKey, Uint8Array.of(0x73), signature)).toBe(false);
    }
  });

  it("the note and key printed in C2SP signed-note", () => {
    const vkey = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
    const note = [
      "This is an example message.",
      "",
      "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=",
      "",
    ].join("\n");
    const key = parseVkey(sha256, vkey);
    expect(verifyNote(parseNote(note), [key], sha256Ed25519)).toEqual([
      { key, seconds: undefined },
    ]);
  });
});
