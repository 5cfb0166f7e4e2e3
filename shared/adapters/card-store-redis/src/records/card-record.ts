import type { CardRecord } from "@scrip/ports";
import { decodeLeaf, encodeLeaf } from "@scrip/wire";
import { writer } from "./byte-writer.ts";

/*
 * A card as stored: its version, then the amounts that the store adds up, which functions read; then the wallet; then the
 * card itself, in the form that the ledger has it in.
 */

const walletAt = 48;
const walletBytes = 20;

/** @throws RangeError for a record that would not come back as it is. */
export function encodeCard({ card, lastEventId, nonce, walletId }: CardRecord): Buffer {
  const { sums } = card;
  const leaf = encodeLeaf("card", { card, lastEventId, nonce, diverged: false });
  writer.start().whole(card.version);
  for (const amount of [card.balance, card.held, sums.loaded, sums.writtenOff, sums.refunded])
    writer.whole(Number(amount));
  return writer.hexOrNull(walletId, walletBytes).bytes(leaf).finish();
}

/** @throws when the bytes are not a card record. */
export function decodeCard(bytes: Buffer): CardRecord {
  const leafAt = walletAt + 1 + (bytes.readUInt8(walletAt) === 0 ? 0 : walletBytes);
  const walletId =
    leafAt === walletAt + 1
      ? null
      : bytes.toString("hex", walletAt + 1, walletAt + 1 + walletBytes);
  const { card, lastEventId, nonce } = decodeLeaf("card", bytes.subarray(leafAt));
  if (bytes.readDoubleBE(0) !== card.version) throw new RangeError("two versions of one card");
  return { card, lastEventId, nonce, walletId };
}
