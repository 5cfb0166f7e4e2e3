import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  Closing,
  createLogger,
  Lifecycle,
  localApiKeys,
  openDataDirectory,
} from "@scrip/service-kit";
import type { KeyMadeAnswer, KeysAnswer } from "@scrip/wire";
import { afterAll, expect, it } from "vitest";
import { composeAll, openAdapters } from "../src/index.ts";

const dataDir = mkdtempSync(join(tmpdir(), "scrip-keys-"));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));
const lines: string[] = [];

/** The whole system over the directory; every call of it until it is stopped. */
async function start() {
  const directory = openDataDirectory(dataDir);
  const closing = new Closing();
  const destination = { write: (line: string) => void lines.push(line) };
  const logger = createLogger({ service: "scrip", level: "debug", destination });
  const adapters = await openAdapters(directory, closing);
  const file = directory.path("keys.json");
  await localApiKeys(adapters.callers, file);
  const { chainId } = directory.settings;
  const lifecycle = new Lifecycle();
  const app = await composeAll({
    adapters,
    chainId,
    logWithinMs: 60_000,
    logger,
    lifecycle,
    closing,
  });
  const { operator } = JSON.parse(readFileSync(file, "utf8")) as { operator: string };
  const call = async (method: "GET" | "POST" | "DELETE", url: string, sent: Sent = {}) =>
    await app.inject({
      method,
      url,
      headers: {
        authorization: `Bearer ${sent.key ?? operator}`,
        ...(sent.name === undefined ? {} : { "idempotency-key": sent.name }),
      },
      ...(sent.body === undefined ? {} : { payload: sent.body }),
    });
  const stop = async () => {
    await app.close();
    await closing.closeAll(logger);
  };
  /** Whether a key is let in. */
  const admits = async (key: string | null) =>
    (await call("GET", "/v1/ledger/status", { key: key ?? "none" })).statusCode === 200;
  return { call, admits, stop };
}

interface Sent {
  readonly key?: string;
  readonly name?: string;
  readonly body?: object;
}

it("keeps made, rotated and revoked keys over a restart, and their secrets nowhere", async () => {
  const scope = { programs: ["gold"], participants: [] };
  const body = { participant: "store-7", role: "ACCEPTOR", scope };
  const first = await start();
  const made = await first.call("POST", "/v1/keys", { name: "till", body });
  const old = made.json<KeyMadeAnswer>();
  const url = `/v1/keys/${old.key.keyId}`;
  const next = (await first.call("POST", `${url}/rotate`, { name: "next" })).json<KeyMadeAnswer>();
  expect([await first.admits(old.secret), await first.admits(next.secret)]).toEqual([true, true]);
  expect((await first.call("DELETE", url)).statusCode).toBe(200);
  expect([await first.admits(old.secret), await first.admits(next.secret)]).toEqual([false, true]);
  await first.stop();

  const second = await start();
  expect([await second.admits(old.secret), await second.admits(next.secret)]).toEqual([
    false,
    true,
  ]);
  const again = await second.call("POST", "/v1/keys", { name: "till", body });
  expect(again.json()).toMatchObject({
    key: { keyId: old.key.keyId, status: "REVOKED" },
    secret: null,
    secretShown: "EARLIER",
  });
  const { keys } = (await second.call("GET", "/v1/keys")).json<KeysAnswer>();
  // One for each role came with the directory.
  expect(keys).toHaveLength(5 + 2);
  expect(keys.filter(({ createdAt }) => createdAt === null)).toHaveLength(5);
  await second.stop();

  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  expect(files.length).toBeGreaterThan(5);
  for (const secret of [old.secret ?? "", next.secret ?? ""]) {
    expect(secret).toMatch(/^sk_/);
    const bytes = [Buffer.from(secret), Buffer.from(secret.slice(3), "base64url")];
    expect(files.some((content) => bytes.some((form) => content.includes(form)))).toBe(false);
    expect(lines.join("")).not.toContain(secret);
  }
  expect(lines.join("")).toContain("an API key was revoked");
});
