import { createHmac } from "node:crypto";
import { join } from "node:path";
import { PortError } from "@scrip/ports";
import { corrupt, unavailable } from "../faults.ts";
import {
  type Environment,
  openEnvironment,
  type VaultKind,
  type VaultOptions,
} from "./environment.ts";

/** Bytes of the check that stands before each record: what was changed by accident is never served. */
const checkBytes = 8;

/** The records of one vault: a body under a key, each change one durable transaction. */
export class Records {
  readonly #env: Environment;
  readonly #place: string;

  constructor(kind: VaultKind, options: VaultOptions) {
    this.#env = openEnvironment(kind, options);
    this.#place = `${kind} ${join(options.directory, "data.mdb")}`;
  }

  /** The body as last made durable. @throws PortError CORRUPT */
  get(key: Buffer): Buffer | undefined {
    const stored = this.#stored(key);
    if (stored === undefined) return undefined;
    const body = Buffer.from(stored.subarray(checkBytes));
    if (checkOf(key, body).equals(stored.subarray(0, checkBytes))) return body;
    throw corrupt(`${this.#place}: a record is not what was written`);
  }

  /** As `get`, also when another process wrote a moment ago. */
  getNewest(key: Buffer): Buffer | undefined {
    this.#env.root.resetReadTxn();
    return this.get(key);
  }

  /**
   * Puts what `change` makes of the current body, undefined removing it, and returns what then stands, durably. Nobody
   * writes in between, in no process.
   * @throws PortError CORRUPT; UNAVAILABLE with `outcomeKnown: false`.
   */
  async update(
    key: Buffer,
    change: (now: Buffer | undefined) => Buffer | undefined,
  ): Promise<Buffer | undefined> {
    try {
      return await this.#env.root.transaction(() => {
        const now = this.get(key);
        const next = change(now);
        if (next === undefined) this.#env.records.removeSync(key);
        else if (next !== now) this.#env.records.putSync(key, withCheck(key, next));
        return next;
      });
    } catch (cause) {
      if (cause instanceof PortError) throw cause;
      throw unavailable(`${this.#place}: not known to be written`, cause);
    }
  }

  /** Put-if-absent: the body that is kept, which may be an earlier one. Durable on return. */
  async keep(key: Buffer, body: Buffer): Promise<Buffer> {
    return (await this.update(key, (now) => now ?? body)) ?? body;
  }

  async remove(key: Buffer): Promise<void> {
    await this.update(key, () => undefined);
  }

  async close(): Promise<void> {
    await this.#env.root.close();
  }

  #stored(key: Buffer): Buffer | undefined {
    try {
      return this.#env.records.get(key);
    } catch (cause) {
      throw corrupt(`${this.#place}: a record cannot be read`, cause);
    }
  }
}

const withCheck = (key: Buffer, body: Buffer): Buffer => Buffer.concat([checkOf(key, body), body]);

// Over the key too, so that a body never passes under another key.
const checkOf = (key: Buffer, body: Buffer): Buffer =>
  createHmac("sha256", key).update(body).digest().subarray(0, checkBytes);
