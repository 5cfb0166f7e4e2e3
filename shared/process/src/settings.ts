import { logWithinDefaultMs } from "@scrip/application";
import {
  flag,
  type LogLevel,
  logLevels,
  oneOf,
  optionalText,
  type Setting,
  text,
  whole,
} from "@scrip/service-kit";
import { address, type Address } from "./address.ts";

const portMax = 65_535;
/** Bounds of what may be promised, milliseconds: a second to a day. */
const logWithinMinMs = 1_000;
const logWithinMaxMs = 86_400_000;

/** A loopback port; 0 takes a free one. */
export const port = (name: string, otherwise?: number): Setting<number> =>
  whole(name, { min: 0, max: portMax, ...(otherwise === undefined ? {} : { otherwise }) });

/** Every setting of a group of them. */
export type Settings<T> = { readonly [K in keyof T]: Setting<T[K]> };

/** What every process is told. */
export interface ProcessConfig {
  /** Where the chain's own files are, shared by all processes of one machine. */
  readonly dataDir: string;
  /** Loopback port of its routes; 0 takes a free one. */
  readonly port: number;
  readonly logLevel: LogLevel;
}

export const processSettings = (ownPort: number): Settings<ProcessConfig> => ({
  dataDir: text("SCRIP_DATA_DIR", { otherwise: ".scrip" }),
  port: port("SCRIP_PORT", ownPort),
  logLevel: oneOf("SCRIP_LOG_LEVEL", logLevels, { otherwise: "warn" }),
});

/** Who we are to Redis; the schemes `rediss` and `rediss-cluster` encrypt. */
export interface RedisConfig {
  readonly redisUsername: string | null;
  readonly redisPassword: string | null;
  /** File of who signs the servers' certificates, PEM; null: those that Node trusts. */
  readonly redisCaFile: string | null;
}

const redisSettings: Settings<RedisConfig> = {
  redisUsername: optionalText("SCRIP_REDIS_USERNAME"),
  redisPassword: optionalText("SCRIP_REDIS_PASSWORD"),
  redisCaFile: optionalText("SCRIP_REDIS_CA_FILE"),
};

/** Where cards are kept. */
export interface CardStoreConfig extends RedisConfig {
  readonly cardStore: Address;
}

export const cardStoreSettings: Settings<CardStoreConfig> = {
  ...redisSettings,
  cardStore: address("SCRIP_CARD_STORE", ["redis", "rediss", "redis-cluster", "rediss-cluster"]),
};

/** Where it is kept who holders are: a Redis database of its own, named in the address. */
export interface HolderVaultConfig extends RedisConfig {
  readonly holderVault: Address;
}

export const holderVaultSettings: Settings<HolderVaultConfig> = {
  ...redisSettings,
  holderVault: address("SCRIP_HOLDER_VAULT", ["redis", "rediss"]),
};

/** Where events go on their way to the ledger; the scheme `kafkas` encrypts. */
export interface EventLogConfig {
  readonly eventLog: Address;
  readonly kafkaUsername: string | null;
  readonly kafkaPassword: string | null;
  readonly kafkaSasl: "none" | "plain" | "scram-sha-256" | "scram-sha-512";
  readonly kafkaCaFile: string | null;
  /** Copies of each partition. */
  readonly kafkaReplicas: number;
}

const replicasMax = 9;

export const eventLogSettings: Settings<EventLogConfig> = {
  eventLog: address("SCRIP_EVENT_LOG", ["kafka", "kafkas"]),
  kafkaUsername: optionalText("SCRIP_KAFKA_USERNAME"),
  kafkaPassword: optionalText("SCRIP_KAFKA_PASSWORD"),
  kafkaSasl: oneOf("SCRIP_KAFKA_SASL", ["none", "plain", "scram-sha-256", "scram-sha-512"], {
    otherwise: "none",
  }),
  kafkaCaFile: optionalText("SCRIP_KAFKA_CA_FILE"),
  kafkaReplicas: whole("SCRIP_KAFKA_REPLICAS", { min: 1, max: replicasMax, otherwise: 1 }),
};

/** Where the ledger is read. */
export interface LedgerConfig {
  readonly ledger: Address;
}

export const ledgerSettings: Settings<LedgerConfig> = {
  ledger: address("SCRIP_LEDGER", ["http"]),
};

/** Who is asked what is committed. */
export interface CommittedConfig {
  readonly committed: Address;
}

export const committedSettings: Settings<CommittedConfig> = {
  committed: address("SCRIP_COMMITTED", ["http"]),
};

/** What answers promise. */
export interface PromiseConfig {
  /** Within which time of its own a receipt promises an event to be on the ledger, milliseconds. */
  readonly logWithinMs: number;
}

export const promiseSettings: Settings<PromiseConfig> = {
  logWithinMs: whole("SCRIP_LOG_WITHIN_MS", {
    min: logWithinMinMs,
    max: logWithinMaxMs,
    otherwise: logWithinDefaultMs,
  }),
};

/** Whether who is named by an operation before anybody registered them is registered then. */
export interface FirstUseConfig {
  readonly registersOnFirstUse: boolean;
}

export const firstUseSettings: Settings<FirstUseConfig> = {
  registersOnFirstUse: flag("SCRIP_REGISTER_ON_FIRST_USE", { otherwise: false }),
};

/** Of a service that takes operations. */
export type OperationsConfig = ProcessConfig &
  CardStoreConfig &
  HolderVaultConfig &
  CommittedConfig &
  PromiseConfig &
  FirstUseConfig;

export const operationsSettings = (ownPort: number): Settings<OperationsConfig> => ({
  ...processSettings(ownPort),
  ...cardStoreSettings,
  ...holderVaultSettings,
  ...committedSettings,
  ...promiseSettings,
  ...firstUseSettings,
});
