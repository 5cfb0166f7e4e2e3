import { PortError } from "@scrip/ports";

/** Kafka's own names of what a client may not do, wrapped by the driver as it likes. */
const refusals = [
  "TOPIC_AUTHORIZATION_FAILED",
  "GROUP_AUTHORIZATION_FAILED",
  "CLUSTER_AUTHORIZATION_FAILED",
  "SASL_AUTHENTICATION_FAILED",
  "UNSUPPORTED_SASL_MECHANISM",
];

interface DriverError {
  readonly name?: string;
  readonly type?: string;
  readonly message?: string;
  readonly cause?: unknown;
  readonly originalError?: unknown;
}

/** The error and what lies beneath it, outermost first. */
function* layers(error: unknown): Generator<DriverError> {
  const seen = new Set<unknown>();
  for (let at = error; typeof at === "object" && at !== null && !seen.has(at);) {
    seen.add(at);
    const layer = at as DriverError;
    yield layer;
    at = layer.cause ?? layer.originalError;
  }
}

/** Whether brokers know no such topic, or no longer. */
export function isTopicMissing(error: unknown): boolean {
  for (const { type, name } of layers(error)) {
    if (type === "UNKNOWN_TOPIC_OR_PARTITION" || name === "KafkaJSMetadataNotLoaded") return true;
    if (name === "KafkaJSTopicMetadataNotLoaded") return true;
  }
  return false;
}

/** What an error of the driver means to whoever uses the port. */
export function portError(doing: string, error: unknown): PortError {
  if (error instanceof PortError) return error;
  const all = [...layers(error)];
  const told = all.find(({ message }) => message !== undefined)?.message ?? String(error);
  const message = `event log: ${doing}: ${told}`;
  const refused = all.some(
    ({ type, name }) =>
      (type !== undefined && refusals.includes(type)) || name === "KafkaJSSASLAuthenticationError",
  );
  if (refused) return new PortError("NOT_OURS", message, { cause: error });
  if (all.some(({ type }) => type === "MESSAGE_TOO_LARGE")) {
    return new PortError("CONTRACT_BROKEN", message, { cause: error });
  }
  return new PortError("UNAVAILABLE", message, { outcomeKnown: false, cause: error });
}
