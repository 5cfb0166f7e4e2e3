import { defineConfig } from "vitest/config";

// Packages of ours are read from their sources, never from dist; the rest is what Vite uses for Node anyway.
const conditions = ["source", "module", "node"];
const resolve = { resolve: { conditions }, ssr: { resolve: { conditions } } };

/**
 * Two halves: `unit` is quick (pure code, contract suites on embedded adapters, routes by inject);
 * `system` starts built processes and outside tools, one file at a time, after `unit`.
 */
export default defineConfig({
  test: {
    projects: [
      {
        ...resolve,
        test: {
          name: "unit",
          include: [
            "shared/**/test/**/*.test.ts",
            "services/**/test/**/*.test.ts",
            "test/{architecture,vectors}/**/*.test.ts",
          ],
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
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
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
