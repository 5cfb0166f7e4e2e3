import type { PortError } from "@scrip/ports";
import type { KafkaLimits } from "./limits.ts";

/** How brokers are reached beyond loopback. PEM texts. */
export interface KafkaTls {
  /** Who signs the brokers' certificates; default: those that Node trusts. */
  readonly ca?: string;
  /** Own certificate and key, where brokers ask for them. */
  readonly cert?: string;
  readonly key?: string;
}

export interface KafkaSasl {
  readonly mechanism: "plain" | "scram-sha-256" | "scram-sha-512";
  readonly username: string;
  readonly password: string;
}

/** What whoever watches an event log on Kafka hears. */
export interface KafkaObserver {
  /** The consumer threw; its messages are offered to it again. */
  takeFailed(shard: number, error: unknown): void;
  /** A message that is none of ours stands in the topic; it is passed over. */
  foreign(shard: number, offset: number, why: string): void;
  /** The log lost events of the shard, or may have: the relay was asked for all from `fromSeq` on. */
  lost(shard: number, fromSeq: number, why: string): void;
  /** The consumer gave no sign of life and was replaced. */
  silent(forMs: number): void;
  /** Events of the shard in the topic that the consumer has not taken yet. */
  lag(shard: number, events: number): void;
  /** What the driver has to say of its connections. */
  driver(level: "warn" | "error", message: string): void;
}

export interface KafkaEventLogOptions {
  /** host:port of one broker or several. */
  readonly brokers: readonly string[];
  /** Whose events these are: a topic of another chain is refused. */
  readonly chainId: string;
  /** Card shards + 1: the control stream is the last. */
  readonly streams: number;
  /** Begin of all names in Kafka. Letters, digits, hyphens; default `scrip`. */
  readonly prefix?: string;
  /** How brokers call this process in their logs. */
  readonly clientId?: string;
  /** Copies of each partition; default 1. With 3 or more, two of them must have an event before it is acknowledged. */
  readonly replicas?: number;
  readonly tls?: KafkaTls;
  readonly sasl?: KafkaSasl;
  readonly limits?: Partial<KafkaLimits>;
  readonly observer?: Partial<KafkaObserver>;
  /** A consumer ended that nothing here can start again: the process has to end, and its supervisor to start it anew. */
  readonly failed?: (error: PortError) => void;
}
