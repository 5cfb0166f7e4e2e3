import type { OperationPorts } from "@scrip/application";
import type { OpId, Program } from "@scrip/domain";
import { Problem } from "@scrip/service-kit";
import { formatTime } from "@scrip/wire";
import { versionPutOffMaxMs } from "./limits.ts";

interface Asked {
  readonly opId: OpId;
  /** The version that the new one follows, which may not rule yet. */
  readonly newest: Program;
  /** From when the new one shall rule; null: as soon as may be. */
  readonly effectiveFromMs: number | null;
}

/**
 * Versions rule in the order of their numbers, so a new one would wait for an announced one, however soon it was asked
 * for: its issuer is told so, instead of being given a version that changes nothing until then. A repeated order has
 * its answer.
 * @throws Problem PROGRAM_VERSION_PENDING with the announced version and from when it rules
 */
export async function refusePending(
  { store, clock }: Pick<OperationPorts, "store" | "clock">,
  { opId, newest, effectiveFromMs }: Asked,
): Promise<void> {
  const nowMs = clock.nowMs();
  const announced = newest.effectiveFromMs > nowMs + versionPutOffMaxMs;
  if (!announced || (effectiveFromMs ?? nowMs) >= newest.effectiveFromMs) return;
  if ((await store.pointer(opId)) !== undefined) return;
  const { version } = newest;
  const effectiveFrom = formatTime(newest.effectiveFromMs);
  throw new Problem("PROGRAM_VERSION_PENDING", {
    detail: `Version ${version} rules from ${effectiveFrom}; a later version may begin then or after it.`,
    more: { version, effectiveFrom },
  });
}
