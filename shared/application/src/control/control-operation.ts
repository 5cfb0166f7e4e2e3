import type { ControlCommand, ControlEvent, OpId, Refusal, Situation } from "@scrip/domain";
import type { Json } from "@scrip/wire";
import { bodyHash, canonicalJson } from "@scrip/wire";
import { conclude, type EventOf } from "../keyed/conclude.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";
import type { OperationPorts } from "../keyed/ports.ts";

interface ControlOperation<Type extends ControlEvent["type"]> {
  readonly type: Type;
  readonly opId: OpId;
  /** What was asked, for telling a retry from another request under the same key. */
  readonly asked: { readonly [name: string]: Json };
  /** The name that may be taken once, and what it means when it is. */
  readonly claim: string;
  readonly taken: Refusal;
  readonly command: (nowMs: number) => ControlCommand;
  readonly situation: () => Situation;
  /** Makes durable what must be there before the event is saved. */
  readonly before?: () => Promise<unknown>;
  readonly answer: (event: EventOf<Type>) => object;
}

/** Saves an event to the control stream, once per name and once per key. */
export async function runControl<Type extends ControlEvent["type"]>(
  ports: OperationPorts,
  operation: ControlOperation<Type>,
): Promise<KeyedResult> {
  const { type, asked, before } = operation;
  return await runKeyed(ports.store, {
    opId: operation.opId,
    bodyHash: bodyHash(ports.hash, canonicalJson({ act: type, ...asked })),
    claimRefusal: operation.taken,
    attempt: async () =>
      conclude(ports, {
        command: operation.command(ports.clock.nowMs()),
        situation: operation.situation(),
        type,
        shard: ports.store.shards,
        walletOf: () => null,
        claims: [operation.claim],
        answer: operation.answer,
        ...(before === undefined ? {} : { before }),
      }),
  });
}
