import { expect, it } from "vitest";
import { Bell } from "../../src/streams/index.ts";

const never = new Promise<void>(() => undefined);

it("a bell rung before the wait is heard once", async () => {
  const bell = new Bell();
  bell.ring();
  bell.ring();
  await bell.rung(never);
  const second = await Promise.race([bell.rung().then(() => "heard"), Promise.resolve("silent")]);
  expect(second).toBe("silent");
});

it("a bell wakes who waits, and a wait that ended otherwise takes no later ring", async () => {
  const bell = new Bell();
  await bell.rung(Promise.resolve());
  bell.ring();
  await bell.rung(never);
  const waiting = bell.rung();
  bell.ring();
  await waiting;
  expect.assertions(0);
});
