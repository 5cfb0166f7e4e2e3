import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { openLedgerThread, type LedgerThread } from "@scrip/ledger-embedded";
import { Follower } from "@scrip/ledger-state";
import { parsePolicy } from "@scrip/merkle-log";
import { sha256Ed25519 as suite } from "@scrip/signing";
import { ledgerSuite, MemoryDisk, MemoryFollowerStore, testChain } from "@scrip/testing";
import { type GenesisEntry, toHex } from "@scrip/wire";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

// A thread knows nothing of the loader that tests run under: it gets the script as a build makes it.
const folder = mkdtempSync(
  fileURLToPath(new URL("../../../node_modules/.thread-", import.meta.url)),
);
const bundle = join(folder, "ledger-thread.mjs");
const script = pathToFileURL(bundle);

beforeAll(async () => {
  await build({
    entryPoints: [
      fileURLToPath(new URL("../../../shared/local-ledger/src/ledger-thread.ts", import.meta.url)),
    ],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    conditions: ["source"],
    external: ["lmdb"],
    logLevel: "silent",
  });
});
afterAll(() => rmSync(folder, { recursive: true }));

/** A directory, and the ledger in it opened in a thread again and again. */
function threadPlace(genesis: GenesisEntry) {
  const directory = mkdtempSync(join(folder, "place-"));
  const { chainId, shards, writers, operators, receipts, skewMaxMs } = genesis;
  let policy = "";
  const open = async (own = chainId): Promise<LedgerThread> => {
    const chain = { chainId: own, shards, writers, operators, receipts, skewMaxMs };
    const given = { directory, store: join(directory, "store"), chain, published: [] };
    const ledger = await openLedgerThread({ script, given });
    policy = ledger.policy([]);
    return ledger;
  };
  return {
    open,
    policy: () => parsePolicy(suite.hash, policy),
    async copy() {
      const store = new MemoryFollowerStore(new MemoryDisk());
      const known = parsePolicy(suite.hash, policy);
      const follower = await Follower.open({ store, suite, origin: chainId, policy: known });
      return {
        take: (block: Parameters<Follower["take"]>[0]) => follower.take(block),
        root: () => toHex(follower.state.root()),
      };
    },
    remove: async () => rmSync(directory, { recursive: true }),
  };
}

ledgerSuite("embedded, in a thread of its own", async (genesis) => threadPlace(genesis));

/** A thread that opens something and breaks on the first question. */
const breaking = `
  import { parentPort } from "node:worker_threads";
  parentPort.postMessage({ kind: "OPEN", genesis: {}, validators: [] });
  parentPort.on("message", () => { throw new Error("broken on purpose"); });
`;

describe("a thread for the ledger", () => {
  it("carries what its opening threw", async () => {
    const place = threadPlace(testChain().genesis);
    const ledger = await place.open();
    await ledger.close();
    const refused = { name: "PortError", code: "NOT_OURS", retryable: false };
    await expect(place.open("another/chain")).rejects.toMatchObject(refused);
  });

  it("says so when its script cannot run", async () => {
    const nothing = pathToFileURL(join(folder, "nothing.mjs"));
    await expect(openLedgerThread({ script: nothing, given: null })).rejects.toThrow("nothing.mjs");
  });

  it("leaves calls with an unknown outcome when it dies, and is unavailable from then on", async () => {
    const file = join(folder, "breaking.mjs");
    writeFileSync(file, breaking);
    const ledger = await openLedgerThread({ script: pathToFileURL(file), given: null });
    expect(ledger.fault()).toBeUndefined();
    const lost = { code: "UNAVAILABLE", retryable: true, outcomeKnown: false };
    const calls = [ledger.checkpoint(), ledger.head(0), ledger.blocks(0, 1)];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: "rejected", reason: lost });
    }
    expect(ledger.fault()).toContain("broken on purpose");
    await expect(ledger.head(0)).rejects.toMatchObject({ code: "UNAVAILABLE", retryable: true });
    await ledger.close();
  });

  it("is closed once, however often it is asked, and answers nothing after it", async () => {
    const ledger = await threadPlace(testChain().genesis).open();
    await Promise.all([ledger.close(), ledger.close()]);
    await expect(ledger.checkpoint()).rejects.toMatchObject({ code: "UNAVAILABLE" });
  });
});
