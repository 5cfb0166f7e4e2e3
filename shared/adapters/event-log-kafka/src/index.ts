export { KafkaEventLog } from "./kafka-event-log.ts";
export { defaultLimits, type KafkaLimits } from "./limits.ts";
export type { KafkaEventLogOptions, KafkaObserver, KafkaSasl, KafkaTls } from "./options.ts";
