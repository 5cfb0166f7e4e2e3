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

const numberBytes = 8;

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
    const body = checked(key, stored);
    if (body !== undefined) return body;
    throw corrupt(`${this.#place}: a record is not what was written`);
  }

  /** As `get`, also when another process wrote a moment ago. */
  getNewest(key: Buffer): Buffer | undefined {
    this.#env.root.resetReadTxn();
    return this.get(key);
  }

  /** Whether exactly this body stands under the key; a damaged record is no body. */
  holds(key: Buffer, body: Buffer): boolean {
    this.#env.root.resetReadTxn();
    return this.#stored(key)?.equals(withCheck(key, body)) ?? false;
  }

  /**
   * Put-if-absent: the body that is kept, which may be an earlier one. Durable on return. Nobody writes in between, in
   * no process; so it is with the other changes.
   * @throws PortError CORRUPT; UNAVAILABLE with `outcomeKnown: false`.
   */
  keep(key: Buffer, body: Buffer): Promise<Buffer> {
    return this.#change(() => {
      const kept = this.get(key);
      if (kept === undefined) this.#env.records.putSync(key, withCheck(key, body));
      return kept ?? body;
    });
  }

  /** Puts the body in the place of what stands there, damaged or not; false where nothing stands. Durable on return. */
  replace(key: Buffer, body: Buffer): Promise<boolean> {
    return this.#change(() => {
      const stands = this.#stored(key) !== undefined;
      if (stands) this.#env.records.putSync(key, withCheck(key, body));
      return stands;
    });
  }

  /** Removes what stands there, damaged or not. Durable on return. */
  async remove(key: Buffer): Promise<void> {
    await this.#change(() => this.#env.records.removeSync(key));
  }

  /**
   * Runs one change of several records: it sees the newest state, nobody writes in between, and all of it is durable on
   * return or none. Inside it `put`, `drop`, `get` and `range` may be called.
   * @throws PortError CORRUPT; UNAVAILABLE with `outcomeKnown: false`.
   */
  change<T>(act: () => T): Promise<T> {
    return this.#change(act);
  }

  put(key: Buffer, body: Buffer): void {
    this.#env.records.putSync(key, withCheck(key, body));
  }

  drop(key: Buffer): void {
    this.#env.records.removeSync(key);
  }

  /** Records from `start` up to, not with, `end`; backwards where `end` comes before `start`. @throws PortError CORRUPT */
  range(start: Buffer, end: Buffer, limit: number): { key: Buffer; body: Buffer }[] {
    const reverse = Buffer.compare(end, start) < 0;
    const keys = [...this.#env.records.getKeys({ start, end, limit, reverse })];
    return keys.flatMap((found) => {
      // The driver's keys share memory with what it reads next.
      const key = Buffer.from(found);
      const body = this.get(key);
      return body === undefined ? [] : [{ key, body }];
    });
  }

  /** Every body, one after the other. @throws PortError CORRUPT */
  *bodies(): Iterable<Buffer> {
    for (const key of this.#keys()) {
      const body = this.get(key);
      if (body !== undefined) yield body;
    }
  }

  /** Every record in the order of the keys; the body of one that is not what was written is undefined. */
  *all(): Iterable<{ readonly key: Buffer; readonly body: Buffer | undefined }> {
    for (const key of this.#keys()) {
      const stored = this.#stored(key);
      if (stored !== undefined) yield { key, body: checked(key, stored) };
    }
  }

  /** A number that one record is, without its check: cheap, and good only to notice that it is another one. */
  peekNumber(key: Buffer): number {
    const stored = this.#env.records.getBinaryFast(key);
    return stored === undefined || stored.length < checkBytes + numberBytes
      ? 0
      : stored.readDoubleBE(checkBytes);
  }

  async close(): Promise<void> {
    await this.#env.root.close();
  }

  async #change<T>(act: () => T): Promise<T> {
    try {
      const done = await this.#env.root.transaction(act);
      // Whoever reads from here on reads what was written.
      this.#env.root.resetReadTxn();
      return done;
    } catch (cause) {
      if (cause instanceof PortError) throw cause;
      throw unavailable(`${this.#place}: not known to be written`, cause);
    }
  }

  *#keys(): Iterable<Buffer> {
    // The driver's keys share memory with what it reads next.
    for (const found of this.#env.records.getKeys()) yield Buffer.from(found);
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

/** The body of what is stored under the key, if its check says that it is what was written. */
function checked(key: Buffer, stored: Buffer): Buffer | undefined {
  const body = Buffer.from(stored.subarray(checkBytes));
  return checkOf(key, body).equals(stored.subarray(0, checkBytes)) ? body : undefined;
}

// Over the key too, so that a body never passes under another key.
const checkOf = (key: Buffer, body: Buffer): Buffer =>
  createHmac("sha256", key).update(body).digest().subarray(0, checkBytes);
