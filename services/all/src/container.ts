import { openCardStore } from "@scrip/card-store-lmdb";
import { EmbeddedEventLog } from "@scrip/event-log-embedded";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import type { PublishedNote } from "@scrip/ledger-embedded";
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
} from "@scrip/ports";
import { epochFirst } from "@scrip/ledger-state";
import { chainKeys, hasBegun, requireFirstStart, startLedger } from "@scrip/local-ledger";
import type { Closing, DataDirectory, ReadinessCheck } from "@scrip/service-kit";
import { sha256Ed25519, type CryptoSuite, type Signer } from "@scrip/signing";
import { SystemClock, SystemIdentity } from "@scrip/system";
import { openBatchVault, openCallerDirectory, openHolderVault } from "@scrip/vault-lmdb";
import { streamStart } from "@scrip/wire";

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

/** What the query service has verified was signed and published, whatever copy of the ledger was put back since. */
function verifiedIn(follower: FollowerStore, { path }: DataDirectory): PublishedNote[] {
  const note = follower.checkpoint();
  if (note === undefined) return [];
  const [copy, ledger] = [path("follower", "data.mdb"), path("ledger", "store", "data.mdb")];
  const remedy = `a newer copy, or ${copy} in the place of ${ledger}`;
  return [{ note, where: `the query service's copy (${path("follower")})`, remedy }];
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

  const mayMake = follower.size() === 0 && !(await hasBegun(directory));
  if (mayMake) await requireFirstStart(cards);
  const keys = await chainKeys(directory, { mayMake });
  const { writer, operator, receipts, log } = keys;
  const given = { directory, keys, published: verifiedIn(follower, directory) };
  const { ledger, policy, close, readiness } = await startLedger(given, ledgerScript);
  closing.add("ledger", close);
  const eventLog = new EmbeddedEventLog();
  closing.add("event log", () => eventLog.close());
  const identity = new SystemIdentity();
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
