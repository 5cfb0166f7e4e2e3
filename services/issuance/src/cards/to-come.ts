import type { OperationPorts } from "@scrip/application";
import type { OpId } from "@scrip/domain";
import { Problem, type FieldError } from "@scrip/service-kit";

/** A time that a body names, how long past it may be and how far ahead. */
interface NamedTime {
  readonly field: "expiresAt" | "effectiveFrom";
  /** Milliseconds since the epoch; null: none was named. */
  readonly atMs: number | null;
  /** For times that callers read off their own clock; left out: it must lie in the future. */
  readonly behindMaxMs?: number;
  /** Left out: as far as there are dates. */
  readonly aheadMaxMs?: number;
}

/**
 * What was ordered in time keeps its answer, also when the order is repeated after that time.
 * @throws Problem VALIDATION_FAILED for a new order whose time is past, or too far ahead.
 */
export async function requireToCome(
  ports: OperationPorts,
  opId: OpId,
  time: NamedTime,
): Promise<void> {
  const detail = timeFault(time, ports.clock.nowMs());
  const faults = detail === null ? [] : [{ in: "body", field: `/${time.field}`, detail } as const];
  await refuseNew(ports, opId, faults);
}

function timeFault(time: NamedTime, nowMs: number): string | null {
  const { atMs, behindMaxMs, aheadMaxMs = Infinity } = time;
  if (atMs === null) return null;
  if (atMs > nowMs + aheadMaxMs) return `must not lie more than ${aheadMaxMs} ms ahead of now`;
  if (atMs > nowMs - (behindMaxMs ?? 0)) return null;
  if (behindMaxMs === undefined) return "must lie in the future";
  return `must not lie ${behindMaxMs} ms or more before now`;
}

/**
 * Refuses a new order for its faults; one that was given before, under whatever rules there were, has its answer.
 * @throws Problem VALIDATION_FAILED
 */
export async function refuseNew(
  { store }: Pick<OperationPorts, "store">,
  opId: OpId,
  errors: readonly FieldError[],
): Promise<void> {
  if (errors.length === 0 || (await store.pointer(opId)) !== undefined) return;
  throw new Problem("VALIDATION_FAILED", { errors });
}
