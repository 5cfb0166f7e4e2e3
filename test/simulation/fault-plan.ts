import { failing, type Fault, type FaultPlan } from "@scrip/testing";
import type { EventConsumer, EventLog, EventMessage } from "@scrip/ports";
import { Random } from "../stage/random.ts";

/** How often a call fails, before doing anything or after doing it. */
export interface FaultRates {
  readonly before: number;
  readonly after: number;
}

/**
 * What goes wrong in a run. Every port and method draws from a stream of its own, so that how often the background asks
 * changes nothing of what happens to a request.
 */
export class Faults {
  /** No fault happens before the stage is set. */
  armed = false;
  /** As after a crash: nothing reaches the world any more, and nobody hears of it. */
  dead = false;
  readonly met = new Map<string, number>();
  readonly #seed: number;
  readonly #streams = new Map<string, Random>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** The port, with these of its methods failing so often, and all of them after a crash; others never fail. */
  on<Port extends object>(
    name: string,
    port: Port,
    rates: Readonly<Partial<Record<keyof Port & string, FaultRates>>>,
  ): Port {
    const plan: FaultPlan = (method) => {
      const rate = rates[method as keyof Port & string];
      if (rate === undefined) return "NONE";
      if (this.dead) return "BEFORE";
      if (!this.armed) return "NONE";
      const fault = draw(this.stream(`${name}.${method}`), rate);
      if (fault !== "NONE") this.#count(`${name}.${method} failed ${fault}`);
      return fault;
    };
    return failing(port, plan);
  }

  /** Delivers some messages twice, and asks for some of the past again. */
  onEventLog(log: EventLog, rate: number): EventLog {
    const again = (consumer: EventConsumer): EventConsumer => ({
      take: async (shard: number, messages: readonly EventMessage[]) => {
        await consumer.take(shard, messages);
        if (!this.armed || this.dead) return;
        const random = this.stream(`event log ${shard}`);
        if (random.next() < rate) {
          this.#count("event log delivered twice");
          await consumer.take(shard, messages);
        }
        const [first] = messages;
        if (random.next() < rate && first !== undefined) {
          this.#count("event log replayed");
          await log.republishFrom(shard, first.seq);
        }
      },
    });
    return {
      publish: (messages) => log.publish(messages),
      subscribe: (consumer) => log.subscribe(again(consumer)),
      republishFrom: (shard, fromSeq) => log.republishFrom(shard, fromSeq),
      onRepublish: (listener) => log.onRepublish(listener),
      close: () => log.close(),
    };
  }

  stream(name: string): Random {
    let random = this.#streams.get(name);
    if (random === undefined) {
      const salt = Buffer.from(name).reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);
      random = new Random((this.#seed ^ salt) >>> 0);
      this.#streams.set(name, random);
    }
    return random;
  }

  #count(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }
}

function draw(random: Random, { before, after }: FaultRates): Fault {
  const chance = random.next();
  if (chance < before) return "BEFORE";
  return chance < before + after ? "AFTER" : "NONE";
}
