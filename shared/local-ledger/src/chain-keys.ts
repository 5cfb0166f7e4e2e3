import { mkdirSync } from "node:fs";
import { openFollowerStore } from "@scrip/follower-store-lmdb";
import { type Outbox, PortError } from "@scrip/ports";
import type { DataDirectory } from "@scrip/service-kit";
import type { Signer } from "@scrip/signing";
import { keyFileSigner } from "@scrip/system";
import { receiptOrigin } from "@scrip/wire";

const ownerOnlyDir = 0o700;

/** The keys of a chain's operator, which genesis and the policy name. */
export interface ChainKeys {
  readonly writer: Signer;
  /** Signs what the ledger takes from an operator alone. */
  readonly operator: Signer;
  readonly receipts: Signer;
  readonly log: Signer;
}

/** Whether the ledger of a data directory has anything yet; its store is closed again, for whoever is to work with it. */
export async function hasBegun({ path, settings }: DataDirectory): Promise<boolean> {
  const { chainId } = settings;
  const store = openFollowerStore({ directory: path("ledger", "store"), chainId });
  const begun = store.size() > 0;
  await store.close();
  return begun;
}

interface KeysGiven {
  /** From genesis on the chain and its policy name these keys: one that was lost is put back, not made anew. */
  readonly mayMake: boolean;
}

/**
 * Reads the key files of a data directory; makes them where a chain is to begin. @throws PortError NOT_OURS, CORRUPT
 */
export async function chainKeys(
  { path, settings: { chainId } }: DataDirectory,
  { mayMake }: KeysGiven,
): Promise<ChainKeys> {
  mkdirSync(path("keys"), { recursive: true, mode: ownerOnlyDir });
  const key = (file: string, name: string): Promise<Signer> =>
    keyFileSigner(path("keys", file), name, { mayMake });
  const [writer, operator, receipts, log] = await Promise.all([
    key("writer.key", `${chainId}/writer`),
    key("operator.key", `${chainId}/operator`),
    key("receipts.key", receiptOrigin(chainId)),
    key("log.key", chainId),
  ]);
  return { writer, operator, receipts, log };
}

/**
 * Asked before a ledger is begun.
 * @throws PortError CORRUPT where the card store knows of one already: a chain of that name must not begin twice
 */
export async function requireFirstStart(outbox: Outbox): Promise<void> {
  const { seq } = await outbox.trimPoint(outbox.streams - 1);
  if (seq === 0) return;
  throw new PortError(
    "CORRUPT",
    `the ledger's log is gone: the card store has ${seq} control events on it; put back a copy of it`,
  );
}
