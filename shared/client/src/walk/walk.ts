import type { CryptoSuite } from "@scrip/signing/browser";
import type { ScripClient } from "../http/client.ts";
import { acquiring, distributing, generating } from "./making.ts";
import type { Walked } from "./querying.ts";
import { querying } from "./querying.ts";
import { Scribe } from "./scribe.ts";
import type { RoleKeys, Setting } from "./setting.ts";
import { binding, verifying, writingOff } from "./using.ts";

/** What a walk needs. */
export interface WalkOptions {
  /** A client without a key: the public. */
  readonly client: ScripClient;
  readonly keys: RoleKeys;
  /** The policy that proofs are verified against, as text; from a place of one's own, never asked of the server. */
  readonly policy: string;
  readonly suite: CryptoSuite;
  readonly nowMs: () => number;
  /** Tells this walk from any other: a few random characters. */
  readonly runId: string;
  readonly print: (line: string) => void;
}

/**
 * Takes one card through the seven steps over HTTP, tells each request and answer, and verifies the proofs offline.
 * @throws ProblemError, UnreachableError; ProofError when a proof does not hold
 */
export async function walk({ client, print, ...given }: WalkOptions): Promise<Walked> {
  const setting: Setting = { ...given, anyone: client, scribe: new Scribe(print) };
  const card = await generating(setting);
  await acquiring(setting, card);
  await distributing(setting, card);
  await verifying(setting, card);
  const holder = await binding(setting, card);
  const answer = await writingOff(setting, card, holder);
  return await querying(setting, card, { holder, answer });
}
