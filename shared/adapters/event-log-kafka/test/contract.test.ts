import { eventLogSuite } from "@scrip/testing";
import { vi } from "vitest";
import * as kafka from "../../../../infra/provision/tools/kafka.mjs";
import { withTool } from "../../../../test/stage/with-tool.ts";
import { KafkaEventLog } from "../src/index.ts";
import { placeFor } from "./broker-place.ts";

// The last of the suite makes sixty logs, each with topics to be made and groups to be joined.
vi.setConfig({ testTimeout: 300_000 });

await withTool(kafka, async (found) => {
  const place = await placeFor(found);
  eventLogSuite("Kafka", () => KafkaEventLog.open(place.newLog()));
});
