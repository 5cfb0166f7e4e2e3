import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { committed } from "../../src/control/committed.ts";
import { controlPollMs, controlWaitMs } from "../../src/control/limits.ts";

const store = { claimed: async () => true } as never;

describe("what is on its way to the ledger", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  /** What is told of a thing that becomes known after so long. */
  async function knownAfter(ms: number) {
    const beganMs = Date.now();
    const told = committed(store, "program:gold", () =>
      Date.now() - beganMs >= ms ? "gold" : undefined,
    );
    await vi.advanceTimersByTimeAsync(controlWaitMs + controlPollMs);
    return { told: await told, tookMs: Date.now() - beganMs };
  }

  it.each([0, controlPollMs, controlWaitMs - controlPollMs, controlWaitMs - 1, controlWaitMs])(
    "is waited for, also when it comes after %i ms",
    async (ms) => {
      const { told } = await knownAfter(ms);
      expect(told).toEqual({ kind: "COMMITTED", thing: "gold" });
    },
  );

  it("is not waited for any longer than the limit", async () => {
    const { told } = await knownAfter(controlWaitMs + 1);
    expect(told).toEqual({ kind: "NOT_COMMITTED_YET" });
  });
});
