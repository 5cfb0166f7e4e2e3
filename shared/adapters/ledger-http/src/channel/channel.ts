import { createHash, timingSafeEqual } from "node:crypto";
import { PortError, type PortErrorCode } from "@scrip/ports";

/** What both ends of a channel have to agree on. */
export interface ChannelKey {
  /** Known to the processes of one operator alone. */
  readonly secret: string;
  /** The chain that is spoken of. */
  readonly chainId: string;
}

/** Says what questions and answers mean; another number is another format. */
const format = "1";
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

export const headersOf = ({ secret, chainId }: ChannelKey): Record<string, string> => ({
  authorization: `Bearer ${secret}`,
  "scrip-chain": chainId,
  "scrip-format": format,
});

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** Who asks has to know the secret, and to speak of the same chain in the same format. @throws PortError NOT_OURS */
export function requireSame(own: ChannelKey, headers: Headers): void {
  const ours = headersOf(own);
  // Hashed first: what is compared in equal time has to be equally long.
  const given = digest(String(headers["authorization"]));
  if (!timingSafeEqual(given, digest(ours["authorization"] ?? ""))) {
    throw new PortError("NOT_OURS", "who asks does not know the secret");
  }
  for (const name of ["scrip-chain", "scrip-format"]) {
    if (headers[name] === ours[name]) continue;
    const theirs = String(headers[name]);
    throw new PortError("NOT_OURS", `${name} is «${ours[name]}» here, who asks has «${theirs}»`);
  }
}

/** An error as it goes from process to process, where classes get lost. */
interface CarriedError {
  /** Null for what is no `PortError`: a fault of our own. */
  readonly code: PortErrorCode | null;
  readonly message: string;
  readonly outcomeKnown: boolean;
}

const codes: readonly string[] = [
  "UNAVAILABLE",
  "VERSION_CONFLICT",
  "CONTRACT_BROKEN",
  "CORRUPT",
  "NOT_OURS",
] satisfies PortErrorCode[];

export function carried(error: unknown): CarriedError {
  if (error instanceof PortError) {
    const { code, message, outcomeKnown } = error;
    return { code, message, outcomeKnown };
  }
  return { code: null, message: "it failed there", outcomeKnown: false };
}

/** The same error on this side. What failed for no reason we know of may be asked again. */
export function thrownThere(text: string): PortError {
  let told: Partial<CarriedError> = {};
  try {
    told = JSON.parse(text) as Partial<CarriedError>;
  } catch {
    // Something else than our channel answers there.
  }
  const { code, message = "it was answered something else", outcomeKnown = true } = told;
  const known = typeof code === "string" && codes.includes(code) ? code : "UNAVAILABLE";
  return new PortError(known, message, { outcomeKnown });
}
