import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { describe, expect, it } from "vitest";

describe("the client", () => {
  it("is made for browsers too: nothing of Node is in it", async () => {
    const entry = fileURLToPath(new URL("../src/index.ts", import.meta.url));
    const { outputFiles, errors } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      format: "esm",
      // Node's own modules cannot be resolved here, so one import of them would be an error.
      platform: "browser",
      conditions: ["source"],
      logLevel: "silent",
    });
    expect(errors).toEqual([]);
    expect(outputFiles[0]?.text).toContain("verifyFile");
    expect(outputFiles[0]?.text).not.toMatch(/\b(?:Buffer|process)\./);
  });
});
