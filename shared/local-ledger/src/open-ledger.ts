import { parentPort, workerData } from "node:worker_threads";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import {
  type EmbeddedLedger,
  type EmbeddedLedgerOptions,
  type OpenedLedger,
  openEmbeddedLedger,
  openLedgerThread,
  type PublishedNote,
  serveLedger,
} from "@scrip/ledger-embedded";
import type { DataDirectory, ReadinessCheck } from "@scrip/service-kit";
import { noteSigner, sha256Ed25519, type Signer } from "@scrip/signing";
import { SystemClock } from "@scrip/system";
import { toHex } from "@scrip/wire";
import type { ChainKeys } from "./chain-keys.ts";

/** How far an event's time may be ahead of its block's, milliseconds; one machine has one clock, which may step back. */
const skewMaxMs = 60_000;

/** A signer as genesis names it. */
const named = ({ name, publicKey }: Signer) => ({ name, publicKey: toHex(publicKey) });

/** What the ledger is opened with: plain data, which can be given to a thread. */
interface LedgerGiven extends Pick<EmbeddedLedgerOptions, "directory" | "chain" | "published"> {
  /** Its store's directory. */
  readonly store: string;
}

export interface LocalLedger {
  readonly ledger: EmbeddedLedger;
  /** Whose signatures make a quorum of this ledger: the text of a policy. */
  readonly policy: string;
  readonly close: () => Promise<void>;
  /** Whether what runs beside the event loop still runs. */
  readonly readiness: readonly ReadinessCheck[];
}

interface Starting {
  readonly directory: DataDirectory;
  readonly keys: ChainKeys;
  /** What is known to have been signed and published, kept elsewhere than in the ledger's own store. */
  readonly published: readonly PublishedNote[];
}

/**
 * Opens the ledger of a data directory, or begins it.
 * @param script runs it in a thread of its own; without, it shares the event loop
 * @throws PortError NOT_OURS while another process has it; CORRUPT
 */
export async function startLedger(
  { directory: { path, settings }, keys, published }: Starting,
  script: URL | undefined,
): Promise<LocalLedger> {
  const { chainId, shards } = settings;
  const { writer, operator, receipts, log } = keys;
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
    published,
  };
  const { ledger, close, readiness } = await opened(given, script);
  const policy = ledger.policy(
    [log, receipts].map((signer) => noteSigner(sha256Ed25519.hash, signer).key),
  );
  return { ledger, policy, close, readiness };
}

async function opened(
  given: LedgerGiven,
  script: URL | undefined,
): Promise<Omit<LocalLedger, "policy">> {
  if (script === undefined) return { ...(await openLedger(given)), readiness: [] };
  const ledger = await openLedgerThread({ script, given });
  const check = { name: "ledger thread", check: async () => ledger.fault() };
  return { ledger, close: () => ledger.close(), readiness: [check] };
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
