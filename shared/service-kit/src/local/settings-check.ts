import { createHash } from "node:crypto";

/** What a data directory says of itself. */
export interface Settings {
  readonly format: number;
  /** Origin of the log: made on first start, unlike any other. */
  readonly chainId: string;
  /** Card shards. */
  readonly shards: number;
}

const checkDigits = 16;

/** Stands beside the settings: a bit turned over in them is told from the settings of another chain. */
export const settingsCheck = ({ format, chainId, shards }: Settings): string =>
  createHash("sha256")
    .update(JSON.stringify([format, chainId, shards]))
    .digest("hex")
    .slice(0, checkDigits);
