import { describe, expect, it } from "vitest";
import { FinalityWaiters } from "../../src/committed/index.ts";
import { finalityWaitersMax } from "../../src/committed/limits.ts";

describe("who waits for finality", () => {
  it("is released by its event, and by no other", async () => {
    const waiters = new FinalityWaiters();
    const waiting = [waiters.wait("a", 60_000), waiters.wait("a", 60_000)];
    void waiters.wait("b", 60_000);
    waiters.release("a");
    await Promise.all(waiting);
    expect(waiters.waiting).toBe(1);
    waiters.close();
    expect(waiters.waiting).toBe(0);
  });

  it("waits no longer than its time", async () => {
    const waiters = new FinalityWaiters();
    await waiters.wait("a", 5);
    expect(waiters.waiting).toBe(0);
  });

  it("is counted against the limit", async () => {
    const waiters = new FinalityWaiters();
    const all = Array.from({ length: finalityWaitersMax }, () => waiters.wait("a", 60_000));
    expect(waiters.full).toBe(true);
    waiters.close();
    await Promise.all(all);
    expect(waiters.full).toBe(false);
  });
});
