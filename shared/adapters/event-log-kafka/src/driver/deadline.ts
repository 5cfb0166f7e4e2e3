import { PortError } from "@scrip/ports";

/**
 * What `work` gives, if it does so in time. It goes on unheard otherwise: a dead connection cannot be hurried.
 * @throws PortError UNAVAILABLE, outcome unknown, after `withinMs`
 */
export async function within<T>(withinMs: number, doing: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `event log: ${doing} took more than ${withinMs} ms`;
      reject(new PortError("UNAVAILABLE", message, { outcomeKnown: false }));
    }, withinMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}
