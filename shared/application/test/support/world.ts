import type { ControlEvent, DomainEvent } from "@scrip/domain";
import { sha256 } from "@scrip/merkle-log";
import type { BatchVault, CardStore, HolderVault, Outbox } from "@scrip/ports";
import {
  FixedClock,
  MemoryBatchVault,
  MemoryCardDisk,
  MemoryCardStore,
  MemoryHolderVault,
  SeededIdentity,
  storeGiven,
} from "@scrip/testing";
import { decodeEvent } from "@scrip/wire";
import { CommittedRegistry, Turns, type OperationPorts } from "../../src/index.ts";

const shards = 4;

/** Everything the use cases stand on, in memory, and a ledger that takes every event at once. */
export class World {
  readonly clock = new FixedClock();
  readonly registry = new CommittedRegistry();
  readonly store: CardStore & Outbox;
  readonly vault: HolderVault = new MemoryHolderVault();
  readonly seeds: BatchVault = new MemoryBatchVault();
  readonly turns = new Turns();
  readonly ports: OperationPorts;
  /** False: the ledger takes nothing until it is true again and `commit` was called. */
  commits = true;

  constructor() {
    this.store = new MemoryCardStore(new MemoryCardDisk(shards, storeGiven.suiteStart));
    const { clock, registry, store, vault } = this;
    const identity = new SeededIdentity("application");
    this.ports = { store, vault, registry, clock, identity, hash: sha256 };
    this.store.onAppend((shard) => {
      if (shard === shards && this.commits) void this.commit();
    });
  }

  /** Makes every control event that was saved COMMITTED. */
  async commit(): Promise<void> {
    for (const event of await this.events(shards)) this.registry.apply(event as ControlEvent);
  }

  /** Every event of a stream, in order. */
  async events(shard: number): Promise<DomainEvent[]> {
    const entries = await this.store.read(shard, 0, 10_000);
    return entries.map(({ bytes }) => decodeEvent(bytes).event);
  }

  /** Every event of the card shards. */
  async cardEvents(): Promise<DomainEvent[]> {
    const streams = Array.from({ length: shards }, (_, shard) => this.events(shard));
    return (await Promise.all(streams)).flat();
  }
}

/** The same store with some of its methods replaced. */
export const replacing = <Store extends CardStore>(
  store: Store,
  methods: Partial<CardStore>,
): Store =>
  new Proxy(store, {
    get(target, name): unknown {
      const member: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
