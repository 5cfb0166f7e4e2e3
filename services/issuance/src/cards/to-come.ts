import type { OperationPorts } from "@scrip/application";
import type { OpId } from "@scrip/domain";
import { Problem } from "@scrip/service-kit";

/** A time that a body names, and how long past it may be. */
interface NamedTime {
  readonly field: "expiresAt" | "effectiveFrom";
  /** Milliseconds since the epoch; null: none was named. */
  readonly atMs: number | null;
  /** For times that callers read off their own clock; left out: it must lie in the future. */
  readonly behindMaxMs?: number;
}

/**
 * What was ordered in time keeps its answer, also when the order is repeated after that time.
 * @throws Problem VALIDATION_FAILED for a new order whose time is past.
 */
export async function requireToCome(
  { store, clock }: OperationPorts,
  opId: OpId,
  { field, atMs, behindMaxMs }: NamedTime,
): Promise<void> {
  if (atMs === null || atMs > clock.nowMs() - (behindMaxMs ?? 0)) return;
  if ((await store.pointer(opId)) !== undefined) return;
  const detail =
    behindMaxMs === undefined
      ? "must lie in the future"
      : `must not lie ${behindMaxMs} ms or more before now`;
  throw new Problem("VALIDATION_FAILED", {
    errors: [{ in: "body", field: `/${field}`, detail }],
  });
}
