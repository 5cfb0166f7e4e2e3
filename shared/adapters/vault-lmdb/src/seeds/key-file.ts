import { createHash } from "node:crypto";
import type { BatchId } from "@scrip/domain";
import { keyBytes } from "./sealed-seed.ts";

/**
 * The bytes of a batch's key file: four lines of ASCII, the third `key` and 32 bytes in hex. The checksum at the end
 * tells a damaged file from a damaged seed.
 */
export function formatKeyFile(batchId: BatchId, key: Buffer): Buffer {
  const body = `scrip batch key, version 1\nbatch ${batchId}\nkey ${key.toString("hex")}\n`;
  const checksum = createHash("sha256").update(body).digest("hex").slice(0, 16);
  return Buffer.from(`${body}checksum ${checksum}\n`);
}

/** The key, or undefined when these are not exactly the bytes of that batch's key file. */
export function parseKeyFile(batchId: BatchId, bytes: Buffer): Buffer | undefined {
  const digits = /^key ([0-9a-f]+)$/m.exec(bytes.toString("latin1"))?.[1] ?? "";
  const key = Buffer.from(digits, "hex");
  const right = key.length === keyBytes && formatKeyFile(batchId, key).equals(bytes);
  return right ? key : undefined;
}
