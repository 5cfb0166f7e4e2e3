import { mkdirSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { openCardStore } from "@scrip/card-store-lmdb";
import { EmbeddedEventLog } from "@scrip/event-log-embedded";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import {
  type EmbeddedLedgerOptions,
  type OpenedLedger,
  openEmbeddedLedger,
  openLedgerThread,
  type PublishedNote,
  serveLedger,
} from "@scrip/ledger-embedded";
import {
  type BatchVault,
  type CallerDirectory,
  type CardStore,
  type Clock,
  type EventLog,
  type FollowerStore,
  type HolderVault,
  type Identity,
  type Ledger,
  type Outbox,
  PortError,
} from "@scrip/ports";
import { epochFirst } from "@scrip/ledger-state";
import type { Closing, ReadinessCheck } from "@scrip/service-kit";
import { noteSigner, sha256Ed25519, type CryptoSuite, type Signer } from "@scrip/signing";
import { SystemClock, SystemIdentity, keyFileSigner } from "@scrip/system";
import { openBatchVault, openCallerDirectory, openHolderVault } from "@scrip/vault-lmdb";
import { receiptOrigin, streamStart, toHex } from "@scrip/wire";
import type { DataDirectory } from "./data-directory.ts";

/** Everything of the world that the services stand on, embedded. */
export interface Adapters {
  readonly suite: CryptoSuite;
  readonly clock: Clock;
  readonly identity: Identity;
  readonly cards: CardStore & Outbox;
  readonly holders: HolderVault;
  readonly batches: BatchVault;
  readonly callers: CallerDirectory;
  readonly eventLog: EventLog;
  readonly ledger: Ledger;
  /** Whether what runs beside the event loop still runs. */
  readonly readiness: readonly ReadinessCheck[];
  /** Whose signatures make a quorum of this ledger. */
  readonly policy: string;
  /** The query service's own copy of the ledger. */
  readonly follower: FollowerStore;
  readonly writer: Signer;
  /** Signs what the ledger takes from an operator alone. */
  readonly operator: Signer;
  readonly receipts: Signer;
  readonly log: Signer;
}

const ownerOnlyDir = 0o700;

/** How far an event's time may be ahead of its block's, milliseconds; one process has one clock, which may step back. */
const skewMaxMs = 60_000;

/** A signer as genesis names it. */
const named = ({ name, publicKey }: Signer) => ({ name, publicKey: toHex(publicKey) });

/** What the query service has verified was signed and published, whatever copy of the ledger was put back since. */
function verifiedIn(follower: FollowerStore, { path }: DataDirectory): PublishedNote[] {
  const note = follower.checkpoint();
  if (note === undefined) return [];
  const [copy, ledger] = [path("follower", "data.mdb"), path("ledger", "store", "data.mdb")];
  const remedy = `a newer copy, or ${copy} in the place of ${ledger}`;
  return [{ note, where: `the query service's copy (${path("follower")})`, remedy }];
}

/** @throws PortError CORRUPT where no ledger is, and the card store knows of one: a chain of that name must not begin twice */
async function requireFirstStart(outbox: Outbox, where: string): Promise<void> {
  const { seq } = await outbox.trimPoint(outbox.streams - 1);
  if (seq === 0) return;
  throw new PortError(
    "CORRUPT",
    `the ledger's log is gone: the card store (${where}) has ${seq} control events on it; put back a copy of it`,
  );
}

/** What the ledger is opened with: plain data, which can be given to a thread. */
interface LedgerGiven extends Pick<EmbeddedLedgerOptions, "directory" | "chain" | "published"> {
  /** Its store's directory. */
  readonly store: string;
}

/** Opens the ledger with a store, clock and suite of its own, in whichever thread this is. */
async function openLedger({ store: place, ...given }: LedgerGiven): Promise<OpenedLedger> {
  const store = openFollowerStore({ directory: place, chainId: given.chain.chainId });
  const clock = new SystemClock();
  try {
    const ledger = await openEmbeddedLedger({ ...given, store, clock, suite: sha256Ed25519 });
    const close = async (): Promise<void> => {
      await ledger.close();
      await store.close();
    };
    return { ledger, close };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The ledger's half of a ledger in a thread: what the thread's script does. */
export async function serveLedgerThread(): Promise<void> {
  if (parentPort === null) throw new Error("this is no thread");
  await serveLedger(parentPort, () => openLedger(workerData as LedgerGiven));
}

async function startLedger(given: LedgerGiven, script: URL | undefined) {
  if (script === undefined) return { ...(await openLedger(given)), readiness: [] };
  const ledger = await openLedgerThread({ script, given });
  const check = { name: "ledger thread", check: async () => ledger.fault() };
  return { ledger, close: () => ledger.close(), readiness: [check] };
}

/** Whether a store has anything yet; it is closed again, for whoever is to work with it. */
async function hasBegun(store: string, chainId: string): Promise<boolean> {
  const copy = openFollowerStore({ directory: store, chainId });
  const begun = copy.size() > 0;
  await copy.close();
  return begun;
}

/**
 * Opens the embedded adapters of a data directory, each in a folder of its own.
 * @param ledgerScript runs the ledger in a thread of its own; without, it shares the event loop
 * @throws PortError NOT_OURS in one line when another process has it or it belongs to another chain.
 */
export async function openAdapters(
  directory: DataDirectory,
  closing: Closing,
  ledgerScript?: URL,
): Promise<Adapters> {
  const { path, settings } = directory;
  const { chainId, shards } = settings;
  const suite = sha256Ed25519;
  const clock = new SystemClock();
  mkdirSync(path("keys"), { recursive: true, mode: ownerOnlyDir });

  const cards = await openCardStore({
    directory: path("cards"),
    chainId,
    shards,
    streamStart: (shard) => ({
      epoch: epochFirst,
      seq: 0,
      chain: streamStart(suite.hash, chainId, shard),
    }),
  });
  closing.add("card store", () => cards.close());
  const holders = openHolderVault({ directory: path("holders"), chainId });
  closing.add("holder vault", () => holders.close());
  const batches = await openBatchVault({ directory: path("batches"), chainId });
  closing.add("batch vault", () => batches.close());
  const callers = openCallerDirectory({ directory: path("callers"), chainId });
  closing.add("caller directory", () => callers.close());
  const follower = openFollowerStore({ directory: path("follower"), chainId });
  closing.add("follower's store", () => follower.close());

  // From genesis on the chain and its policy name these keys: one that was lost is put back, not made anew.
  const mayMake = follower.size() === 0 && !(await hasBegun(path("ledger", "store"), chainId));
  if (mayMake) await requireFirstStart(cards, path("cards"));
  const key = (file: string, name: string): Promise<Signer> =>
    keyFileSigner(path("keys", file), name, { mayMake });
  const [writer, operator, receipts, log] = await Promise.all([
    key("writer.key", `${chainId}/writer`),
    key("operator.key", `${chainId}/operator`),
    key("receipts.key", receiptOrigin(chainId)),
    key("log.key", chainId),
  ]);
  const given: LedgerGiven = {
    directory: path("ledger"),
    store: path("ledger", "store"),
    chain: {
      chainId,
      shards,
      writers: [named(writer)],
      operators: [named(operator)],
      receipts: [named(receipts)],
      skewMaxMs,
    },
    published: verifiedIn(follower, directory),
  };
  const { ledger, close, readiness } = await startLedger(given, ledgerScript);
  closing.add("ledger", close);
  const eventLog = new EmbeddedEventLog();
  closing.add("event log", () => eventLog.close());
  const identity = new SystemIdentity();
  const policy = ledger.policy([log, receipts].map((signer) => noteSigner(suite.hash, signer).key));
  return {
    suite,
    clock,
    identity,
    cards,
    holders,
    batches,
    callers,
    eventLog,
    ledger,
    readiness,
    policy,
    follower,
    writer,
    operator,
    receipts,
    log,
  };
}
