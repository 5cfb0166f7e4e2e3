import { createHash } from "node:crypto";
import {
  activeKeysPerCallerMax,
  type ApiKey,
  type Caller,
  type CallerDirectory,
  type KeyMade,
  type KeyOrder,
  type KeyRevoked,
  leavesAnOperator,
  plainCaller,
  PortError,
} from "@scrip/ports";

interface KeptKey {
  key: ApiKey;
  readonly keyHash: string;
  readonly bodyHash: string | null;
}

/** What a memory directory keeps between two openings: keys in the order in which they came. */
export type MemoryKeys = KeptKey[];

/** A caller directory for tests. */
export class MemoryCallerDirectory implements CallerDirectory {
  readonly #kept: MemoryKeys;
  #closed = false;

  /** @param kept what outlives the directory, as a disk would */
  constructor(kept: MemoryKeys = []) {
    this.#kept = kept;
  }

  async find(keyHash: string): Promise<Caller | undefined> {
    this.#check(keyHash);
    const found = this.#kept.find((one) => one.keyHash === keyHash);
    return found?.key.revokedAtMs === null ? structuredClone(found.key.caller) : undefined;
  }

  async add(keyHash: string, caller: Caller): Promise<void> {
    this.#check(keyHash);
    if (this.#kept.some((one) => one.keyHash === keyHash)) return;
    const keyId = createHash("sha256").update(keyHash).digest("hex").slice(0, 32);
    this.#open({ keyId, keyHash, caller, bodyHash: null }, null);
  }

  async make(order: KeyOrder): Promise<KeyMade> {
    this.#check(order.keyHash);
    const before = this.#byId(order.keyId);
    if (before !== undefined) {
      const same = before.bodyHash === order.bodyHash;
      return same ? { kind: "MADE_BEFORE", key: { ...before.key } } : { kind: "OTHER_ORDER" };
    }
    if (order.follows !== null) {
      const followed = this.#byId(order.follows);
      if (followed === undefined) return { kind: "FOLLOWS_UNKNOWN" };
      if (followed.key.revokedAtMs !== null) return { kind: "FOLLOWS_REVOKED" };
    }
    const same = (caller: Caller) => textOf(caller) === textOf(order.caller);
    const active = this.#active().filter(({ key }) => same(key.caller));
    if (active.length >= activeKeysPerCallerMax) return { kind: "TOO_MANY_ACTIVE" };
    return { kind: "MADE", key: this.#open(order, order.madeAtMs) };
  }

  async revoke(keyId: string, atMs: number): Promise<KeyRevoked> {
    this.#check();
    const kept = this.#byId(keyId);
    if (kept === undefined) return { kind: "UNKNOWN" };
    if (kept.key.revokedAtMs === null) {
      const others = this.#active().filter((one) => one !== kept);
      const operators = others.map(({ key }) => key.caller).filter(isOperator);
      if (!leavesAnOperator(kept.key.caller, operators)) return { kind: "LAST_OPERATOR" };
      kept.key = { ...kept.key, revokedAtMs: atMs };
    }
    return { kind: "REVOKED", key: kept.key };
  }

  async key(keyId: string): Promise<ApiKey | undefined> {
    this.#check();
    return structuredClone(this.#byId(keyId)?.key);
  }

  async keys(after: string | null, limit: number): Promise<ApiKey[]> {
    this.#check();
    const last = after === null ? -1 : this.#kept.findIndex(({ key }) => key.keyId === after);
    if (after !== null && last < 0) throw broken("a page behind a key that is not there");
    return structuredClone(this.#kept.slice(last + 1, last + 1 + limit).map(({ key }) => key));
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #open(made: Omit<KeptKey, "key"> & { keyId: string; caller: Caller }, madeAtMs: number | null) {
    const { keyId, keyHash, bodyHash } = made;
    if (this.#kept.some((one) => one.keyHash === keyHash)) throw broken("two keys of one hash");
    const caller = plainCaller(made.caller);
    const key: ApiKey = structuredClone({ keyId, caller, madeAtMs, revokedAtMs: null });
    this.#kept.push({ key, keyHash, bodyHash });
    return key;
  }

  #byId = (keyId: string): KeptKey | undefined => this.#kept.find(({ key }) => key.keyId === keyId);

  #active = (): KeptKey[] => this.#kept.filter(({ key }) => key.revokedAtMs === null);

  #check(keyHash?: string): void {
    if (this.#closed) throw new Error("caller directory: used after it was closed");
    if (keyHash !== undefined && !/^[0-9a-f]{64}$/.test(keyHash))
      throw broken("this is no key hash");
  }
}

const textOf = (caller: Caller): string => JSON.stringify(plainCaller(caller));
const isOperator = ({ role }: Caller): boolean => role === "OPERATOR";
const broken = (what: string): PortError =>
  new PortError("CONTRACT_BROKEN", `caller directory: ${what}`);
