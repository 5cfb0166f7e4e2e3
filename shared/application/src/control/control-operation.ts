import type { ControlCommand, ControlEvent, Refusal, Situation } from "@scrip/domain";
import type { Json } from "@scrip/wire";
import { bodyHash, canonicalJson } from "@scrip/wire";
import { conclude } from "../keyed/conclude.ts";
import type { OperationPorts } from "../keyed/ports.ts";
import type { KeyedResult } from "../keyed/keyed.ts";
import { runKeyed } from "../keyed/keyed.ts";

interface ControlOperation<Type extends ControlEvent["type"]> {
  readonly type: Type;
  /** What was asked, for telling a retry from another request under the same key. */
  readonly asked: { readonly [name: string]: Json };
  /** The name that may be taken once, and what it means when it is. */
  readonly claim: string;
  readonly taken: Refusal;
  readonly command: (nowMs: number) => ControlCommand;
  /** Called when the key is new; what must be durable before the save is made so here. */
  readonly situation: () => Situation | Promise<Situation>;
  readonly answer: (event: Extract<ControlEvent, { type: Type }>) => object;
}

/** Saves an event to the control stream, once per name and once per key. */
export async function runControl<Type extends ControlEvent["type"]>(
  ports: OperationPorts,
  operation: ControlOperation<Type>,
): Promise<KeyedResult> {
  const { opId } = operation.command(0);
  return await runKeyed(ports.store, {
    opId,
    bodyHash: bodyHash(ports.hash, canonicalJson({ act: operation.type, ...operation.asked })),
    claimRefusal: operation.taken,
    attempt: async () =>
      conclude(ports, {
        command: operation.command(ports.clock.nowMs()),
        situation: await operation.situation(),
        type: operation.type,
        shard: ports.store.shards,
        walletOf: () => null,
        claims: [operation.claim],
        answer: (event) => operation.answer(event as Extract<ControlEvent, { type: Type }>),
      }),
  });
}
