import {
  activeKeysPerCallerMax,
  type ApiKey,
  type Caller,
  type KeyMade,
  type KeyOrder,
  type KeyRevoked,
  leavesAnOperator,
  plainCaller,
} from "@scrip/ports";
import { broken, corrupt } from "../faults.ts";
import { operatorsSeenMax } from "../limits.ts";
import type { Records } from "../records/records.ts";
import {
  activePlace,
  activeRange,
  changesPlace,
  hashPlace,
  hasIdForm,
  keyPlace,
  numberBody,
  numberPlace,
  operatorPlace,
  operatorRange,
} from "./places.ts";

/** What is kept of a key. */
export interface KeyRecord extends ApiKey {
  readonly keyHash: string;
  readonly number: number;
  /** Null for a key that was let in and not ordered. */
  readonly bodyHash: string | null;
}

/** A key's own record. Its check has said that these are the bytes that were written. */
export const readKey = (body: Buffer): KeyRecord => JSON.parse(body.toString()) as KeyRecord;

const nothing = Buffer.alloc(0);
const numberMax = Number.MAX_SAFE_INTEGER;

/** The directory's records and what keeps them together. Whatever changes them runs inside one transaction. */
export class KeyBook {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  /** Another number than before: something changed, through whichever process. */
  changes(): number {
    return this.#records.peekNumber(changesPlace);
  }

  byHash(hash: string): KeyRecord | undefined {
    const id = this.#records.get(hashPlace(hash));
    if (id === undefined) return undefined;
    const found = this.#need(id.toString("hex"));
    if (found.keyHash !== hash) throw corrupt("caller directory: a hash leads to another key");
    return found;
  }

  byId(keyId: string): KeyRecord | undefined {
    if (!hasIdForm(keyId)) return undefined;
    const body = this.#records.get(keyPlace(keyId));
    return body && readKey(body);
  }

  page(after: string | null, limit: number): KeyRecord[] {
    const last = after === null ? -1 : this.byId(after)?.number;
    if (last === undefined) throw broken("caller directory: a page behind a key that is not there");
    const [start, end] = [numberPlace(last + 1), numberPlace(numberMax)];
    const found = this.#records.range(start, end, limit);
    return found.map(({ body }) => this.#need(body.toString("hex")));
  }

  letIn(keyId: string, keyHash: string, caller: Caller): Promise<void> {
    return this.#records.change(() => {
      if (this.#records.get(hashPlace(keyHash)) !== undefined) return;
      this.#open({ keyId, keyHash, caller, madeAtMs: null, bodyHash: null });
    });
  }

  make(order: KeyOrder): Promise<KeyMade> {
    return this.#records.change((): KeyMade => {
      const before = this.byId(order.keyId);
      if (before !== undefined) {
        const same = before.bodyHash === order.bodyHash;
        return same ? { kind: "MADE_BEFORE", key: before } : { kind: "OTHER_ORDER" };
      }
      const followed = order.follows === null ? null : this.byId(order.follows);
      if (followed === undefined) return { kind: "FOLLOWS_UNKNOWN" };
      if (followed !== null && followed.revokedAtMs !== null) return { kind: "FOLLOWS_REVOKED" };
      const active = this.#records.range(...activeRange(order.caller), activeKeysPerCallerMax);
      if (active.length >= activeKeysPerCallerMax) return { kind: "TOO_MANY_ACTIVE" };
      return { kind: "MADE", key: this.#open(order) };
    });
  }

  revoke(keyId: string, atMs: number): Promise<KeyRevoked> {
    return this.#records.change((): KeyRevoked => {
      const key = this.byId(keyId);
      if (key === undefined) return { kind: "UNKNOWN" };
      if (key.revokedAtMs !== null) return { kind: "REVOKED", key };
      if (!leavesAnOperator(key.caller, this.#operatorsBeside(keyId))) {
        return { kind: "LAST_OPERATOR" };
      }
      return { kind: "REVOKED", key: this.#end(key, atMs) };
    });
  }

  #open(made: Omit<KeyRecord, "number" | "revokedAtMs">): KeyRecord {
    const { keyId, keyHash, madeAtMs, bodyHash } = made;
    if (this.#records.get(hashPlace(keyHash)) !== undefined) {
      throw broken("caller directory: two keys of one hash");
    }
    const [newest] = this.#records.range(numberPlace(numberMax), numberPlace(0).subarray(0, 1), 1);
    const number = newest === undefined ? 0 : newest.key.readDoubleBE(1) + 1;
    const caller = plainCaller(made.caller);
    const key = { keyId, keyHash, caller, madeAtMs, revokedAtMs: null, number, bodyHash };
    const id = Buffer.from(keyId, "hex");
    this.#put(key);
    this.#records.put(hashPlace(keyHash), id);
    this.#records.put(numberPlace(number), id);
    this.#records.put(activePlace(caller, keyId), nothing);
    if (caller.role === "OPERATOR") this.#records.put(operatorPlace(keyId), nothing);
    this.#changed();
    return key;
  }

  #end(key: KeyRecord, atMs: number): KeyRecord {
    const ended = { ...key, revokedAtMs: atMs };
    this.#put(ended);
    this.#records.drop(activePlace(key.caller, key.keyId));
    this.#records.drop(operatorPlace(key.keyId));
    this.#changed();
    return ended;
  }

  #put(key: KeyRecord): void {
    this.#records.put(keyPlace(key.keyId), Buffer.from(JSON.stringify(key)));
  }

  #changed(): void {
    this.#records.put(changesPlace, numberBody(this.changes() + 1));
  }

  #operatorsBeside(keyId: string): Caller[] {
    const all = this.#records.range(...operatorRange, operatorsSeenMax);
    const ids = all.map(({ key }) => key.toString("hex", 1));
    return ids.filter((id) => id !== keyId).map((id) => this.#need(id).caller);
  }

  #need(keyId: string): KeyRecord {
    const found = this.byId(keyId);
    if (found === undefined) throw corrupt("caller directory: a key's own record is not there");
    return found;
  }
}
