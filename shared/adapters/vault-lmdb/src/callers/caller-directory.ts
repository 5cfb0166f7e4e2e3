import { createHash } from "node:crypto";
import type { ApiKey, Caller, CallerDirectory, KeyMade, KeyOrder, KeyRevoked } from "@scrip/ports";
import { callersCachedMax } from "../limits.ts";
import type { VaultOptions } from "../records/environment.ts";
import { Records } from "../records/records.ts";
import { KeyBook, type KeyRecord } from "./key-book.ts";

/** @throws PortError NOT_OURS when the directory cannot be used. */
export function openCallerDirectory(options: VaultOptions): CallerDirectory {
  return new LmdbCallerDirectory(new Records("caller directory", options));
}

/** Whom an API key belongs to, for processes that do not own the directory. */
export interface CallerReader extends Pick<CallerDirectory, "find"> {
  close(): Promise<void>;
}

/**
 * Opens a directory that another process owns, to look only. What the owner changes is seen by every later `find`: both
 * map the same file, so nothing has to be told, and nothing is kept beyond its revocation.
 * @throws PortError UNAVAILABLE while the owner has not made it; NOT_OURS when it cannot be used.
 */
export const openCallerReader = (options: Omit<VaultOptions, "readOnly">): CallerReader =>
  new LmdbCallerDirectory(new Records("caller directory", { ...options, readOnly: true }));

/**
 * One record per API key, found by its hash. Callers are kept at hand as long as nothing in the directory changes: who
 * changes it also counts that, in the same transaction, so no key outlives its revocation by a look-up.
 */
class LmdbCallerDirectory implements CallerDirectory {
  readonly #records: Records;
  readonly #book: KeyBook;
  readonly #cached = new Map<string, Caller>();
  #cachedAt = 0;

  constructor(records: Records) {
    this.#records = records;
    this.#book = new KeyBook(records);
  }

  async find(hash: string): Promise<Caller | undefined> {
    const changes = this.#book.changes();
    if (changes !== this.#cachedAt) {
      this.#cached.clear();
      this.#cachedAt = changes;
    }
    return this.#cached.get(hash) ?? this.#look(hash);
  }

  async add(keyHash: string, caller: Caller): Promise<void> {
    await this.#book.letIn(idOfHash(keyHash), keyHash, caller);
  }

  async make(order: KeyOrder): Promise<KeyMade> {
    const made = await this.#book.make(order);
    return "key" in made ? { ...made, key: told(made.key) } : made;
  }

  async revoke(keyId: string, atMs: number): Promise<KeyRevoked> {
    const revoked = await this.#book.revoke(keyId, atMs);
    return "key" in revoked ? { ...revoked, key: told(revoked.key) } : revoked;
  }

  async key(keyId: string): Promise<ApiKey | undefined> {
    const found = this.#book.byId(keyId);
    return found && told(found);
  }

  async keys(after: string | null, limit: number): Promise<ApiKey[]> {
    return this.#book.page(after, limit).map(told);
  }

  close(): Promise<void> {
    return this.#records.close();
  }

  #look(hash: string): Caller | undefined {
    const found: KeyRecord | undefined = this.#book.byHash(hash);
    if (found === undefined || found.revokedAtMs !== null) return undefined;
    // Strangers' keys are not kept, so they push nobody out.
    if (this.#cached.size >= callersCachedMax) this.#cached.clear();
    this.#cached.set(hash, found.caller);
    return found.caller;
  }
}

/** A key as operators see it, without its hash. */
const told = ({ keyId, caller, madeAtMs, revokedAtMs }: ApiKey): ApiKey => ({
  keyId,
  caller,
  madeAtMs,
  revokedAtMs,
});

const idBytes = 16;

/** A key that was let in is named after its hash, which tells nothing of it. */
const idOfHash = (keyHash: string): string =>
  createHash("sha256").update(keyHash).digest().toString("hex", 0, idBytes);
