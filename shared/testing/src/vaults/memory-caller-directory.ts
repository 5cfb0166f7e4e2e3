import { type Caller, type CallerDirectory, PortError } from "@scrip/ports";

/** A caller directory for tests. */
export class MemoryCallerDirectory implements CallerDirectory {
  readonly #kept: Map<string, Caller>;
  #closed = false;

  /** @param kept what outlives the directory, as a disk would */
  constructor(kept = new Map<string, Caller>()) {
    this.#kept = kept;
  }

  async find(keyHash: string): Promise<Caller | undefined> {
    this.#check(keyHash);
    return structuredClone(this.#kept.get(keyHash));
  }

  async add(keyHash: string, caller: Caller): Promise<void> {
    this.#check(keyHash);
    if (!this.#kept.has(keyHash)) this.#kept.set(keyHash, structuredClone(caller));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #check(keyHash: string): void {
    if (this.#closed) throw new Error("caller directory: used after it was closed");
    if (!/^[0-9a-f]{64}$/.test(keyHash)) {
      throw new PortError("CONTRACT_BROKEN", "caller directory: this is no key hash");
    }
  }
}
