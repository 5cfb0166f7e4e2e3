import type { EventMessage } from "@scrip/ports";
import type { ReceivedMessage } from "../message.ts";
import { fromKafka } from "../message.ts";
import type { Position } from "./committer.ts";
import { ShardDelivery, type ShardDeliveryWiring } from "./shard-delivery.ts";
import { Unconfirmed } from "./unconfirmed.ts";

export interface ShardStateWiring extends ShardDeliveryWiring {
  readonly chainId: string;
  readonly foreign: (shard: number, offset: number, why: string) => void;
}

/** One shard of a subscription: what was fetched of it, what of that was taken, and what is confirmed. */
export class ShardState {
  readonly delivery: ShardDelivery;
  readonly unconfirmed: Unconfirmed;
  readonly #wiring: ShardStateWiring;
  /** The group gave it to this subscription. */
  assigned = false;
  /** Its committed position was looked at since then. */
  checked = false;
  #readFrom: number | null = null;
  #committed: number | null = null;

  constructor(wiring: ShardStateWiring) {
    this.#wiring = wiring;
    this.delivery = new ShardDelivery(wiring);
    this.unconfirmed = new Unconfirmed(wiring.limits.unconfirmedRunsMax);
  }

  /** The group shared its shards anew: whoever has this one reads on from the committed position. */
  reassign(assigned: boolean): void {
    this.assigned = assigned;
    this.checked = false;
    this.#readFrom = null;
    this.#committed = null;
    this.delivery.forget();
    this.unconfirmed.restart();
  }

  arrive(messages: readonly (ReceivedMessage & { readonly offset: string })[]): void {
    const { chainId, foreign, shard } = this.#wiring;
    const ours: EventMessage[] = [];
    for (const one of messages) {
      const offset = Number(one.offset);
      const message = fromKafka(chainId, shard, one);
      if ("foreign" in message) {
        foreign(shard, offset, message.foreign);
        this.unconfirmed.arrived(offset, null);
      } else {
        ours.push(message);
        this.unconfirmed.arrived(offset, message.seq);
      }
    }
    this.delivery.arrive(ours);
  }

  /** The position to commit, if it is not the committed one. */
  uncommitted(): Position | null {
    this.#readFrom = this.unconfirmed.advance() ?? this.#readFrom;
    const nextSeq = this.unconfirmed.confirmedSeq;
    if (nextSeq === null || this.#readFrom === null || this.#readFrom === this.#committed) {
      return null;
    }
    return { offset: this.#readFrom, nextSeq };
  }

  committed({ offset }: Position): void {
    this.#committed = offset;
  }
}
