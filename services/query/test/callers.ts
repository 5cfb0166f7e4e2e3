import type { Caller, CallerDirectory, Role, Scope } from "@scrip/ports";
import { apiKeyHash } from "@scrip/service-kit";

const everything: Scope = { programs: "*", participants: "*", holdersAct: false };

/** Keys that tests hand out: `key(role)` sees everything, `key(role, scope)` what the scope says. */
export class TestCallers implements Pick<CallerDirectory, "find"> {
  readonly #callers = new Map<string, Caller>();

  find = (keyHash: string): Promise<Caller | undefined> =>
    Promise.resolve(this.#callers.get(keyHash));

  /** Headers of a new key. */
  key(
    role: Role,
    scope: Partial<Scope> = {},
    participantId = role.toLowerCase(),
  ): { authorization: string } {
    const key = `sk_${role}_${this.#callers.size}`;
    this.#callers.set(apiKeyHash(key), { participantId, role, scope: { ...everything, ...scope } });
    return { authorization: `Bearer ${key}` };
  }
}
