import { writeFileSync } from "node:fs";
import { type CardStore, type FollowerStore, type Outbox, PortError } from "@scrip/ports";
import { eventIn, formatEventId } from "@scrip/wire";
import {
  chance,
  type LedgerAtWork,
  ledgerAtWork,
  requireStopped,
  type StoppedData,
  stoppedData,
} from "../container.ts";
import { reasonOf } from "../data-directory.ts";
import { progressLines } from "../deep/progress-lines.ts";
import { CommandError, type Surroundings } from "../surroundings.ts";
import { Comparison } from "./comparison.ts";
import { deliverAll, type Undelivered } from "./deliver.ts";
import { openEpochs } from "./open-epoch.ts";
import { clearAway, putInPlace, rebuiltFolder } from "./put-in-place.ts";
import { RebuildReport } from "./report.ts";
import { restoreAll } from "./restore.ts";

/** The parts of a stopped system that a rebuild works with. */
interface Stopped {
  readonly data: StoppedData;
  readonly store: FollowerStore;
  readonly work: LedgerAtWork;
  /** Undefined where there is none that can be read. */
  readonly old: (CardStore & Outbox) | undefined;
  readonly report: RebuildReport;
  readonly surroundings: Surroundings;
}

/**
 * Makes the card store of a stopped system anew from the ledger and the holder vault: brings what the old one still had
 * onto the ledger, restores, compares, opens the next epoch, and puts it in place. Killed at any line it can be run again.
 * @throws CommandError while the system runs, or where the ledger is not to be gone by
 */
export async function rebuildStore(
  root: string,
  surroundings: Surroundings,
): Promise<RebuildReport> {
  const data = stoppedData(root);
  const report = new RebuildReport(surroundings.nowMs);
  const store = openLedger(data);
  try {
    const published = await publishedIn(data);
    const work = await ledgerAtWork(data, store, { nowMs: surroundings.nowMs, published });
    try {
      const old = await openOld(data, report);
      const stopped: Stopped = { data, store, work, old, report, surroundings };
      try {
        await makeAnew(stopped);
      } finally {
        await old?.close();
      }
      report.aside = putInPlace(data, surroundings.nowMs());
    } finally {
      await work.ledger.close();
    }
  } finally {
    await store.close();
  }
  return report;
}

function openLedger(data: StoppedData): FollowerStore {
  let store: FollowerStore | undefined;
  try {
    store = data.openLedger();
  } catch (error) {
    return requireStopped(error);
  }
  if (store === undefined || store.size() === 0)
    throw new CommandError(
      `${data.path("ledger", "store")} holds no log: there is nothing to go by`,
    );
  return store;
}

/** What the query service has verified binds the validators, too. */
async function publishedIn(data: StoppedData): Promise<string | undefined> {
  const copy = data.openFollower();
  const note = copy?.checkpoint();
  await copy?.close();
  return note;
}

/** The system is stopped: whoever holds the ledger would hold the cards as well. */
async function openOld(
  data: StoppedData,
  report: RebuildReport,
): Promise<(CardStore & Outbox) | undefined> {
  try {
    const old = await data.openCards();
    report.old = old === undefined ? { kind: "NONE" } : { kind: "READ" };
    return old;
  } catch (error) {
    if (!(error instanceof PortError)) throw error;
    if (/process \d+ has it open/.test(error.message)) return requireStopped(error);
    report.old = { kind: "UNREADABLE", reason: error.message };
    return undefined;
  }
}

async function makeAnew(stopped: Stopped): Promise<void> {
  const { data, work, old, report, surroundings } = stopped;
  const { chainId } = data;
  const { ledger, writer, operator } = work;
  const { nowMs } = surroundings;
  const writing = { ledger, writer, chainId };
  const undelivered = await deliverOld(stopped);
  report.delivered = undelivered.delivered;
  clearAway(data);
  await restore(stopped, undelivered);
  const made = await data.openCardsIn(rebuiltFolder);
  try {
    const opening = { ...writing, operator, nowMs, randomBytes: chance };
    report.epochs = await openEpochs(opening, made);
  } finally {
    await made.close();
  }
  if (old === undefined) return;
  report.onlyOld = (await report.comparison?.onlyOld()) ?? null;
}

/** A store whose outbox cannot be read has nothing that could be delivered. */
async function deliverOld({ data, work, old, report }: Stopped): Promise<Undelivered> {
  const none = { delivered: 0, strayed: [] };
  if (old === undefined) return none;
  try {
    return await deliverAll({ ...work, chainId: data.chainId }, old);
  } catch (error) {
    if (!(error instanceof PortError && error.code === "CORRUPT")) throw error;
    report.old = { kind: "UNREADABLE", reason: error.message };
    return none;
  }
}

async function restore(stopped: Stopped, { strayed }: Undelivered): Promise<void> {
  const { data, store, work, old, report, surroundings } = stopped;
  const heads = await Promise.all(
    Array.from({ length: data.shards + 1 }, (_, shard) => work.ledger.head(shard)),
  );
  const rebuild = await data.rebuildCardsIn(rebuiltFolder, (shard) => {
    const head = heads[shard];
    if (head === undefined) throw new RangeError(`there is no shard ${shard}`);
    return { epoch: head.epoch, seq: head.nextSeq, chain: head.chain };
  });
  const vault = data.openHolders();
  const lost = new Map(strayed.map((entry) => [entry.eventId, entry]));
  const say = progressLines(surroundings);
  try {
    const comparison = old === undefined || report.old.kind !== "READ" ? null : new Comparison(old);
    report.comparison = comparison;
    report.restored = await restoreAll({
      ledger: store,
      vault,
      rebuild,
      comparison,
      onProgress: (part, done) => say("cards", { part, done, total: store.size() }),
      onEvent: (eventId) => void lost.delete(eventId),
    });
    await rebuild.finish();
  } finally {
    await rebuild.close();
    await vault.close();
  }
  report.restoredAtMs = surroundings.nowMs();
  report.lost = [...lost.values()];
  if (report.lost.length > 0) report.lostFile = keepLost(data, report, surroundings.nowMs());
}

/** What the store had taken and the ledger never will: for people to settle, event by event. */
function keepLost({ path }: StoppedData, { lost }: RebuildReport, nowMs: number): string {
  const file = path(`lost-events.${nowMs}.jsonl`);
  const lines = lost.map(({ shard, seq, eventId, bytes }) =>
    JSON.stringify({
      shard,
      seq,
      eventId: formatEventId(eventId),
      ...said(bytes),
      entry: Buffer.from(bytes).toString("base64"),
    }),
  );
  try {
    writeFileSync(file, `${lines.join("\n")}\n`, { mode: 0o600, flush: true });
    return file;
  } catch (cause) {
    throw new CommandError(`cannot write ${file}: ${reasonOf(cause)}`, undefined, { cause });
  }
}

function said(bytes: Uint8Array): object {
  const entry = eventIn(bytes);
  if (entry === null) return { type: null };
  const { type, opId, atMs } = entry.event;
  return { type, opId, atMs };
}
