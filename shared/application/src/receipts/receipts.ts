import { leafHash, type Hash } from "@scrip/merkle-log";
import { PortError, type Outbox } from "@scrip/ports";
import { toHex } from "@scrip/wire";
import type { KeyedResult } from "../keyed/keyed.ts";
import type { ReceiptSigner } from "./receipt-signer.ts";

type Reached = Extract<KeyedResult, { kind: "OUTCOME" }>;

export interface ReceiptsWiring {
  readonly signer: ReceiptSigner;
  readonly outbox: Pick<Outbox, "read">;
  readonly hash: Hash;
}

/** Receipts of operations. None is ever stored: whoever asks again before the commitment gets one signed anew. */
export class Receipts {
  readonly #wiring: ReceiptsWiring;

  constructor(wiring: ReceiptsWiring) {
    this.#wiring = wiring;
  }

  /**
   * A receipt for the event of an outcome that was reached, now or before.
   * @returns null when there is no event, or the outbox has it no longer: then the ledger has it, and its proof is the
   * better answer.
   * @throws PortError CORRUPT when the outbox keeps something else under the event's number; UNAVAILABLE
   */
  async of({ outcome, entry, shard }: Reached): Promise<string | null> {
    const { eventId, seq, atMs } = outcome;
    if (eventId === null || seq === null) return null;
    const bytes = entry ?? (await this.#kept(shard, seq, eventId));
    return bytes === null ? null : await this.#wiring.signer.sign({ eventId, bytes, atMs });
  }

  async #kept(shard: number, seq: number, eventId: string): Promise<Uint8Array | null> {
    const { outbox, hash } = this.#wiring;
    const [found] = await outbox.read(shard, seq, 1);
    if (found?.seq !== seq) return null;
    if (toHex(leafHash(hash, found.bytes)) !== eventId) {
      throw new PortError("CORRUPT", `outbox of shard ${shard}: event ${seq} is not ${eventId}`);
    }
    return found.bytes;
  }
}
