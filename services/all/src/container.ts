import { mkdirSync } from "node:fs";
import { openCardStore } from "@scrip/card-store-lmdb";
import { EmbeddedEventLog } from "@scrip/event-log-embedded";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { openEmbeddedLedger, type PublishedNote } from "@scrip/ledger-embedded";
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
import type { Closing } from "@scrip/service-kit";
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
  /** Whose signatures make a quorum of this ledger. */
  readonly policy: string;
  /** The query service's own copy of the ledger. */
  readonly follower: FollowerStore;
  readonly writer: Signer;
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

/**
 * Opens the embedded adapters of a data directory, each in a folder of its own.
 * @throws PortError NOT_OURS in one line when another process has it or it belongs to another chain.
 */
export async function openAdapters(directory: DataDirectory, closing: Closing): Promise<Adapters> {
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
  const copy = openFollowerStore({ directory: path("ledger", "store"), chainId });
  closing.add("ledger's store", () => copy.close());

  const follower = openFollowerStore({ directory: path("follower"), chainId });
  closing.add("follower's store", () => follower.close());

  // From genesis on the chain and its policy name these keys: one that was lost is put back, not made anew.
  const mayMake = copy.size() === 0 && follower.size() === 0;
  if (mayMake) await requireFirstStart(cards, path("cards"));
  const key = (file: string, name: string): Promise<Signer> =>
    keyFileSigner(path("keys", file), name, { mayMake });
  const [writer, operator, receipts, log] = await Promise.all([
    key("writer.key", `${chainId}/writer`),
    key("operator.key", `${chainId}/operator`),
    key("receipts.key", receiptOrigin(chainId)),
    key("log.key", chainId),
  ]);
  const ledger = await openEmbeddedLedger({
    directory: path("ledger"),
    store: copy,
    suite,
    clock,
    chain: {
      chainId,
      shards,
      writers: [named(writer)],
      operators: [named(operator)],
      receipts: [named(receipts)],
      skewMaxMs,
    },
    published: verifiedIn(follower, directory),
  });
  closing.add("ledger", () => ledger.close());
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
    policy,
    follower,
    writer,
    receipts,
    log,
  };
}
