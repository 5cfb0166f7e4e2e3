import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { batchId } from "@scrip/domain";
import type { Caller } from "@scrip/ports";
import { SeededIdentity } from "@scrip/testing";
import { open } from "lmdb";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  auditBatchVault,
  auditCallerDirectory,
  auditHolderVault,
  openBatchVault,
  openCallerDirectory,
  openHolderVault,
} from "../src/index.ts";

const chainId = "scrip.example/test";
const identity = new SeededIdentity("audits");
const hashOf = (key: string): string => createHash("sha256").update(key).digest("hex");
const till: Caller = {
  participantId: "store-7",
  role: "ACCEPTOR",
  scope: { programs: ["gold"], participants: [], holdersAct: false },
};

describe("an audit", () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "scrip-audits-"));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const options = () => ({ directory, chainId });

  async function remove(key: Buffer): Promise<void> {
    const root = open({ path: directory, maxDbs: 2 });
    const records = root.openDB<Buffer, Buffer>("records", {
      encoding: "binary",
      keyEncoding: "binary",
    });
    await records.remove(key);
    await root.close();
  }

  it("of the caller directory finds nothing wrong with keys made, rotated, revoked and let in", async () => {
    const callers = openCallerDirectory(options());
    await callers.add(hashOf("op"), { ...till, participantId: "op", role: "OPERATOR" });
    const order = { caller: till, madeAtMs: 1, bodyHash: hashOf("body") };
    const [first, second] = ["0a".repeat(16), "0b".repeat(16)] as const;
    await callers.make({ ...order, keyId: first, keyHash: hashOf("a"), follows: null });
    await callers.make({ ...order, keyId: second, keyHash: hashOf("b"), follows: first });
    await callers.revoke(first, 2);
    await callers.close();
    const audit = await auditCallerDirectory(options());
    expect(audit.faults).toEqual([]);
    expect(audit.keyHashes).toEqual(new Set(["op", "a", "b"].map(hashOf)));
    // What leads to a key is gone, then the key itself.
    await remove(Buffer.from(`68${hashOf("b")}`, "hex"));
    const what = "1 of the records that lead to it are missing";
    expect((await auditCallerDirectory(options())).faults).toEqual([
      { about: "KEY", id: second, what },
    ]);
    await remove(Buffer.from(`6b${second}`, "hex"));
    expect((await auditCallerDirectory(options())).faults).toMatchObject([
      { about: "KEY_INDEX", what: "the key it leads to is not there" },
      { about: "KEY_INDEX" },
    ]);
  });

  it("of holders counts them", async () => {
    const holders = openHolderVault(options());
    const newOne = () => ({
      walletId: Buffer.from(identity.randomBytes(20)).toString("hex"),
      salt: Buffer.from(identity.randomBytes(32)).toString("hex"),
    });
    for (const name of ["ann", "bob", "eve"]) await holders.identify(name, newOne());
    await holders.forget("bob");
    await holders.close();
    expect(await auditHolderVault(options())).toEqual({ records: 2, faults: [] });
  });

  it("of seeds tells those that were wiped from those that open, and those without their key", async () => {
    const vault = await openBatchVault(options());
    const [kept, wiped] = [batchId("0a".repeat(16)), batchId("0b".repeat(16))];
    for (const id of [kept, wiped]) await vault.keep(id, identity.randomBytes(32));
    await vault.wipe(wiped);
    await vault.close();
    expect(await auditBatchVault(options())).toEqual({
      records: 2,
      faults: [],
      seeds: new Map([
        [kept, true],
        [wiped, false],
      ]),
    });
    await rm(join(directory, "keys", `${kept}.key`));
    expect((await auditBatchVault(options())).faults).toMatchObject([
      { about: "SEED", id: kept, what: expect.stringMatching(/is missing, and no wipe is on rec/) },
    ]);
  });
});
