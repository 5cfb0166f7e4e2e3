import type { Access } from "../callers/access.ts";
import { kindOf, problemKinds, type ProblemCode } from "../problem/codes.ts";
import { problemSchema } from "../problem/problem.ts";

/** What the API's description says of one route beside its schemas. */
export interface RouteDescription {
  /** What a call does, in a line. */
  readonly summary: string;
  /** The codes that are the route's own; those that come with keys, bodies and idempotency are added. */
  readonly codes: readonly ProblemCode[];
}

/** What a route is known by when its answers are described. */
export interface DescribedRoute {
  readonly access: Access;
  readonly idempotent: boolean;
  readonly hasBody: boolean;
  readonly own: readonly ProblemCode[];
}

const problemName = "Problem";
const reference = { $ref: `#/components/schemas/${problemName}` };

/** The schema that every problem answer refers to. */
export const problemComponents = {
  [problemName]: {
    ...problemSchema,
    properties: { ...problemSchema.properties, code: { enum: Object.keys(problemKinds) } },
  },
};

/** The problem answers of a route, by status: each names the codes that it can have. */
export function problemAnswers(route: DescribedRoute): Record<string, object> {
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of new Set([...commonCodes(route), ...route.own])) {
    const { status } = kindOf(code);
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  const statuses = [...byStatus].toSorted(([one], [other]) => one - other);
  return Object.fromEntries(statuses.map(([status, codes]) => [status, answerOf(codes)]));
}

function answerOf(codes: readonly ProblemCode[]): object {
  const schema = { allOf: [reference, { properties: { code: { enum: codes } } }] };
  return {
    description: codes.map((code) => `${code}: ${kindOf(code).title}.`).join(" "),
    content: { "application/problem+json": { schema } },
  };
}

/** What a call can be told for how it is made, whatever it asks for. */
function commonCodes({ access, idempotent, hasBody }: DescribedRoute): ProblemCode[] {
  const codes: ProblemCode[] = ["VALIDATION_FAILED"];
  if (access === "OPTIONAL") codes.push("AUTHENTICATION_FAILED");
  if (Array.isArray(access))
    codes.push("AUTHENTICATION_REQUIRED", "AUTHENTICATION_FAILED", "PERMISSION_DENIED");
  if (hasBody) codes.push("BODY_TOO_LARGE", "MEDIA_TYPE_UNSUPPORTED");
  if (idempotent) {
    codes.push("IDEMPOTENCY_KEY_MISSING", "IDEMPOTENCY_IN_PROGRESS", "IDEMPOTENCY_KEY_REUSED");
    codes.push("ANSWER_NOT_KEPT", "VERSION_CONFLICT", "BACKPRESSURE");
  }
  return [...codes, "INTERNAL", "STORE_UNAVAILABLE"];
}
