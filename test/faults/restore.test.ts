import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ask, expectStatus } from "../stage/http.ts";
import { startInVain, startScrip as start, type RunningScrip } from "../stage/running-scrip.ts";
import { scripCommand } from "../stage/scrip-command.ts";
import { stockCards } from "../stage/stock.ts";
import { temporaryDirectory } from "../stage/temporary.ts";

const directory = temporaryDirectory("restore");
const newer = join(directory.path, "newer");
const older = join(directory.path, "older");
/** The newest checkpoint, as anybody may have saved it. */
const published = join(directory.path, "published.txt");
const started: RunningScrip[] = [];
let copies = 0;
let eventIds: readonly string[];
let codes: readonly string[];
let sizes: { readonly older: number; readonly newer: number };

beforeAll(async () => {
  let scrip = await startScrip(newer);
  ({ codes } = await stockCards(scrip, { programId: "restore", count: 5, faceValue: 1_000 }));
  const first = await sell(scrip, "before the copy");
  const sizeOlder = Number((await checkpoint(scrip)).split("\n")[1]);
  await scrip.stop();
  cpSync(newer, older, { recursive: true });
  scrip = await startScrip(newer);
  const more = [await sell(scrip, "after the copy"), await sell(scrip, "and another")];
  const text = await checkpoint(scrip);
  writeFileSync(published, text);
  sizes = { older: sizeOlder, newer: Number(text.split("\n")[1]) };
  eventIds = [first, ...more];
  await scrip.stop();
});
afterAll(async () => {
  for (const scrip of started) await scrip.kill();
  directory.remove();
});

/** Whatever becomes of a test, what it started does not outlive it. */
async function startScrip(path: string): Promise<RunningScrip> {
  const scrip = await start(path);
  started.push(scrip);
  return scrip;
}

const checkpoint = async ({ url }: RunningScrip): Promise<string> =>
  (await expectStatus(`${url}/checkpoint`, {}, 200)).text;

async function sell({ url, keys }: RunningScrip, idempotencyKey: string): Promise<string> {
  const body = { acceptor: "store-1", amount: 10, tenders: [{ code: codes[0] }] };
  const path = `${url}/v1/write-offs?waitFor=committed&timeoutMs=20000`;
  return (await expectStatus(path, { key: keys.acceptor, idempotencyKey, body }, 200)).json.eventId;
}

/** A copy of the newer system in which these parts are those of the older one. */
function mixed(...parts: readonly string[]): {
  path: string;
  file: (...names: string[]) => string;
} {
  copies += 1;
  const path = join(directory.path, `copy-${copies}`);
  cpSync(newer, path, { recursive: true });
  const file = (...names: string[]): string => join(path, ...names);
  for (const part of parts) {
    rmSync(file(part), { recursive: true });
    cpSync(join(older, part), file(part), { recursive: true });
  }
  return { path, file };
}

async function expectRefused(path: string, reason: RegExp): Promise<void> {
  const { code, err } = await startInVain(path);
  expect(err).toMatch(/^scrip: [^\n]+\n$/);
  expect(err).toMatch(reason);
  expect(code).toBe(1);
}

/** It starts, has every event that was committed, and sells. */
async function expectToGoOn(path: string): Promise<void> {
  const scrip = await startScrip(path);
  // Committed means that the query service has followed up to there.
  const next = await sell(scrip, `once more in ${path}`);
  for (const eventId of [...eventIds, next]) {
    await expectStatus(`${scrip.url}/v1/events/${eventId}/proof`, {}, 200);
  }
  await scrip.stop();
  const { code, out } = await scripCommand("status", "--deep", "--data", path);
  expect([code, out.split("\n").at(-2)]).toEqual([0, "sound"]);
}

