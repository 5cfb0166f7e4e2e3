import { createHash } from "node:crypto";
import { PortError } from "@scrip/ports";
import kafkajs, { type Admin } from "kafkajs";
import { retentionMinMs, retentionMs, topicMessageBytesMax, wishRetentionMs } from "./limits.ts";

/** What a chain's topics and group are called. */
export interface TopicNames {
  readonly events: string;
  /** Where the writer asks the relays to publish again. */
  readonly wishes: string;
  /** The writers' group: its members share the shards. */
  readonly group: string;
}

export interface TopicPlan {
  readonly prefix: string;
  readonly chainId: string;
  readonly streams: number;
  readonly replicas: number;
}

/** Kafka keeps no note of ours beside a topic, so the chain stands in its name: 16 hex digits of SHA-256(chain id). */
export function topicNames({ prefix, chainId }: Pick<TopicPlan, "prefix" | "chainId">): TopicNames {
  if (!/^[A-Za-z0-9-]{1,64}$/.test(prefix)) {
    throw new RangeError(`event log on Kafka: «${prefix}» cannot begin the name of a topic`);
  }
  const chain = createHash("sha256").update(chainId).digest("hex").slice(0, 16);
  const name = `${prefix}-${chain}`;
  return { events: `${name}-events`, wishes: `${name}-wishes`, group: `${name}-writer` };
}

/**
 * Makes the chain's topics, unless they are there already as they have to be.
 * @returns whether the topic of events was made now, so that it lacks whatever was published before
 * @throws PortError NOT_OURS for topics of another chain, size or retention
 */
export async function ensureTopics(admin: Admin, plan: TopicPlan): Promise<boolean> {
  const names = topicNames(plan);
  const there = await admin.listTopics();
  const ofAnother = new RegExp(`^${plan.prefix}-[0-9a-f]{16}-events$`);
  const foreign = there.find((name) => ofAnother.test(name) && name !== names.events);
  if (foreign !== undefined) {
    throw notOurs(`topic ${foreign} is another chain's: give this chain a prefix of its own`);
  }
  // Wishes first: whoever makes the topic of events has some.
  if (!there.includes(names.wishes)) await create(admin, plan, wishTopic(names.wishes));
  const made =
    !there.includes(names.events) &&
    (await create(admin, plan, eventTopic(names.events, plan.streams)));
  await check(admin, plan, names);
  return made;
}

interface TopicShape {
  readonly topic: string;
  readonly partitions: number;
  readonly settings: Readonly<Record<string, string>>;
}

const wishTopic = (topic: string): TopicShape => ({
  topic,
  partitions: 1,
  settings: { "retention.ms": String(wishRetentionMs) },
});

const eventTopic = (topic: string, streams: number): TopicShape => ({
  topic,
  partitions: streams,
  settings: {
    "retention.ms": String(retentionMs),
    "retention.bytes": "-1",
    "max.message.bytes": String(topicMessageBytesMax),
  },
});

/** @returns false when somebody else made it meanwhile */
async function create(admin: Admin, { replicas }: TopicPlan, shape: TopicShape): Promise<boolean> {
  const settings = {
    ...shape.settings,
    "cleanup.policy": "delete",
    "min.insync.replicas": replicas >= 3 ? "2" : "1",
  };
  const one = {
    topic: shape.topic,
    numPartitions: shape.partitions,
    replicationFactor: replicas,
    configEntries: Object.entries(settings).map(([name, value]) => ({ name, value })),
  };
  return admin.createTopics({ topics: [one], waitForLeaders: true });
}

async function check(admin: Admin, plan: TopicPlan, { events }: TopicNames): Promise<void> {
  const { topics } = await admin.fetchTopicMetadata({ topics: [events] });
  const partitions = topics[0]?.partitions.length ?? 0;
  if (partitions !== plan.streams) {
    throw notOurs(`topic ${events} has ${partitions} partitions, not ${plan.streams}`);
  }
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: events }],
  });
  const settings = new Map(
    resources[0]?.configEntries.map(({ configName, configValue }) => [configName, configValue]),
  );
  const number = (name: string): number => Number(settings.get(name) ?? Number.NaN);
  if (settings.get("cleanup.policy") !== "delete") {
    throw notOurs(`topic ${events} has cleanup.policy=${settings.get("cleanup.policy")}`);
  }
  if (number("retention.ms") !== -1 && !(number("retention.ms") >= retentionMinMs)) {
    throw notOurs(`topic ${events} keeps events for ${number("retention.ms")} ms only`);
  }
  if (number("retention.bytes") !== -1) {
    throw notOurs(`topic ${events} keeps ${number("retention.bytes")} bytes only`);
  }
  if (!(number("max.message.bytes") >= topicMessageBytesMax)) {
    throw notOurs(`topic ${events} takes ${number("max.message.bytes")} bytes at once only`);
  }
}

const notOurs = (what: string): PortError => new PortError("NOT_OURS", `event log: ${what}`);
