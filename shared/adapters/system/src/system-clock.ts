import type { Clock } from "@scrip/ports";

/** The machine's own clock. It may step back; whoever orders events by it takes the later of it and the last event. */
export class SystemClock implements Clock {
  nowMs(): number {
    return Date.now();
  }
}
