import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Closing, Lifecycle, createLogger, openDataDirectory } from "@scrip/service-kit";
import { format } from "prettier";
import { afterAll, expect, it } from "vitest";
import { describedRoutes } from "../src/described-routes.ts";
import { composeAll, openAdapters } from "../src/index.ts";

const dataDir = mkdtempSync(join(tmpdir(), "scrip-openapi-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** After a wanted change of a route: `npx vitest run --project parts services/all -u`. */
it("describes every route in openapi.json as it is served", async () => {
  const directory = openDataDirectory(dataDir);
  const closing = new Closing();
  const logger = createLogger({ service: "scrip", level: "silent" });
  const adapters = await openAdapters(directory, closing);
  const { chainId } = directory.settings;
  const app = await composeAll({
    adapters,
    chainId,
    logWithinMs: 60_000,
    logger,
    lifecycle: new Lifecycle(),
    closing,
  });
  const served = await app.inject({ method: "GET", url: "/openapi.json" });
  await app.close();
  await closing.closeAll(logger);

  expect(served.json().openapi).toBe("3.1.0");
  expect([...wordless(served.json().paths)]).toEqual([]);
  const text = await format(served.body, { parser: "json", printWidth: 100 });
  await expect(text).toMatchFileSnapshot("../openapi.json");
});

it("promises orders about a card what they can be refused for, and nothing else", () => {
  const codesOf = (path: string) => describedRoutes[`POST ${path}`]?.codes ?? [];
  const acts = ["load", "adjust", "suspend", "resume", "cancel", "replace"];
  const orders = [...acts.map((act) => `/v1/cards/:id/${act}`), "/v1/write-offs/:id/refund"];
  for (const path of orders)
    expect(codesOf(path)).toEqual(
      expect.arrayContaining(["PROGRAM_NOT_FOUND", "NOT_COMMITTED_YET"]),
    );
  // A body with the ledger's own reason is refused by its schema; value may be corrected whatever the program's kind.
  for (const { codes } of Object.values(describedRoutes))
    expect(codes).not.toContain("REASON_NOT_ALLOWED");
  const ofKind = acts.filter((act) =>
    codesOf(`/v1/cards/:id/${act}`).includes("PROGRAM_KIND_MISMATCH"),
  );
  expect(ofKind).toEqual(["load"]);
});

/** Patterns that callers have to meet and that no title says in words. */
function* wordless(value: unknown, path = ""): Generator<string> {
  if (typeof value !== "object" || value === null || path.endsWith("/responses")) return;
  if ("pattern" in value && !("title" in value)) yield path;
  for (const [name, one] of Object.entries(value)) yield* wordless(one, `${path}/${name}`);
}
