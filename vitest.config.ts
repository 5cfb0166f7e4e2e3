import { defineConfig } from "vitest/config";

const conditions = ["source"];

/**
 * Two halves: `unit` is quick (pure code, contract suites on embedded adapters, routes by inject);
 * `system` starts built processes and outside tools.
 */
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: "unit",
          include: [
            "shared/**/test/**/*.test.ts",
            "services/**/test/**/*.test.ts",
            "test/architecture/**/*.test.ts",
            "test/vectors/**/*.test.ts",
          ],
          testTimeout: 30_000,
        },
      },
      {
        resolve: { conditions },
        ssr: { resolve: { conditions } },
        test: {
          name: "system",
          include: ["test/{network,simulation,conformance,faults}/**/*.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
