import { businessAheadMaxMs } from "../limits.ts";
import { Problem } from "../problem/problem.ts";

/**
 * When an operation says it happened, milliseconds since the epoch: any time past, and ahead of our clock only as far
 * as clocks differ.
 * @throws Problem VALIDATION_FAILED naming `businessAt`.
 */
export function businessTime(businessAtMs: number | null, nowMs: number): number | null {
  if (businessAtMs === null || businessAtMs <= nowMs + businessAheadMaxMs) return businessAtMs;
  const detail = `must not lie more than ${businessAheadMaxMs} ms ahead of now`;
  throw new Problem("VALIDATION_FAILED", {
    errors: [{ in: "body", field: "/businessAt", detail }],
  });
}
