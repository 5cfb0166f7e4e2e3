import { ReceiptSigner, Receipts, logWithinDefaultMs } from "@scrip/application";
import type { Outbox, Signer } from "@scrip/ports";
import { ed25519Signer, sha256Ed25519 } from "@scrip/signing";
import { receiptOrigin } from "@scrip/wire";

/** A signer of receipts that counts its signatures. */
export class CountingSigner implements Signer {
  readonly #signer: Signer;
  signatures = 0;

  constructor(signer: Signer) {
    this.#signer = signer;
  }

  get name(): string {
    return this.#signer.name;
  }

  get algorithm(): string {
    return this.#signer.algorithm;
  }

  get publicKey(): Uint8Array {
    return this.#signer.publicKey;
  }

  sign(message: Uint8Array): Uint8Array {
    this.signatures += 1;
    return this.#signer.sign(message);
  }
}

const seedBytes = 32;

/** The key that signs receipts of a log in tests. */
export const testReceiptKey = (logOrigin: string): CountingSigner =>
  new CountingSigner(ed25519Signer(receiptOrigin(logOrigin), new Uint8Array(seedBytes).fill(0x5e)));

/** Receipts as services give them, from a key that tests know. */
export function testReceipts(
  outbox: Pick<Outbox, "read">,
  logOrigin: string,
  signer: Signer = testReceiptKey(logOrigin),
): Receipts {
  const { hash } = sha256Ed25519;
  const signing = { hash, logOrigin, signer, logWithinMs: logWithinDefaultMs };
  return new Receipts({ signer: new ReceiptSigner(signing), outbox, hash });
}
