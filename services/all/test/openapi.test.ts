import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Closing, Lifecycle, createLogger, openDataDirectory } from "@scrip/service-kit";
import { format } from "prettier";
import { afterAll, expect, it } from "vitest";
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
  const text = await format(served.body, { parser: "json", printWidth: 100 });
  await expect(text).toMatchFileSnapshot("../openapi.json");
});
