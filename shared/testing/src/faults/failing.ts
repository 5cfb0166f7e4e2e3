import { PortError } from "@scrip/ports";

/**
 * Every fault has a twin: `BEFORE`, it failed and did nothing; `AFTER`, it failed after doing it. The caller sees the
 * same error.
 */
export type Fault = "NONE" | "BEFORE" | "AFTER";

/** Which fault a call meets: the nth call (from 1) of a method. Only methods that return promises may fail. */
export type FaultPlan = (method: string, nth: number) => Fault;

/** The first call of one method fails in this way; every other call is left alone. */
export const failOnce =
  (method: string, fault: Fault): FaultPlan =>
  (called, nth) =>
    called === method && nth === 1 ? fault : "NONE";

/** The same port, with faults by plan: a call that fails throws PortError UNAVAILABLE, outcome not known. */
export function failing<Port extends object>(port: Port, plan: FaultPlan): Port {
  const calls = new Map<string, number>();
  return new Proxy(port, {
    get(target, property): unknown {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function" || typeof property !== "string") return member;
      return (...args: unknown[]): unknown => {
        const nth = (calls.get(property) ?? 0) + 1;
        calls.set(property, nth);
        const call = (): unknown => Reflect.apply(member, target, args);
        return meet(plan(property, nth), call, property);
      };
    },
  });
}

function meet(fault: Fault, call: () => unknown, method: string): unknown {
  switch (fault) {
    case "NONE":
      return call();
    case "BEFORE":
      return Promise.reject(lost(method));
    case "AFTER":
      return Promise.resolve(call()).then(() => {
        throw lost(method);
      });
  }
}

const lost = (method: string): PortError =>
  new PortError("UNAVAILABLE", `planned fault of ${method}`, { outcomeKnown: false });
