import { type Hash, toHex, utf8 } from "./bytes.ts";

/** What a data directory says of itself. */
export interface Settings {
  readonly format: number;
  /** Origin of the log: made on first start, unlike any other. */
  readonly chainId: string;
  /** Card shards. */
  readonly shards: number;
}

const checkBytes = 8;

/** Stands beside the settings: a bit turned over in them is told from the settings of another chain. */
export const settingsCheck = (hash: Hash, { format, chainId, shards }: Settings): string =>
  toHex(hash(utf8(JSON.stringify([format, chainId, shards]))), 0, checkBytes);
