import { shardOf } from "@scrip/domain";
import type { CardRecord, DueEntry, OperationRecord, WalletEntry } from "@scrip/ports";
import { type Bytes, type Environment, openEnvironment } from "./environment.ts";
import { identify } from "./identity.ts";
import type { CardStoreOptions } from "./open-card-store.ts";
import { inPlace } from "./reads.ts";
import { decodeCard } from "./records/card-record.ts";
import { opened } from "./records/checksum.ts";
import { decodeKey } from "./records/key-record.ts";
import { cardOfKey, dueIdOfKey, dueKey, operationKey, opOfKey, walletKey } from "./records/keys.ts";
import { decodeOperation } from "./records/operation-record.ts";

/** A record of a card store that is not what was written, is not found under its key, or is not there. */
export interface CardStoreFault {
  readonly about: "KEY" | "CLAIM" | "WALLET" | "DUE" | "BATCH" | "CARD" | "OPERATION";
  /** An operation key, or the card or operation that it is about, in hex; of a claim its text. */
  readonly id: string;
  readonly what: string;
}

/** How much there is, of each kind. */
export interface CardStoreAudit {
  readonly keys: number;
  readonly claims: number;
  /** Of the indexes of wallets, of what is due, and of batches. */
  readonly indexEntries: number;
}

/** Which entries of the indexes a record must have. The indexes may hold more: what is over is dropped in its time. */
export interface DueEntries {
  readonly walletEntryOf: (record: CardRecord) => WalletEntry | null;
  readonly dueOfCard: (record: CardRecord) => DueEntry | null;
  readonly dueOfOperation: (record: OperationRecord) => DueEntry;
}

/** One kind of record, and what has to be so for each. */
interface Walk {
  readonly about: CardStoreFault["about"];
  readonly database: Bytes;
  readonly idOf: (key: Buffer) => string;
  /** @throws RangeError for a record that is not as it has to be */
  readonly look: (key: Buffer, value: Buffer) => unknown;
}

/**
 * Reads every record of a store that nobody else has open: each is what was written and is found under its key, each
 * card and operation has its entries in the indexes. What cards, operations and events say is for the ledger to prove.
 * @throws PortError NOT_OURS, CORRUPT when its streams cannot be read
 */
export async function auditCardStore(
  options: CardStoreOptions,
  rules: DueEntries,
  onFault: (fault: CardStoreFault) => void,
): Promise<CardStoreAudit> {
  const environment = openEnvironment(options.directory);
  try {
    identify(options.directory, environment, options);
    const counts = new Map<CardStoreFault["about"], number>();
    const walks = [...provedByNothing(environment), ...indexed(environment, options, rules)];
    for (const walk of walks) counts.set(walk.about, walkThrough(walk, onFault));
    const of = (about: CardStoreFault["about"]): number => counts.get(about) ?? 0;
    const indexEntries = of("WALLET") + of("DUE") + of("BATCH");
    return { keys: of("KEY"), claims: of("CLAIM"), indexEntries };
  } finally {
    await environment.release();
  }
}

function walkThrough(
  { about, database, idOf, look }: Walk,
  onFault: (fault: CardStoreFault) => void,
): number {
  let count = 0;
  for (const { key, value } of database.getRange()) {
    count += 1;
    try {
      look(key, value);
      if (database.get(key)?.equals(value) !== true)
        throw new RangeError("it is not found under its key");
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      onFault({ about, id: idOf(key), what: error.message });
    }
  }
  return count;
}

/** Records with a checksum. */
function provedByNothing({ keys, claims, wallets, dues, batches }: Environment): Walk[] {
  const look = (key: Buffer, value: Buffer): unknown => opened(key, value);
  return [
    {
      about: "KEY",
      database: keys,
      idOf: opOfKey,
      look: (key, value) => decodeKey(opOfKey(key), opened(key, value)),
    },
    { about: "CLAIM", database: claims, idOf: (key) => JSON.stringify(key.toString()), look },
    { about: "WALLET", database: wallets, idOf: cardOfKey, look },
    { about: "DUE", database: dues, idOf: dueIdOfKey, look },
    { about: "BATCH", database: batches, idOf: cardOfKey, look },
  ];
}

/** Records that lead to entries of the indexes. */
function indexed(
  { cards, operations, wallets, dues }: Environment,
  { shards }: CardStoreOptions,
  rules: DueEntries,
): Walk[] {
  const need = (database: Bytes, key: Buffer, lacking: string): void => {
    if (database.getBinaryFast(key) === undefined) throw new RangeError(lacking);
  };
  return [
    {
      about: "CARD",
      database: cards,
      idOf: cardOfKey,
      look(key, value) {
        const record = inPlace(cardOfKey(key), decodeCard(value));
        const entry = rules.walletEntryOf(record);
        const due = rules.dueOfCard(record);
        const shard = shardOf(record.card.cardId, shards);
        if (entry !== null)
          need(wallets, walletKey(entry.walletId, entry.cardId), "its wallet's index lacks it");
        if (due !== null) need(dues, dueKey(shard, due), "the due index lacks it");
      },
    },
    {
      about: "OPERATION",
      database: operations,
      idOf: opOfKey,
      look(key, value) {
        const record = decodeOperation(value);
        const { opId, legs } = record.operation;
        const shard = shardOf(legs[0]?.cardId ?? opId, shards);
        if (!operationKey(shard, opId).equals(key))
          throw new RangeError(`operation ${opId} lies in its place`);
        need(dues, dueKey(shard, rules.dueOfOperation(record)), "the due index lacks it");
      },
    },
  ];
}
