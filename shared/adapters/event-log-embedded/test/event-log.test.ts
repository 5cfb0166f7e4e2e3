import { eventLogSuite } from "@scrip/testing";
import { EmbeddedEventLog } from "../src/index.ts";

eventLogSuite("embedded", async () => new EmbeddedEventLog());

eventLogSuite(
  "embedded, with hardly any room",
  async () =>
    new EmbeddedEventLog({
      limits: { shardEventsMax: 4, deliveryEventsMax: 2, takeRetryMs: 1 },
    }),
);
