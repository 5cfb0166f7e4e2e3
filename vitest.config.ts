import { defineConfig } from "vitest/config";

// Packages of ours are read from their sources, never from dist; the rest is what Vite uses for Node anyway.
const conditions = ["source", "module", "node"];
/** Left alone, two cores get one worker. */
const maxWorkers = 2;
const resolve = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/**
 * `unit` is the quick half: packages by themselves, on pure code and fakes. `parts` takes longer: adapters on disk and
 * routes by inject over real stores. `system` starts built processes and outside tools, one file at a time, at the end.
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...resolve,
        test: {
          name: "unit",
          include: [
            "shared/*/test/**/*.test.ts",
            "services/{cli,relay}/test/**/*.test.ts",
            "test/{architecture,vectors}/**/*.test.ts",
          ],
          maxWorkers,
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        ...resolve,
        test: {
          name: "parts",
          include: [
            "shared/adapters/*/test/**/*.test.ts",
            "services/{all,binding,chain-writer,issuance,query,write-off}/test/**/*.test.ts",
          ],
          maxWorkers,
          testTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...resolve,
        test: {
          name: "system",
          include: ["test/{network,cluster,simulation,conformance,faults}/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
