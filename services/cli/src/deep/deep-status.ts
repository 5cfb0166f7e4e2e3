import { readFileSync } from "node:fs";
import {
  hashBytes,
  type Policy,
  parsePolicy,
  PolicyError,
  rootAt,
  tileHashReader,
} from "@scrip/merkle-log";
import type { FollowerStore } from "@scrip/ports";
import { requireStopped, type StoppedData, stoppedData, suite } from "../container.ts";
import { reasonOf } from "../data-directory.ts";
import type { Surroundings } from "../surroundings.ts";
import { CommandError } from "../surroundings.ts";
import { cardRecordStep } from "./card-record-step.ts";
import { cardStep } from "./card-step.ts";
import { keyStep } from "./key-step.ts";
import { ledgerStep, type SoundLedger } from "./ledger-step.ts";
import { progressLines } from "./progress-lines.ts";
import { Report } from "./report.ts";
import { batchStep, callerStep, holderStep } from "./vault-step.ts";

/**
 * Looks at everything that a stopped data directory holds: both copies of the ledger, rehashed from the first entry to
 * the last; keys and signing states; seeds of codes, holders and API keys; the card store beside the ledger.
 * @throws CommandError while the system runs, or where there is nothing to look at
 */
export async function deepStatus(
  root: string,
  policyFile: string | undefined,
  surroundings: Surroundings,
): Promise<Report> {
  const data = stoppedData(root);
  const report = new Report();
  const policy = readPolicy(policyFile ?? data.path("policy.txt"));
  const store = openLedger(data);
  try {
    const run = { data, report, onProgress: progressLines(surroundings) };
    let ledger: SoundLedger | undefined;
    await report.step("ledger/store", () => {
      ledger = ledgerStep("ledger/store", { store, indexed: false, policy }, run);
    });
    await report.step("follower", () => followerStep(store, policy, run));
    if (ledger === undefined) return report;
    const sound: SoundLedger = ledger;
    await report.step("keys", () => keyStep({ data, ledger: sound, policy, report, surroundings }));
    await report.step("batches", () => batchStep({ data, ledger: sound, report }));
    await report.step("holders", () => holderStep({ data, report }));
    await report.step("callers", () => callerStep({ data, report, surroundings }));
    await report.step("cards", () => cardRecordStep({ data, report }));
    await report.step("cards", () => cards(sound, run));
    return report;
  } finally {
    await store.close();
  }
}

type Run = Parameters<typeof ledgerStep>[2];

async function followerStep(ledger: FollowerStore, policy: Policy, run: Run): Promise<void> {
  const store = run.data.openFollower();
  if (store === undefined) {
    return run.report.say("follower", "there is none; the next start makes it from the ledger");
  }
  try {
    const { audited } = ledgerStep("follower", { store, indexed: true, policy }, run);
    requireOneLog(ledger, { store, size: audited.entries }, run.report);
  } finally {
    await store.close();
  }
}

/** Two copies of one log: the shorter is the beginning of the longer. */
function requireOneLog(
  ledger: FollowerStore,
  copy: { readonly store: FollowerStore; readonly size: number },
  report: Report,
): void {
  const size = Math.min(ledger.size(), copy.size);
  if (copy.size > ledger.size()) {
    const what = `it has ${copy.size} entries, the ledger ${ledger.size()}: the ledger is an older copy`;
    report.damage({ where: "follower", part: "LOG", at: `size ${copy.size}`, what });
  }
  const [one, other] = [ledger, copy.store].map((store) => rootOf(store, size));
  if (one !== undefined && other !== undefined && Buffer.compare(one, other) === 0) return;
  const what = "its hashes lead to another root than the ledger's";
  report.damage({ where: "follower", part: "LOG", at: `size ${size}`, what });
}

function rootOf(store: FollowerStore, size: number): Uint8Array {
  const reader = tileHashReader(suite.hash, {
    size,
    readTile: ({ level, index, width }) => store.tile(level, index)?.subarray(0, width * hashBytes),
  });
  return rootAt(suite.hash, reader, size);
}

async function cards(ledger: SoundLedger, { data, report, onProgress }: Run): Promise<void> {
  const store = await data.openCards();
  if (store === undefined) {
    return report.damage({ where: "cards", part: "STORE", at: "it", what: "it is missing" });
  }
  const total = ledger.audited.cards;
  try {
    const progress = (done: number): void => onProgress("cards", { part: "cards", done, total });
    await cardStep({ store, ledger, report, onProgress: progress });
  } finally {
    await store.close();
  }
}

function openLedger(data: StoppedData): FollowerStore {
  let store: FollowerStore | undefined;
  try {
    store = data.openLedger();
  } catch (error) {
    return requireStopped(error);
  }
  if (store !== undefined && store.size() > 0) return store;
  void store?.close();
  throw new CommandError(`${data.path("ledger", "store")} holds no ledger`);
}

function readPolicy(file: string): Policy {
  try {
    return parsePolicy(suite.hash, readFileSync(file));
  } catch (cause) {
    const what = cause instanceof PolicyError ? cause.message : reasonOf(cause);
    throw new CommandError(`cannot read the policy in ${file}: ${what}`, undefined, { cause });
  }
}
