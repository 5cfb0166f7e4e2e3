import { describe, expect, expectTypeOf, it } from "vitest";
import { createContainer, provide, token } from "../src/index.ts";

interface Clock {
  nowMs(): number;
}
const clock = token<Clock>("clock");
const doubled = token<number>("doubled");

describe("wiring", () => {
  it("resolves to the type of the token, made once per container", () => {
    const container = createContainer();
    let made = 0;
    provide(container, clock, () => ({ nowMs: () => (made += 1) }));
    provide(container, doubled, (from) => 2 * from.resolve(clock).nowMs());
    expectTypeOf(container.resolve(clock)).toEqualTypeOf<Clock>();
    expect([container.resolve(doubled), container.resolve(doubled), made]).toEqual([2, 2, 1]);
  });

  it("keeps containers apart, and lets a child find what its parent provides", () => {
    const parent = createContainer();
    provide(parent, clock, () => ({ nowMs: () => 7 }));
    const child = createContainer(parent);
    expect(child.resolve(clock).nowMs()).toBe(7);
    expect(() => createContainer().resolve(clock)).toThrow(/clock/);
  });
});
