import { CommittedRegistry } from "@scrip/application";
import { Follower } from "@scrip/ledger-state";
import { parsePolicy } from "@scrip/merkle-log";
import type { Clock, FollowerStore, Ledger, Outbox, Signer } from "@scrip/ports";
import { createContainer, provide, type DependencyContainer } from "@scrip/service-kit";
import type { CryptoSuite } from "@scrip/signing";
import { CommittedFinality } from "./follow/committed-finality.ts";
import { LedgerFollowing } from "./follow/follow-ledger.ts";
import { QueryWatch, type QueryWatchWiring } from "./follow/query-watch.ts";
import { RegistrySource } from "./follow/registry-source.ts";
import { policyText } from "./proofs/policy-text.ts";
import { logVerifierKey, PublishedCheckpoint } from "./proofs/published-checkpoint.ts";
import { tokens, type OnlineCards } from "./tokens.ts";

/** What whoever runs the query service has opened, and closes after it. */
export interface QueryPorts extends QueryWatchWiring {
  readonly ledger: Ledger;
  /** Written by this service alone. */
  readonly store: FollowerStore;
  readonly online: OnlineCards;
  /** The outbox whose depth the status shows; null where it cannot be reached from here. */
  readonly outbox: Outbox | null;
  readonly suite: CryptoSuite;
  /** Origin of the log. */
  readonly chainId: string;
  /** Text of the policy whose validators are believed. */
  readonly policy: string;
  /** Adds the log's own line to checkpoints; its name is the chain id. */
  readonly logKey: Signer;
  readonly clock: Clock;
}

/** The query service, wired. */
export function queryContainer(ports: QueryPorts): DependencyContainer {
  const { store, suite, chainId: origin, ledger, clock } = ports;
  const container = createContainer();
  const log = logVerifierKey(suite.hash, ports.logKey);
  provide(container, tokens.clock, () => clock);
  provide(container, tokens.online, () => ports.online);
  provide(container, tokens.outbox, () => ports.outbox);
  provide(container, tokens.watch, () => new QueryWatch(ports));
  provide(container, tokens.finality, () => new CommittedFinality(store));
  provide(container, tokens.registry, () => new CommittedRegistry());
  provide(
    container,
    tokens.registrySource,
    (from) => new RegistrySource(store, from.resolve(tokens.registry)),
  );
  provide(container, tokens.policy, () => () => policyText({ store, hash: suite.hash, log }));
  provide(container, tokens.following, (from) => {
    const policy = parsePolicy(suite.hash, ports.policy);
    const watch = from.resolve(tokens.watch);
    const registry = from.resolve(tokens.registrySource);
    const finality = from.resolve(tokens.finality);
    return new LedgerFollowing({
      ledger,
      store,
      clock,
      openFollower: () => Follower.open({ store, suite, origin, policy }),
      observer: {
        followed: (block) => {
          // The registry first: who waited for a program to be COMMITTED uses it at once.
          registry.catchUp();
          finality.release(block.events);
          watch.followed(block);
        },
        heard: (ledgerSize, verifiedSize) => watch.heard(ledgerSize, verifiedSize),
        caughtUp: () => watch.caughtUp(),
        failed: (error) => watch.failed(error),
        stopped: (error) => watch.stopped(error),
      },
    });
  });
  provide(container, tokens.copy, (from) => {
    const following = from.resolve(tokens.following);
    return {
      store,
      hash: suite.hash,
      checkpoint: new PublishedCheckpoint(suite.hash, store, ports.logKey),
      proveLeaf: (key) => following.follower.state.map.prove(key),
    };
  });
  return container;
}
