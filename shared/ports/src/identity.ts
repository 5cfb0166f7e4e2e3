/** The only source of chance. */
export interface Identity {
  /** `count` bytes from a cryptographic source. */
  randomBytes(count: number): Uint8Array;
}
