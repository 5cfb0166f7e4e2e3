import { PortError } from "@scrip/ports";
import { createLogger } from "@scrip/service-kit";
import { afterEach, describe, expect, it } from "vitest";
import { StoreGate } from "../src/store-gate.ts";

const running: StoreGate[] = [];
afterEach(async () => {
  for (const gate of running.splice(0)) await gate.stop();
});

/** A store whose server is started anew, and a comparison that fails, when a test wants. */
function given() {
  const store = { run: "run 1", openFor: [] as string[], fault: null as Error | null };
  const compared: string[] = [];
  const fault = { compare: null as Error | null, opened: null as Error | null };
  let opened = 0;
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  const gate = new StoreGate({
    store: {
      serving: async () => {
        if (store.fault !== null) throw store.fault;
        return [store.run, store.run];
      },
      openForWrites: async ([run = ""]) => {
        if (run !== store.run) throw new PortError("UNAVAILABLE", "started again meanwhile");
        store.openFor.push(run);
      },
    },
    compare: async () => {
      if (fault.compare !== null) throw fault.compare;
      compared.push(store.run);
    },
    opened: async () => {
      if (fault.opened !== null) throw fault.opened;
      opened += 1;
    },
    logger: createLogger({ service: "test", level: "info", destination }),
    pause: () => new Promise((resolve) => setTimeout(resolve, 1)),
  });
  const begin = (): void => {
    gate.start();
    running.push(gate);
  };
  return { store, compared, fault, gate, lines, begin, opened: () => opened };
}

describe("the card store's gate", () => {
  it("opens after the heads were compared, once for each run of the server", async () => {
    const { store, compared, gate, begin } = given();
    expect(await gate.check()).toContain("not compared");
    begin();
    await expect.poll(() => gate.check()).toBeUndefined();
    store.run = "run 2";
    await expect.poll(() => store.openFor).toEqual(["run 1", "run 2"]);
    expect(compared).toEqual(["run 1", "run 2"]);
  });

  it("stays shut while store and ledger differ, says so once, and opens when they no longer do", async () => {
    const { store, fault, gate, lines, begin } = given();
    fault.compare = new PortError("CORRUPT", "the store is an old copy");
    begin();
    await expect.poll(() => gate.check()).toBe("the store is an old copy");
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(store.openFor).toEqual([]);
    expect(lines.filter((line) => line.includes("not open for writes"))).toHaveLength(1);
    fault.compare = null;
    await expect.poll(() => gate.check()).toBeUndefined();
    expect(store.openFor).toEqual(["run 1"]);
  });

  it("does not open for a run that it did not compare", async () => {
    const { store, gate, compared, begin } = given();
    begin();
    await expect.poll(() => gate.check()).toBeUndefined();
    store.fault = new PortError("UNAVAILABLE", "gone");
    await expect.poll(() => gate.check()).toBe("gone");
    store.run = "run 2";
    store.fault = null;
    await expect.poll(() => gate.check()).toBeUndefined();
    expect(compared).toEqual(["run 1", "run 2"]);
  });

  it("tells again until who waits for it could begin", async () => {
    const { fault, gate, begin, opened } = given();
    fault.opened = new PortError("UNAVAILABLE", "no event log");
    begin();
    await expect.poll(() => gate.check()).toBe("no event log");
    expect(opened()).toBe(0);
    fault.opened = null;
    await expect.poll(() => gate.check()).toBeUndefined();
    expect(opened()).toBe(1);
  });
});
