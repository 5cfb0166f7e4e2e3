import { createHash } from "node:crypto";
import type { EventMessage } from "@scrip/ports";

const hex = (text: string): string => createHash("sha256").update(text).digest("hex");

/** A shard's messages `from` … `from + count − 1`: the same numbers give the same messages. */
export function testMessages(
  shard: number,
  { from, count }: { readonly from: number; readonly count: number },
): EventMessage[] {
  return Array.from({ length: count }, (_, at) => {
    const seq = from + at;
    return {
      shard,
      epoch: 1,
      seq,
      chainBefore: hex(`chain ${shard} ${seq}`),
      eventId: hex(`event ${shard} ${seq}`),
      bytes: new TextEncoder().encode(`entry ${shard} ${seq}`),
    };
  });
}
