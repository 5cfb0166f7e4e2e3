import { CommittedRegistry, OverduePromises } from "@scrip/application";
import { Follower, type LedgerState } from "@scrip/ledger-state";
import { parsePolicy, ProofError, type Checkpoint } from "@scrip/merkle-log";
import type {
  CardStore,
  Clock,
  FollowerStore,
  HolderVault,
  Identity,
  LedgerReads,
  Outbox,
  Signer,
} from "@scrip/ports";
import { createContainer, provide, type DependencyContainer } from "@scrip/service-kit";
import { verifyCheckpoint, type CryptoSuite } from "@scrip/signing";
import { equalBytes } from "@scrip/wire";
import { CommittedFinality } from "./follow/committed-finality.ts";
import { LedgerFollowing } from "./follow/follow-ledger.ts";
import { QueryWatch, type QueryWatchWiring } from "./follow/query-watch.ts";
import { CopyFeed } from "./follow/copy-feed.ts";
import { ControlFacts, RegistrySource } from "./follow/registry-source.ts";
import { checkedReads } from "./proofs/checked-reads.ts";
import { PromiseWatch } from "./promises/promise-watch.ts";
import { RejectedPromises } from "./promises/rejected-promises.ts";
import { policyText } from "./proofs/policy-text.ts";
import { logVerifierKey, PublishedCheckpoint } from "./proofs/published-checkpoint.ts";
import { CardRepairs } from "./repair/card-repairs.ts";
import { CopiedCards } from "./repair/copied-cards.ts";
import { tokens, type OnlineCards } from "./tokens.ts";

/** What it takes to mend cards that the ledger refused an event of. */
export interface MendingPorts {
  readonly store: CardStore & Outbox;
  readonly vault: Pick<HolderVault, "identities">;
  readonly identity: Identity;
  /** The operator's key, which the chain has registered. */
  readonly operator: Signer;
}

/** What whoever runs the query service has opened, and closes after it. */
export interface QueryPorts extends QueryWatchWiring {
  readonly ledger: LedgerReads;
  /** Written by this service alone. */
  readonly store: FollowerStore;
  readonly online: OnlineCards;
  /** The outbox whose depth the status shows; null where it cannot be reached from here. */
  readonly outbox: Outbox | null;
  /** Null where the card store cannot be written: then another process mends its cards. */
  readonly mending: MendingPorts | null;
  /** Within which time of its own receipts promise an event to be on the ledger, milliseconds. */
  readonly logWithinMs: number;
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
  const { hash } = suite;
  const log = logVerifierKey(hash, ports.logKey);
  const policy = parsePolicy(hash, ports.policy);
  const reads = checkedReads(store, {
    hash,
    state: () => container.resolve(tokens.following).follower.state,
  });
  const facts = new ControlFacts(reads, hash);
  provide(container, tokens.clock, () => clock);
  provide(container, tokens.online, () => ports.online);
  provide(container, tokens.outbox, () => ports.outbox);
  provide(container, tokens.watch, () => new QueryWatch(ports));
  provide(container, tokens.catchingUp, (from) => {
    const watch = from.resolve(tokens.watch);
    return () => watch.catchingUp(store.size());
  });
  provide(container, tokens.finality, () => new CommittedFinality(reads));
  provide(container, tokens.promiseWatch, (from) => {
    const { outbox, logger, metrics, logWithinMs } = ports;
    if (outbox === null) return null;
    const finality = from.resolve(tokens.finality);
    const promises = new OverduePromises({ outbox, finality, clock, logWithinMs });
    const following = from.resolve(tokens.watch);
    const caughtUp = () => following.hasCaughtUp;
    const rejected = new RejectedPromises({ copy: reads, hash, logWithinMs });
    return new PromiseWatch({ promises, rejected, caughtUp, logger, metrics });
  });
  provide(container, tokens.registry, () => new CommittedRegistry());
  provide(
    container,
    tokens.registrySource,
    (from) => new RegistrySource(facts, from.resolve(tokens.registry)),
  );
  provide(
    container,
    tokens.feed,
    (from) =>
      new CopyFeed({
        facts,
        finality: from.resolve(tokens.finality),
        state: () => from.resolve(tokens.following).follower.state,
        caughtUp: () => from.resolve(tokens.watch).hasCaughtUp,
      }),
  );
  provide(container, tokens.policy, () => () => policyText({ store: reads, hash, log }));
  provide(container, tokens.following, (from) => {
    const watch = from.resolve(tokens.watch);
    const registry = from.resolve(tokens.registrySource);
    const finality = from.resolve(tokens.finality);
    const feed = from.resolve(tokens.feed);
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
          feed.followed(block);
          from.resolve(tokens.repairs)?.followed(block);
          watch.followed(block);
        },
        heard: (ledgerSize, verifiedSize) => watch.heard(ledgerSize, verifiedSize),
        caughtUp: () => {
          const first = !watch.hasCaughtUp;
          watch.caughtUp();
          if (first) feed.caughtUp();
          from.resolve(tokens.repairs)?.caughtUp();
        },
        failed: (error) => watch.failed(error),
        stopped: (error) => watch.stopped(error),
      },
    });
  });
  const cards = new CopiedCards(reads, hash);
  const { mending } = ports;
  provide(container, tokens.repairs, () => {
    if (mending === null) return null;
    const { store: cardStore, vault } = mending;
    const { logger, metrics } = ports;
    return new CardRepairs({
      store: cardStore,
      vault,
      hash,
      ledger: cards,
      copy: reads,
      logger,
      metrics,
    });
  });
  provide(container, tokens.reconciling, (from) => {
    if (mending === null) return null;
    const { store: cardStore, identity, operator: signer } = mending;
    const registry = from.resolve(tokens.registry);
    const own = { store: cardStore, outbox: cardStore, identity, signer };
    return { ...own, registry, clock, hash, ledger: cards, chainId: origin };
  });
  provide(container, tokens.copy, (from) => {
    const following = from.resolve(tokens.following);
    return {
      store: reads,
      hash,
      checkpoint: new PublishedCheckpoint(store, { hash, signer: ports.logKey }, (note) => {
        // The log's own line is added to it afterwards: the validators' are what was stored.
        const trust = { policy: { ...policy, logs: [] }, suite, origin };
        requireHead(verifyCheckpoint(note, trust).checkpoint, following.follower.state);
      }),
      proveLeaf: (key) => following.follower.state.map.prove(key),
      mapRoot: () => following.follower.state.map.root,
    };
  });
  return container;
}

/** @throws ProofError CHECKPOINT_INCONSISTENT for a checkpoint of another log than the one that was verified */
function requireHead({ size, root }: Checkpoint, state: LedgerState): void {
  if (size === state.size && equalBytes(root, state.root())) return;
  throw new ProofError("CHECKPOINT_INCONSISTENT", `compare size ${size} with the verified log`);
}
