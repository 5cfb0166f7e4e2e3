import { leafHash, sha256 } from "@scrip/merkle-log";
import type { EventMessage } from "@scrip/ports";
import { nextChain, streamStart, toHex, utf8 } from "@scrip/wire";

export const chainId = "scrip.example/test";

/** The events of one shard as an honest relay would publish them. */
export function messagesOf(shard: number, texts: readonly string[], epoch = 1): EventMessage[] {
  let chain = streamStart(sha256, chainId, shard);
  return texts.map((text, seq) => {
    const bytes = utf8(text);
    const eventId = toHex(leafHash(sha256, bytes));
    const message = { shard, epoch, seq, chainBefore: chain, eventId, bytes };
    chain = nextChain(sha256, chain, eventId);
    return message;
  });
}

/** `count` texts that differ. */
export const texts = (count: number, prefix = "event"): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix} ${n}`);
