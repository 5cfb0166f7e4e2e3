import { expect, it } from "vitest";
import { Lag } from "../src/follow/lag.ts";
import { lagSamplesMax } from "../src/limits.ts";

it("tells quantiles of the newest lags only", () => {
  const lag = new Lag();
  expect(lag.quantile(0.5)).toBeNull();
  for (const ms of [40, 10, 30, 20]) lag.add(ms);
  expect([0, 0.25, 0.5, 0.99, 1].map((q) => lag.quantile(q))).toEqual([10, 10, 20, 40, 40]);
  for (let sample = 0; sample < lagSamplesMax; sample++) lag.add(7);
  expect(lag.quantile(1)).toBe(7);
});
