import { PortError } from "@scrip/ports";
import { conflictRetriesMax } from "./limits.ts";

/**
 * Does the work, and all of it again while somebody else saves first.
 * @throws PortError VERSION_CONFLICT when that goes on for `conflictRetriesMax` retries, and whatever else the work throws.
 */
export async function againOnConflict<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await work();
    } catch (error) {
      const conflict = error instanceof PortError && error.code === "VERSION_CONFLICT";
      if (!conflict || retries >= conflictRetriesMax) throw error;
    }
  }
}
