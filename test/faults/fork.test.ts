import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shardOf } from "@scrip/domain";
import { leafHash, merkleRoot } from "@scrip/merkle-log";
import {
  batchSigningBytes,
  cardIdOfCode,
  parseCode,
  toHex,
  type WriteOffAnswer,
} from "@scrip/wire";
import { afterEach, expect, it } from "vitest";
import { differences } from "../stage/lies.ts";
import { must, scrip, startSystem, stocked, until, type System } from "../stage/embedded-system.ts";

const place = mkdtempSync(join(tmpdir(), "scrip-fork-"));
let running: System | null = null;
afterEach(async () => {
  await running?.stop();
  rmSync(place, { recursive: true, force: true });
});

/** Somebody else with the writer's key brings an event into a stream: from there on there are two histories. */
async function intrude({ adapters }: System, shard: number, event: Uint8Array): Promise<void> {
  const { ledger, writer, suite } = adapters;
  const { epoch, nextSeq: fromSeq, chain: chainBefore } = await ledger.head(shard);
  const header = { shard, epoch, fromSeq, chainBefore, count: 1 };
  const root = merkleRoot(suite.hash, [leafHash(suite.hash, event)]);
  const message = batchSigningBytes(adapters.log.name, header, root);
  const signature = toHex(writer.sign(message));
  const batch = { kind: "batch", ...header, writer: writer.name, signature } as const;
  const { kind } = await ledger.submit({ header: batch, events: [event] });
  expect(kind).toBe("COMMITTED");
}

it("a shard whose stream has two histories stops, is refused at start, and is healed by a rebuild", async () => {
  let system = await startSystem(place);
  running = system;
  const { codes } = await stocked(system, { programId: "gold", count: 40, faceValue: 1_000 });
  const { suite, cards } = system.adapters;
  const shards = codes.map((code) => {
    const secret = parseCode(code);
    if (secret === null) throw new Error("no code");
    return shardOf(cardIdOfCode(suite.hash, secret), cards.shards);
  });
  const [forked = 0] = shards;
  const [code = ""] = codes;
  const other = codes[shards.findIndex((shard) => shard !== forked)] ?? "";
  const sell = async (of: string, amount: number, waitFor: string) =>
    must(
      await system.post(`/v1/write-offs${waitFor}`, {
        key: system.keys.acceptor,
        body: { acceptor: "store-1", amount, tenders: [{ code: of }] },
      }),
    ).json<WriteOffAnswer>();
  const committed = "?waitFor=committed&timeoutMs=20000";
  await sell(code, 10, committed);

  await intrude(system, forked, new Uint8Array([1, 2, 3]));
  const lost = await sell(code, 20, "");
  expect(lost.finality).toBe("ACCEPTED");
  await until(async () => (await system.get("/readyz")).statusCode === 503);
  expect((await system.get("/readyz")).body).toContain(`shard ${forked} stopped: FORK`);
  expect((await system.get("/metrics")).body).toContain(
    `scrip_writer_stopped_shards{shard="${forked}",reason="FORK"} 1`,
  );
  expect(system.lines.some((line) => line.includes('"reason":"FORK"'))).toBe(true);
  // The others go on.
  expect((await sell(other, 5, committed)).finality).toBe("COMMITTED");
  await system.stop();
  running = null;

  await expect(startSystem(place)).rejects.toThrow(
    new RegExp(`shard ${forked}: the events before .* are not the same; .*scrip rebuild-store`),
  );
  const { code: exit, out } = await scrip("rebuild-store", "--data", place);
  expect(exit).toBe(0);
  expect(out).toContain(`lost        ${lost.eventId}`);
  const [file = ""] = /\S+lost-events\S+/.exec(out) ?? [];
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
    shard: forked,
    eventId: lost.eventId,
    type: "CardWrittenOff",
  });
  system = await startSystem(place);
  running = system;
  expect((await sell(code, 1, committed)).balances).toMatchObject([{ balance: 989 }]);
  expect(await differences(system)).toEqual([]);
}, 60_000);
