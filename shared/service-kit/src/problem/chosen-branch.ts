import type { FastifySchemaValidationError } from "fastify";

type Fault = FastifySchemaValidationError;

/**
 * The faults that help. Where one of several forms was asked for (`anyOf`), ajv tells the faults of every one of them,
 * the first form's first: told are those of the form that was meant, as far as that shows, and not that none fits.
 */
export function faultsToTell(faults: readonly Fault[]): Fault[] {
  let left = [...faults];
  // From the innermost choice on: ajv tells it before the ones around it.
  for (const choice of faults.filter(({ keyword }) => keyword === "anyOf")) {
    const inside = left.filter(({ schemaPath }) => schemaPath.startsWith(`${choice.schemaPath}/`));
    const here = inside.filter(({ instancePath }) =>
      `${instancePath}/`.startsWith(`${choice.instancePath}/`),
    );
    if (here.length === 0) continue;
    const branches = new Map<string, Fault[]>();
    for (const fault of here) {
      const branch = branchOf(choice, fault.schemaPath);
      branches.set(branch, [...(branches.get(branch) ?? []), fault]);
    }
    const meant = [...branches.values()].reduce((one, other) =>
      distance(choice, other) < distance(choice, one) ? other : one,
    );
    const aside = new Set<Fault>([choice, ...here].filter((fault) => !meant.includes(fault)));
    left = left.filter((fault) => !aside.has(fault));
  }
  return left;
}

const branchOf = ({ schemaPath }: Fault, inside: string): string =>
  inside.slice(schemaPath.length + 1).split("/", 1)[0] ?? "";

/** How far a form is from what was sent: another type altogether, fields it does not have, then all other faults. */
function distance(choice: Fault, faults: readonly Fault[]): number {
  const weigh = ({ keyword, instancePath, params }: Fault): number => {
    if (keyword === "type" && instancePath === choice.instancePath)
      return params["type"] === "null" ? 10_000 : 1_000;
    if (keyword === "enum" && instancePath === choice.instancePath) return 500;
    return keyword === "additionalProperties" || keyword === "required" ? 10 : 1;
  };
  return faults.reduce((sum, fault) => sum + weigh(fault), 0);
}
