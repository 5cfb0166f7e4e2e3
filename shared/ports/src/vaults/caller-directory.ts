export const roles = ["ISSUER", "DISTRIBUTOR", "ACCEPTOR", "REGULATOR", "OPERATOR"] as const;
export type Role = (typeof roles)[number];

/** What an API key may do. `*` is everything. */
export interface Scope {
  readonly programs: "*" | readonly string[];
  readonly participants: "*" | readonly string[];
  /** May act for holders: bind, view and spend wallets. */
  readonly holdersAct: boolean;
}

/** Whom an API key belongs to; never the key itself. */
export interface Caller {
  readonly participantId: string;
  readonly role: Role;
  readonly scope: Scope;
}

/** API keys, known by hash only. */
export interface CallerDirectory {
  /** @param keyHash SHA-256 of the whole key text, hex. */
  find(keyHash: string): Promise<Caller | undefined>;
  /** Put-if-absent, durable on return. */
  add(keyHash: string, caller: Caller): Promise<void>;
  close(): Promise<void>;
}
