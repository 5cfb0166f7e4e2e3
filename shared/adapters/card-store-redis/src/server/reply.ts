import { PortError } from "@scrip/ports";

/** What a server answers; texts are bytes. */
export type Reply = Buffer | string | number | null | readonly Reply[];

export function listOf(reply: Reply | undefined): readonly Reply[] {
  return Array.isArray(reply) ? (reply as readonly Reply[]) : unexpected(reply);
}

export function bufferOf(reply: Reply | undefined): Buffer {
  return Buffer.isBuffer(reply) ? reply : unexpected(reply);
}

export const bufferOrNull = (reply: Reply | undefined): Buffer | null =>
  reply === null ? null : bufferOf(reply);

/** A number, or its decimal text. */
export function numberOf(reply: Reply | undefined): number {
  const value = typeof reply === "number" ? reply : Number(bufferOf(reply).toString("latin1"));
  return Number.isSafeInteger(value) ? value : unexpected(reply);
}

export const textOf = (reply: Reply | undefined): string =>
  typeof reply === "string" ? reply : bufferOf(reply).toString("utf8");

function unexpected(reply: Reply | undefined): never {
  const what = reply === null ? "null" : typeof reply;
  throw new PortError("CORRUPT", `card store: an answer of another kind: ${what}`);
}
