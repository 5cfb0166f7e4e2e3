import type { CryptoSuite } from "@scrip/signing/browser";
import type { ScripClient } from "../http/client.ts";
import { lookEveryMs, lookWithinMs } from "./limits.ts";
import type { Scribe } from "./scribe.ts";

/** One API key per role, as a fresh data directory keeps them in `keys.json`. */
export interface RoleKeys {
  readonly issuer: string;
  readonly distributor: string;
  readonly acceptor: string;
  readonly regulator: string;
  readonly operator: string;
}

/** Where the walk takes place. */
export interface Setting {
  /** A client without a key: the public. */
  readonly anyone: ScripClient;
  readonly keys: RoleKeys;
  /** The policy that proofs are verified against, as text. */
  readonly policy: string;
  readonly suite: CryptoSuite;
  readonly nowMs: () => number;
  /** Tells this walk's operations from those of any other. */
  readonly runId: string;
  readonly scribe: Scribe;
}

/** The card that walks. */
export interface WalkedCard {
  readonly batchId: string;
  readonly cardId: string;
  /** Its secret. */
  readonly code: string;
}

export const walkProgram = "gold";
export const walkIssuer = "acme";
export const walkDistributor = "north";
export const walkAcceptor = "store-330";
export const faceValue = 10_000;
export const price = 2_599;

/** Looks again until there is something, for a bounded time. @throws Error naming what did not come */
export async function until<Thing>(
  what: string,
  nowMs: () => number,
  look: () => Promise<Thing | undefined>,
): Promise<Thing> {
  const giveUpMs = nowMs() + lookWithinMs;
  for (;;) {
    const thing = await look();
    if (thing !== undefined) return thing;
    if (nowMs() >= giveUpMs) throw new Error(`waited ${lookWithinMs / 1_000} s in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
}
