import {
  signatureType,
  verifierKey,
  type Hash,
  type NoteSignature,
  type VerifierKey,
} from "@scrip/merkle-log";
import type { Signer } from "@scrip/ports";
import { receiptOrigin, utf8 } from "@scrip/wire";
import { receiptBatchMax, receiptSpreadMaxMs } from "./limits.ts";
import { groupsOf, signGroup, type DurableEntry } from "./receipt-group.ts";

export interface ReceiptSigning {
  readonly hash: Hash;
  /** Origin of the log that the entries are promised to be in. */
  readonly logOrigin: string;
  /** The receipt key; its name is the origin of receipts. */
  readonly signer: Signer;
  /** How long after its own time an event is promised to be in the log, milliseconds. */
  readonly logWithinMs: number;
  /** Runs the work once everything that is ready now had its turn; default: `setImmediate`. */
  readonly soon?: (work: () => void) => void;
}

interface Waiting {
  readonly entry: DurableEntry;
  readonly resolve: (receipt: string) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Signs receipts: promises that an entry will be in the log by a stated time. Everything that asks in one turn of the
 * process, as the saves of one sync to disk do, shares a signature; nobody waits for company.
 */
export class ReceiptSigner {
  readonly #signing: ReceiptSigning;
  readonly #key: VerifierKey;
  readonly #soon: (work: () => void) => void;
  #waiting: Waiting[] = [];

  /** @throws RangeError when the signer's key is not named as the receipts of this log are */
  constructor(signing: ReceiptSigning) {
    const { hash, logOrigin, signer, soon = (work) => void setImmediate(work) } = signing;
    const { name, publicKey } = signer;
    if (name !== receiptOrigin(logOrigin)) {
      throw new RangeError(`the key of «${name}» does not sign receipts of «${logOrigin}»`);
    }
    this.#signing = signing;
    this.#key = verifierKey(hash, { name, type: signatureType.ed25519, publicKey });
    this.#soon = soon;
  }

  /**
   * The receipt of an entry, as a file. Call it only once the entry's save has resolved: what is signed before it is
   * durable may be gone tomorrow. Rejects with what the signer throws; the entry is saved all the same.
   */
  sign(entry: DurableEntry): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#waiting.length === 0) this.#soon(() => this.#signAll());
      this.#waiting.push({ entry, resolve, reject });
      if (this.#waiting.length >= receiptBatchMax) this.#signAll();
    });
  }

  #signAll(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    const bounds = { entriesMax: receiptBatchMax, spreadMaxMs: receiptSpreadMaxMs };
    for (const group of groupsOf(waiting, bounds)) this.#release(group);
  }

  #release(group: readonly Waiting[]): void {
    try {
      const receipts = this.#signGroup(group.map(({ entry }) => entry));
      for (const [nth, { resolve }] of group.entries()) resolve(receipts[nth] ?? "");
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  /** @param entries by time, the earliest first */
  #signGroup(entries: readonly DurableEntry[]): string[] {
    const { hash, logWithinMs } = this.#signing;
    // One line for all of them: the earliest of their times, so that it promises nobody less than their own would.
    const logByMs = (entries[0]?.atMs ?? 0) + logWithinMs;
    const sign = (text: string): NoteSignature => this.#line(text);
    return signGroup(entries, { hash, origin: this.#key.name, logByMs, sign });
  }

  #line(text: string): NoteSignature {
    const { name, keyId } = this.#key;
    return { name, keyId, signature: this.#signing.signer.sign(utf8(text)) };
  }
}
