import type { OperationPorts } from "@scrip/application";
import type { OpId } from "@scrip/domain";
import { Problem } from "@scrip/service-kit";

/**
 * What was ordered in time keeps its answer, also when the order is repeated after its cards have expired.
 * @throws Problem VALIDATION_FAILED for a new order of what has expired already.
 */
export async function requireToCome(
  { store, clock }: OperationPorts,
  opId: OpId,
  expiresAtMs: number | null,
): Promise<void> {
  if (expiresAtMs === null || expiresAtMs > clock.nowMs()) return;
  if ((await store.pointer(opId)) !== undefined) return;
  const detail = "must lie in the future";
  throw new Problem("VALIDATION_FAILED", {
    detail: `body /expiresAt: ${detail}`,
    errors: [{ in: "body", field: "/expiresAt", detail }],
  });
}
