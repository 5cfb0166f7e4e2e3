import { createHash } from "node:crypto";
import { batchId } from "@scrip/domain";
import { sha256 } from "@scrip/merkle-log";
import { failing, failOnce } from "@scrip/testing";
import { cardIdOfCode, parseCode } from "@scrip/wire";
import { describe, expect, it } from "vitest";
import { CodeDigests, codeLines, codesBytes, codesWiped, confirmCodes } from "../../src/index.ts";
import { codesPieceBytes, digestsKeptMax } from "../../src/batches/limits.ts";
import { cardIdsOf, openBatch } from "../support/making.ts";
import { World } from "../support/world.ts";

const count = 1_500;

async function given() {
  const world = new World();
  const batch = await openBatch(world, { count });
  const source = { ...world.ports, vault: world.seeds, digests: new CodeDigests() };
  const from = async (offset: number) => {
    const pieces: string[] = [];
    for await (const piece of codeLines(source, batch, offset)) pieces.push(piece);
    return pieces;
  };
  return { world, batch, source, from };
}

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");

describe("codes", () => {
  it("are those of the cards, one a line, in pieces of bounded size", async () => {
    const { world, batch, from } = await given();
    const pieces = await from(0);
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(codesPieceBytes);
    const lines = pieces.join("").split("\n");
    expect(lines.pop()).toBe("");
    const ids = lines.map((line) => cardIdOfCode(sha256, parseCode(line) ?? never()));
    expect(ids).toEqual(await cardIdsOf(world, batch));
  });

  it("from any offset are the rest of the whole", async () => {
    const { batch, from } = await given();
    const whole = (await from(0)).join("");
    for (const offset of [0, 1, 545, 546, 547, 1_091, 1_092, count - 1, count]) {
      const rest = (await from(offset)).join("");
      expect(rest).toBe(whole.slice(offset * 30));
      expect(rest.length).toBe(codesBytes(batch, offset));
    }
  });

  it("are wiped when count and hash are right, and only then", async () => {
    const { batch, source, from } = await given();
    const sha = hashOf((await from(0)).join(""));
    for (const wrong of [
      { count: count - 1, sha256: sha },
      { count, sha256: hashOf("") },
      { count, sha256: hashOf((await from(1)).join("")) },
    ])
      expect(await confirmCodes(source, batch, wrong)).toBe("MISMATCH");
    const both = [1, 2].map(() => confirmCodes(source, batch, { count, sha256: sha }));
    expect(await Promise.all(both)).toEqual(["CONFIRMED", "CONFIRMED"]);
    // Whose answer was lost asks again, and hears it again; anything else comes too late.
    expect(await confirmCodes(source, batch, { count, sha256: sha })).toBe("CONFIRMED");
    for (const other of [
      { count, sha256: hashOf("") },
      { count: count - 1, sha256: sha },
    ])
      expect(await confirmCodes(source, batch, other)).toBe("WIPED");
    await expect(from(0)).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });

  it("are hashed once, however often they are confirmed while that goes on", async () => {
    const { batch, source, from } = await given();
    const right = { count, sha256: hashOf((await from(0)).join("")) };
    let hashes = 0;
    const hash = (data: Uint8Array) => {
      hashes += 1;
      return source.hash(data);
    };
    const confirms = [1, 2, 3].map(() => confirmCodes({ ...source, hash }, batch, right));
    expect(await Promise.all(confirms)).toEqual(["CONFIRMED", "CONFIRMED", "CONFIRMED"]);
    expect(hashes).toBeLessThan(count + 10);
  });

  it("are hashed anew after that failed, and not remembered for ever", async () => {
    const digests = new CodeDigests();
    const made: number[] = [];
    const of = (nth: number) =>
      digests.of(batchId(nth.toString(16).padStart(32, "0")), async () => {
        made.push(nth);
        if (made.length === 1) throw new Error("broken");
        return String(nth);
      });
    await expect(of(0)).rejects.toThrow("broken");
    for (let nth = 0; nth <= digestsKeptMax; nth += 1) expect(await of(nth)).toBe(String(nth));
    expect(await of(digestsKeptMax)).toBe(String(digestsKeptMax));
    expect(await of(0)).toBe("0");
    expect(made.filter((nth) => nth === 0)).toHaveLength(3);
    expect(made.filter((nth) => nth === digestsKeptMax)).toHaveLength(1);
  });

  it("are wiped by whoever comes next, when a crash came between", async () => {
    const { world, batch, source, from } = await given();
    const right = { count, sha256: hashOf((await from(0)).join("")) };
    const wipe = failing(world.seeds, failOnce("wipe", "BEFORE"));
    await expect(confirmCodes({ ...source, vault: wipe }, batch, right)).rejects.toMatchObject({
      code: "UNAVAILABLE",
    });
    expect(await world.seeds.seed(batch.batchId)).not.toBe("WIPED");
    expect(await codesWiped(source, batch)).toBe(true);
    expect(await world.seeds.seed(batch.batchId)).toBe("WIPED");
    expect(await confirmCodes(source, batch, right)).toBe("CONFIRMED");
  });

  it("stop in the middle of a download once they are wiped", async () => {
    const { world, batch, source } = await given();
    const download = codeLines(source, batch, 0);
    expect((await download.next()).done).toBe(false);
    await world.seeds.wipe(batch.batchId);
    await expect(download.next()).rejects.toMatchObject({
      message: "the codes were wiped meanwhile",
    });
  });
});

function never(): never {
  throw new Error("not a code");
}
