import type { Caller, CallerDirectory } from "@scrip/ports";
import { broken } from "./faults.ts";
import type { VaultOptions } from "./records/environment.ts";
import { Records } from "./records/records.ts";

const keyHash = /^[0-9a-f]{64}$/;

/** @throws PortError NOT_OURS when the directory cannot be used. */
export function openCallerDirectory(options: VaultOptions): CallerDirectory {
  return new LmdbCallerDirectory(new Records("caller directory", options));
}

/** One record per API key, under the key's hash: the caller as JSON. */
class LmdbCallerDirectory implements CallerDirectory {
  readonly #records: Records;

  constructor(records: Records) {
    this.#records = records;
  }

  async find(hash: string): Promise<Caller | undefined> {
    const body = this.#records.get(keyOf(hash));
    // Its check says that these are the bytes that `add` wrote.
    return body === undefined ? undefined : (JSON.parse(body.toString()) as Caller);
  }

  async add(hash: string, caller: Caller): Promise<void> {
    await this.#records.keep(keyOf(hash), Buffer.from(JSON.stringify(recordOf(caller))));
  }

  close(): Promise<void> {
    return this.#records.close();
  }
}

/** Only what the port names: whatever else an object carries is not stored. */
const recordOf = ({ participantId, role, scope }: Caller): Caller => ({
  participantId,
  role,
  scope: {
    programs: scope.programs,
    participants: scope.participants,
    holdersAct: scope.holdersAct,
  },
});

/** What is no hash might be the API key itself; it is neither stored nor named. */
function keyOf(hash: string): Buffer {
  if (!keyHash.test(hash))
    throw broken("caller directory: a key hash is SHA-256 in lower-case hex");
  return Buffer.from(hash, "hex");
}
