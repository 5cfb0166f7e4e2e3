/** Signs with one key that never leaves it. */
export interface Signer {
  readonly name: string;
  readonly algorithm: string;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}
