import type { CommittedRegistry, ReconcilePorts } from "@scrip/application";
import type { CardStore, Clock, Outbox } from "@scrip/ports";
import { token } from "@scrip/service-kit";
import type { CommittedFinality } from "./follow/committed-finality.ts";
import type { CopyFeed } from "./follow/copy-feed.ts";
import type { LedgerFollowing } from "./follow/follow-ledger.ts";
import type { CatchingUp, QueryWatch } from "./follow/query-watch.ts";
import type { RegistrySource } from "./follow/registry-source.ts";
import type { PromiseWatch } from "./promises/promise-watch.ts";
import type { CardRepairs } from "./repair/card-repairs.ts";
import type { VerifiedCopy } from "./proofs/verified-copy.ts";

/** What a public verification needs of the online state. */
export type OnlineCards = Pick<CardStore, "card">;

/** What the query service is made of, by name. */
export const tokens = {
  clock: token<Clock>("clock"),
  online: token<OnlineCards>("online-cards"),
  outbox: token<Outbox | null>("outbox"),
  registry: token<CommittedRegistry>("registry"),
  registrySource: token<RegistrySource>("registry-source"),
  finality: token<CommittedFinality>("finality"),
  feed: token<CopyFeed>("copy-feed"),
  following: token<LedgerFollowing>("following"),
  watch: token<QueryWatch>("query-watch"),
  /** How far the copy is; null once it has caught up. */
  catchingUp: token<() => CatchingUp | null>("catching-up"),
  copy: token<VerifiedCopy>("verified-copy"),
  /** Null where the outbox cannot be reached. */
  promiseWatch: token<PromiseWatch | null>("promise-watch"),
  /** Null where the card store cannot be written. */
  repairs: token<CardRepairs | null>("card-repairs"),
  reconciling: token<ReconcilePorts | null>("reconciling"),
  policy: token<() => string>("policy"),
};
