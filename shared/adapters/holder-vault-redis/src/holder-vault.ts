import type { HolderIdentity, HolderVault } from "@scrip/ports";
import { Connection, type RedisAccess, type Reply } from "./connection.ts";
import { corrupt, notOurs } from "./faults.ts";
import { scannedKeysMax } from "./limits.ts";
import { aboutKey, holderKeys, identityOf, keyOf, recordOf } from "./records.ts";
import { requireFit } from "./requirements.ts";

export interface HolderVaultOptions extends RedisAccess {
  /** The chain (its log's origin) that the vault belongs to. */
  readonly chainId: string;
  /** Take a server whose settings may lose what was acknowledged: to try things out. */
  readonly anySettings?: boolean;
}

/** Says what the records mean; another value is another format. */
const format = "scrip holder vault on Redis, format 1";

/**
 * Opens the vault in its database; makes it where there is nothing yet.
 * @throws PortError NOT_OURS: settings that may lose what was acknowledged, no vault, or one of another chain or format.
 * UNAVAILABLE when it cannot be reached or is loading its data.
 */
export async function openHolderVault(options: HolderVaultOptions): Promise<HolderVault> {
  const connection = new Connection(options);
  try {
    await connection.open();
    await requireFit(connection, options.anySettings !== true);
    await identifyDatabase(connection, options.chainId);
    return new RedisHolderVault(connection);
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function identifyDatabase(connection: Connection, chainId: string): Promise<void> {
  const ours = JSON.stringify({ format, chainId });
  const found = bytesOrNull(await connection.ask("GET", aboutKey));
  if (found === null && (await connection.ask("DBSIZE")) !== 0) {
    // Another process may have made it meanwhile.
    if ((await connection.ask("EXISTS", aboutKey)) !== 1)
      throw notOurs("the database holds something else");
  }
  const before = bytesOrNull(await connection.ask("SET", aboutKey, ours, "NX", "GET"));
  if (before !== null && before.toString() !== ours)
    throw notOurs(`the database is of «${before.toString()}»`);
}

/** One record per holder. Each change is one command, durable before it is answered. */
class RedisHolderVault implements HolderVault {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async find(holder: string): Promise<HolderIdentity | undefined> {
    const key = keyOf(holder);
    const record = bytesOrNull(await this.#connection.ask("GET", key));
    return record === null ? undefined : identityOf(key, record);
  }

  async identify(holder: string, proposed: HolderIdentity): Promise<HolderIdentity> {
    const key = keyOf(holder);
    const record = recordOf(key, proposed);
    const kept = bytesOrNull(await this.#connection.ask("SET", key, record, "NX", "GET"));
    return identityOf(key, kept ?? record);
  }

  /** Who comes or goes meanwhile may be told or not, and somebody twice. */
  async *identities(): AsyncIterable<HolderIdentity> {
    let cursor = "0";
    do {
      const scan = ["SCAN", cursor, "MATCH", holderKeys, "COUNT", String(scannedKeysMax)];
      const [next, found] = listOf(await this.#connection.ask(...scan));
      cursor = String(next);
      const keys = listOf(found).map((key) => bytesOrNull(key) ?? Buffer.alloc(0));
      if (keys.length === 0) continue;
      const records = listOf(await this.#connection.ask("MGET", ...keys)).map(bytesOrNull);
      for (const [nth, key] of keys.entries()) {
        const record = records[nth] ?? null;
        // Forgotten between the two.
        if (record !== null) yield identityOf(key, record);
      }
    } while (cursor !== "0");
  }

  async forget(holder: string): Promise<void> {
    await this.#connection.ask("DEL", keyOf(holder));
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

function bytesOrNull(reply: Reply | undefined): Buffer | null {
  if (reply === null || Buffer.isBuffer(reply)) return reply;
  throw corrupt("an answer of another kind");
}

function listOf(reply: Reply | undefined): readonly Reply[] {
  if (Array.isArray(reply)) return reply as readonly Reply[];
  throw corrupt("an answer of another kind");
}