describe("a part put back from an older copy", () => {
  it.each(["ledger", "ledger/store"])(
    "is noticed where it is the ledger (%s), and mended with the query service's copy",
    async (part) => {
      const { path, file } = mixed(part);
      const { older: has, newer: had } = sizes;
      await expectRefused(
        path,
        new RegExp(
          `the log has ${has} entries, the query service's copy \\(.*\\) says ${had}: it is an older ` +
            "copy; put back a newer copy, or .*/follower/data\\.mdb in the place of .*/ledger/store/data\\.mdb",
        ),
      );
      const { out, code } = await scripCommand("status", "--deep", "--data", path);
      expect(out).toMatch(/DAMAGED follower: LOG size \d+: .* the ledger is an older copy/);
      expect(code).toBe(1);
      cpSync(file("follower", "data.mdb"), file("ledger", "store", "data.mdb"));
      await expectToGoOn(path);
    },
  );

  it("is noticed where it is ledger and query service's copy: the validators remember", async () => {
    const { path } = mixed("ledger/store", "follower");
    await expectRefused(path, /the log has \d+ entries, .*\/v0 says \d+: .* one with at least \d+/);
  });

  it("does no harm where it is the signing states", async () => {
    const names = readdirSync(join(newer, "ledger", "validators"));
    const signed = names.filter((name) => name.endsWith(".signed"));
    expect(signed).toHaveLength(4);
    await expectToGoOn(mixed(...signed.map((name) => `ledger/validators/${name}`)).path);
  });

  it("does no harm where it is the query service's copy, which follows again", async () => {
    await expectToGoOn(mixed("follower").path);
  });
});

describe("scrip log resume", () => {
  const resume = (path: string, from = published, ...more: string[]) =>
    scripCommand("log", "resume", "--from", from, "--data", path, ...more);

  it("makes a directory put back whole refuse a second history", async () => {
    const { path } = mixed();
    rmSync(path, { recursive: true });
    cpSync(older, path, { recursive: true });
    // From inside nothing shows.
    const scrip = await startScrip(path);
    expect((await ask(`${scrip.url}/v1/events/${eventIds[2]}/proof`)).status).toBe(404);
    const { code: inUse, err: why } = await resume(path);
    expect([inUse, why]).toEqual([1, expect.stringMatching(/process \d+ has it open; stop/)]);
    await scrip.stop();

    const { code, out, err } = await resume(path);
    expect(out).toMatch(/\/v0: had signed size \d+, now size \d+\n/);
    expect(out).toContain(`none of them signs anything below size ${sizes.newer} any more\n`);
    expect(err).toContain(`the log here has ${sizes.older} entries only`);
    expect(code).toBe(0);
    await expectRefused(
      path,
      new RegExp(`the log has ${sizes.older} entries, .*says ${sizes.newer}`),
    );
  });

  it("lets a validator sign again whose file was lost, from a proof file too", async () => {
    const { path, file } = mixed();
    rmSync(file("ledger", "validators", "v0.signed"));
    await expectRefused(path, /v0\.signed is missing/);
    const { code, out } = await resume(path, file("walk", "proof.txt"));
    expect(out).toMatch(/\/v0: had signed nothing that could be believed, now size \d+\n/);
    expect(out).toMatch(/\/v1: had signed size \d+, left as it is\n/);
    expect(code).toBe(0);
    await expectToGoOn(path);
  });

  it("lifts a validator whose file was lost to what the copies have its signature on", async () => {
    const { path, file } = mixed();
    rmSync(file("ledger", "validators", "v0.signed"));
    const { code, out } = await resume(path, file("walk", "proof.txt"));
    const now = new RegExp(
      `/v0: had signed nothing that could be believed, now size ${sizes.newer}\n`,
    );
    expect(out).toMatch(now);
    expect(out).toContain(`none of them signs anything below size ${sizes.newer} any more\n`);
    expect(code).toBe(0);
  });

  it("takes no checkpoint that the policy does not believe, and none of another log", async () => {
    const { path, file } = mixed();
    const signed = file("ledger", "validators", "v0.signed");
    rmSync(signed);
    const few = file("few.txt");
    const lines = readFileSync(published, "utf8").split("\n");
    writeFileSync(few, `${lines.slice(0, 6).join("\n")}\n`);
    const other = file("other.txt");
    writeFileSync(other, `else.where/log\n${lines.slice(1).join("\n")}`);
    const cases: readonly (readonly [string, RegExp])[] = [
      [few, /^QUORUM_NOT_MET/],
      [other, /^PROOF_INVALID: .*compare the origin/],
      [file("scrip.json"), /^PROOF_INVALID/],
      [file("nowhere.txt"), /^scrip: cannot read the checkpoint/],
    ];
    for (const [from, reason] of cases) {
      const { code, out, err } = await resume(path, from);
      expect([code, out]).toEqual([1, ""]);
      expect(err).toMatch(reason);
    }
    await expectRefused(path, /v0\.signed is missing/);
  });
});
