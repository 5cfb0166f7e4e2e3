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

/** Active keys of one caller (the same participant, role and scope): the one in use and the one that follows it. */
export const activeKeysPerCallerMax = 2;

/** An API key as the directory knows it: nobody can tell the key itself from it. */
export interface ApiKey {
  /** Names the key to operators: 16 bytes, lower-case hex. */
  readonly keyId: string;
  readonly caller: Caller;
  /** Null for a key that the directory's owner let in. */
  readonly madeAtMs: number | null;
  /** Null while the key is active. */
  readonly revokedAtMs: number | null;
}

/** A key that an operator orders. */
export interface KeyOrder {
  readonly keyId: string;
  /** SHA-256 of the whole key text, hex. */
  readonly keyHash: string;
  readonly caller: Caller;
  readonly madeAtMs: number;
  /** What was asked for, hashed: two orders of one key id are the same if this is. */
  readonly bodyHash: string;
  /** Id of the active key of the same caller that this one is to follow; null for one on its own. */
  readonly follows: string | null;
}

/** What an order led to. `MADE_BEFORE`: the same order was carried out earlier, nothing happened now. */
export type KeyMade =
  | { readonly kind: "MADE" | "MADE_BEFORE"; readonly key: ApiKey }
  | { readonly kind: "OTHER_ORDER" | "FOLLOWS_UNKNOWN" | "FOLLOWS_REVOKED" | "TOO_MANY_ACTIVE" };

export type KeyRevoked =
  | { readonly kind: "REVOKED"; readonly key: ApiKey }
  | { readonly kind: "UNKNOWN" | "LAST_OPERATOR" };

/** API keys, known by hash only. Whatever changes is one step, durable on return, and seen by every later `find`. */
export interface CallerDirectory {
  /**
   * The caller of an active key. Asked for every request.
   * @param keyHash SHA-256 of the whole key text, hex.
   */
  find(keyHash: string): Promise<Caller | undefined>;
  /** The directory's owner lets a key in, whatever there is; put-if-absent: a revoked key stays revoked. */
  add(keyHash: string, caller: Caller): Promise<void>;
  /**
   * Makes a key, if its caller has fewer than `activeKeysPerCallerMax` and the key it follows is active.
   * @throws PortError UNAVAILABLE with `outcomeKnown: false`: the same order again tells whether it was made.
   */
  make(order: KeyOrder): Promise<KeyMade>;
  /**
   * Ends a key for good; one that has ended stays as it is. Refused for the last active key of role OPERATOR, and for
   * the last of those whose scope is everything.
   */
  revoke(keyId: string, atMs: number): Promise<KeyRevoked>;
  key(keyId: string): Promise<ApiKey | undefined>;
  /** Keys in the order in which they came, revoked ones too, behind the given one; null: from the first. */
  keys(after: string | null, limit: number): Promise<ApiKey[]>;
  close(): Promise<void>;
}
